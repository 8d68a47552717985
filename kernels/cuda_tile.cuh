// Tiles: a block makes a rectangle of the output from what it has read of the input into shared memory
// once, the rectangle with its surroundings.
#pragma once

#include "kernels/cuda_steps.cuh"
#include "kernels/pixel_math.hpp"

namespace framewright::kernels {

inline constexpr int kTileThreads = 256;

/// A tile of the picture that a block makes, in elements (channels are elements of their own).
struct Tile {
  static constexpr int kWidth = 32;
  static constexpr int kHeight = 16;

  int channels;
  int radius;

  FW_HOST_DEVICE int rows() const { return kHeight + 2 * radius; }
  FW_HOST_DEVICE int wide_px() const { return kWidth + 2 * radius; }
  FW_HOST_DEVICE int wide() const { return wide_px() * channels; }
  FW_HOST_DEVICE int narrow() const { return kWidth * channels; }
  /// Of the tile with its surroundings, one byte each.
  FW_HOST_DEVICE int wide_elements() const { return rows() * wide(); }

  __device__ int left() const { return static_cast<int>(blockIdx.x) * kWidth; }
  __device__ int top() const { return static_cast<int>(blockIdx.y) * kHeight; }
};

inline Grid tile_grid(const DevicePicture& out, std::size_t shared_bytes) {
  return {{blocks_for(static_cast<std::size_t>(out.width_px), Tile::kWidth),
           blocks_for(static_cast<std::size_t>(out.height_px), Tile::kHeight)},
          kTileThreads,
          shared_bytes};
}

/// Reads the tile with its surroundings into `wide`; a barrier follows.
__device__ inline void load_tile(const DevicePicture& in, const Tile& tile, Border border,
                                 std::uint8_t* wide) {
  const int left = tile.left() - tile.radius;
  const int top = tile.top() - tile.radius;
  for (int i = static_cast<int>(threadIdx.x); i < tile.rows() * tile.wide_px(); i += kTileThreads) {
    const int x = border_index(left + i % tile.wide_px(), in.width_px, border);
    const int y = border_index(top + i / tile.wide_px(), in.height_px, border);
    const std::uint8_t* from = in.pixels + (y * in.width_px + x) * in.channels;
    for (int c = 0; c < tile.channels; ++c) wide[i * tile.channels + c] = from[c];
  }
  __syncthreads();
}

/// One element of a tile: where it lies in shared memory and where in the picture.
struct TileElement {
  int row;      ///< of the tile
  int column;   ///< in elements
  int channel;
  int in_wide;  ///< its place in what load_tile() has read
  int in_picture;
};

/// Calls visit(element) for every element of the tile that lies in the picture, each in one thread.
template <typename Visit>
__device__ void for_each_element(const DevicePicture& picture, const Tile& tile, Visit visit) {
  for (int i = static_cast<int>(threadIdx.x); i < Tile::kHeight * tile.narrow(); i += kTileThreads) {
    const int row = i / tile.narrow();
    const int column = i % tile.narrow();
    const int channel = column % tile.channels;
    const int x = tile.left() + column / tile.channels;
    const int y = tile.top() + row;
    if (x >= picture.width_px || y >= picture.height_px) continue;
    visit(TileElement{row, column, channel,
                      (row + tile.radius) * tile.wide() + column + tile.radius * tile.channels,
                      (y * picture.width_px + x) * tile.channels + channel});
  }
}

}  // namespace framewright::kernels
