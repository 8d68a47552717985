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
  int left = 0;  ///< in pixels, as the next
  int top = 0;

  /// Of the block that asks.
  static __device__ Tile of(const BlockFrame& frame, int channels, int radius) {
    const int width = frame.in.width_px;
    return {channels, radius, frame.left(width, kWidth), frame.top(width, kWidth, kHeight)};
  }

  FW_HOST_DEVICE int rows() const { return kHeight + 2 * radius; }
  FW_HOST_DEVICE int wide_px() const { return kWidth + 2 * radius; }
  /// From one row to the next: whole words, by which rows are read.
  FW_HOST_DEVICE int wide() const { return (wide_px() * channels + 3) / 4 * 4; }
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

/// Calls visit(row, column) for all of so many rows and columns, each in one thread, side by side for threads
/// that are neighbours. A thread divides once to find its first, and then counts on.
template <typename Visit>
__device__ void for_each_place(int rows, int columns, Visit visit) {
  const int first = static_cast<int>(threadIdx.x);
  const int down = kTileThreads / columns;
  const int across = kTileThreads % columns;
  int row = first / columns;
  int column = first % columns;
  while (row < rows) {
    visit(row, column);
    row += down;
    column += across;
    if (column < columns) continue;
    column -= columns;
    ++row;
  }
}

/// Rows begin anywhere in the picture, at whole words of the tile. What the border is, is looked up for each
/// byte of the words that reach over it only.
__device__ inline void load_words(const DevicePicture& in, const Tile& tile, Border border,
                                  std::uint32_t* wide) {
  const int row_bytes = in.width_px * tile.channels;
  const int words = tile.wide() / 4;
  for_each_place(tile.rows(), words, [&](int row, int word) {
    const int begin = border_index(tile.top - tile.radius + row, in.height_px, border) * row_bytes;
    const int at = (tile.left - tile.radius) * tile.channels + 4 * word;
    const bool is_inside = at >= 0 && at + 4 <= row_bytes;
    wide[row * words + word] = is_inside ? four_bytes(in.pixels, begin + at) : word_of([&](int i) {
      const int column = (4 * word + i) / tile.channels;
      const int x = border_index(tile.left - tile.radius + column, in.width_px, border);
      return in.pixels[begin + x * tile.channels + 4 * word + i - column * tile.channels];
    });
  });
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
  // Division by a product, exact for columns of a tile.
  const int pixels_per_column = 65536 / tile.channels + 1;
  for_each_place(Tile::kHeight, tile.narrow(), [&](int row, int column) {
    const int pixel = column * pixels_per_column >> 16;
    const int channel = column - pixel * tile.channels;
    const int x = tile.left + pixel;
    const int y = tile.top + row;
    if (x >= picture.width_px || y >= picture.height_px) return;
    visit(TileElement{row, column, channel,
                      (row + tile.radius) * tile.wide() + column + tile.radius * tile.channels,
                      row * tile.narrow() + column, (y * picture.width_px + x) * tile.channels + channel});
  });
}

}  // namespace framewright::kernels
