// Tiles: a block makes a rectangle of the output from what it has read of the input into shared memory
// once, the rectangle with its surroundings.
#pragma once

#include "kernels/tile_points.cuh"

namespace framewright::kernels {

/// A tile of the picture that a block makes, in elements (channels are elements of their own).
struct Tile {
  static constexpr int kWidth = 32;
  static constexpr int kHeight = 16;

  int channels;
  int radius;
  int left = 0;  ///< in pixels, as the next
  int top = 0;

  /// Of the block that asks.
  static __device__ Tile of(const BlockFrame& frame, int channels, int radius) {
    const int width = frame.in.width_px;
    return {channels, radius, frame.left(width, kWidth), frame.top(width, kWidth, kHeight)};
  }

  FW_HOST_DEVICE int rows() const { return kHeight + 2 * radius; }
  FW_HOST_DEVICE int wide_px() const { return kWidth + 2 * radius; }
  FW_HOST_DEVICE int wide() const { return wide_px() * channels; }
  FW_HOST_DEVICE int narrow() const { return kWidth * channels; }
  /// Of the tile with its surroundings, one byte each.
  FW_HOST_DEVICE int wide_elements() const { return rows() * wide(); }

  /// What the block makes.
  __device__ BlockPixels pixels() const { return {left, top, kWidth, kHeight}; }
};
static_assert(Tile::kWidth * Tile::kHeight <= kMaxBlockPixels);

inline LaunchFrames tiles_of(const DevicePictures& in, const DevicePictures& out) {
  return {in, out, [](const DeviceShape& shape) {
            return rectangles_of(shape.width_px, shape.height_px, Tile::kWidth, Tile::kHeight);
          }};
}

/// Reads the tile with its surroundings, as they are or changed by points, into `wide`; a barrier follows.
template <typename Points>
__device__ void load_tile(const DevicePicture& in, const Tile& tile, Border border, const Points& points,
                          std::uint8_t* wide) {
  points.prepare();
  const int left = tile.left - tile.radius;
  const int top = tile.top - tile.radius;
  for (int i = static_cast<int>(threadIdx.x); i < tile.rows() * tile.wide_px(); i += kTileThreads) {
    const int x = border_index(left + i % tile.wide_px(), in.width_px, border);
    const int y = border_index(top + i / tile.wide_px(), in.height_px, border);
    points.load(in, {x, y}, wide + i * tile.channels);
  }
  __syncthreads();
}

/// One element of a tile: where it lies in shared memory and where in the picture.
struct TileElement {
  int row;     ///< of the tile
  int column;  ///< in elements
  int channel;
  int in_wide;    ///< its place in what load_tile() has read
  int in_narrow;  ///< its place in the tile
  int in_picture;
};

/// Calls visit(element) for every element of the tile that lies in the picture, each in one thread.
template <typename Visit>
__device__ void for_each_element(const DevicePicture& picture, const Tile& tile, Visit visit) {
  for (int i = static_cast<int>(threadIdx.x); i < Tile::kHeight * tile.narrow(); i += kTileThreads) {
    const int row = i / tile.narrow();
    const int column = i % tile.narrow();
    const int channel = column % tile.channels;
    const int x = tile.left + column / tile.channels;
    const int y = tile.top + row;
    if (x >= picture.width_px || y >= picture.height_px) continue;
    visit(TileElement{row, column, channel,
                      (row + tile.radius) * tile.wide() + column + tile.radius * tile.channels, i,
                      (y * picture.width_px + x) * tile.channels + channel});
  }
}

}  // namespace framewright::kernels
