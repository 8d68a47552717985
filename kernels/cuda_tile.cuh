// Tiles: a block makes a rectangle of the output from what it has read of the input into shared memory
// once, the rectangle with its surroundings.
#pragma once

#include "kernels/tile_points.cuh"
#include "kernels/wide_bytes.cuh"

namespace framewright::kernels {

/// A tile of the picture that a block makes, in elements (channels are elements of their own).
struct Tile {
  static constexpr int kWidth = 32;
  static constexpr int kHeight = 16;

  int channels;
  int radius;
  int width_px = kWidth;
  int height_px = kHeight;
  int left = 0;  ///< in pixels, as the next
  int top = 0;

  /// As many bytes wide for one channel as for four, so that each thread has a word.
  static FW_HOST_DEVICE Tile of_words(int channels, int radius) {
    return {channels, radius, channels == 1 ? 4 * kWidth : kWidth};
  }
  /// This, where the block that asks has its own.
  __device__ Tile at(const BlockFrame& frame) const {
    const int row = frame.in.width_px;
    return {channels,
            radius,
            width_px,
            height_px,
            frame.left(row, width_px),
            frame.top(row, width_px, height_px)};
  }

  FW_HOST_DEVICE int rows() const { return height_px + 2 * radius; }
  FW_HOST_DEVICE int wide_px() const { return width_px + 2 * radius; }
  /// From one row to the next: whole words, by which rows are read.
  FW_HOST_DEVICE int wide() const { return (wide_px() * channels + 3) / 4 * 4; }
  FW_HOST_DEVICE int narrow() const { return width_px * channels; }
  /// Of the tile with its surroundings, one byte each.
  FW_HOST_DEVICE int wide_elements() const { return rows() * wide(); }

  /// What the block makes.
  __device__ BlockPixels pixels() const { return {left, top, width_px, height_px}; }
};
static_assert(4 * Tile::kWidth * Tile::kHeight <= kMaxBlockElements);

/// The blocks that make pictures by such tiles.
inline LaunchFrames tiles_of(const DevicePictures& in, const DevicePictures& out, const Tile& tile) {
  return {in, out, [&](const DeviceShape& shape) {
            return rectangles_of(shape.width_px, shape.height_px, tile.width_px, tile.height_px);
          }};
}

/// Rows begin anywhere in the picture, at whole words of the tile. A thread reads the words of one column, so
/// that it finds out once where that lies. What the border is, is looked up for each byte of the words that
/// reach over it only.
__device__ inline void load_words(const DevicePicture& in, const Tile& tile, Border border,
                                  std::uint32_t* wide) {
  const int row_bytes = in.width_px * tile.channels;
  const int words = tile.wide() / 4;
  const int rows_at_once = kTileThreads / words;
  const int word = static_cast<int>(threadIdx.x) % words;
  const int first_row = static_cast<int>(threadIdx.x) / words;
  if (first_row >= rows_at_once) return;
  const int at = (tile.left - tile.radius) * tile.channels + 4 * word;
  const int top = tile.top - tile.radius;
  const bool is_inside = at >= 0 && at + 4 <= row_bytes;
  if (is_inside && top >= 0 && top + tile.rows() <= in.height_px) {
    // Most words, and little more than what reads them, so that many are under way at a time.
    for (int row = first_row; row < tile.rows(); row += rows_at_once) {
      wide[row * words + word] = four_bytes(in.pixels, (top + row) * row_bytes + at);
    }
    return;
  }
  for (int row = first_row; row < tile.rows(); row += rows_at_once) {
    const int begin = border_index(top + row, in.height_px, border) * row_bytes;
    wide[row * words + word] = is_inside ? four_bytes(in.pixels, begin + at) : word_of([&](int i) {
      const int column = (4 * word + i) / tile.channels;
      const int x = border_index(tile.left - tile.radius + column, in.width_px, border);
      return in.pixels[begin + x * tile.channels + 4 * word + i - column * tile.channels];
    });
  }
}

/// Reads the tile with its surroundings, as they are or changed by points, into `wide`, which begins at a
/// whole word; a barrier follows.
template <typename Points>
__device__ void load_tile(const DevicePicture& in, const Tile& tile, Border border, const Points& points,
                          std::uint8_t* wide) {
  points.prepare();
  if (points.loads_as_is()) {
    load_words(in, tile, border, reinterpret_cast<std::uint32_t*>(wide));
  } else {
    for_each_place(tile.rows(), tile.wide_px(), [&](int row, int column) {
      const int x = border_index(tile.left - tile.radius + column, in.width_px, border);
      const int y = border_index(tile.top - tile.radius + row, in.height_px, border);
      points.load(in, {x, y}, wide + row * tile.wide() + column * tile.channels);
    });
  }
  __syncthreads();
}

/// Four elements of a tile that lie side by side in a row.
struct TileWord {
  int row;     ///< of the tile
  int column;  ///< of the first, in elements
  int channels;
  int in_wide;  ///< the place of the first in what load_tile() has read

  /// Whether the i-th is alpha, which filters leave as it is.
  __device__ bool is_alpha(int i) const { return channels == 4 && i == 3; }
};

/// Gives every element of the tile that lies in the picture its value of make(word), four in one. Each thread
/// makes whole words, and beside the picture what nobody reads.
template <typename Points, typename Make>
__device__ void make_words(const BlockFrame& frame, const Tile& tile, const Points& points, Make make) {
  const int row_bytes = frame.in.width_px * tile.channels;
  for_each_place(tile.height_px, tile.narrow() / 4, [&](int row, int word) {
    const int column = 4 * word;
    const int in_row = tile.left * tile.channels + column;
    const int y = tile.top + row;
    if (y >= frame.in.height_px || in_row >= row_bytes) return;
    const int in_wide = (row + tile.radius) * tile.wide() + column + tile.radius * tile.channels;
    const std::uint32_t made = make(TileWord{row, column, tile.channels, in_wide});
    const int left = row_bytes - in_row;
    points.store(frame, row * tile.narrow() + column, y * row_bytes + in_row, made, left < 4 ? left : 4);
  });
}

}  // namespace framewright::kernels
