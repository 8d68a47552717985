// Strips of a tile: a thread makes a few words that lie one below the other, so that what it reads of a row
// counts for all of them that see it.
#pragma once

#include "kernels/cuda_tile.cuh"
#include "kernels/four_values.cuh"

namespace framewright::kernels {

/// One above the other, so that each thread has one where a row has the most words.
inline constexpr int kStrips = kTileThreads / Tile::kWidth;

/// With strips of so many rows.
FW_HOST_DEVICE inline Tile tile_of_strips(int channels, int radius, int rows) {
  Tile tile = Tile::of_words(channels, radius);
  tile.height_px = kStrips * rows;
  return tile;
}

/// The bytes of a row that a few words see. Whatever is asked for is known to the compiler, so that nothing
/// is looked up in memory again.
template <int kChannels, int kRadius, int kWords>
class RowWindow {
 public:
  RowWindow() = default;
  /// `first` holds the first byte that the first word sees, as its lowest.
  explicit __device__ RowWindow(const std::uint32_t* first) {
    FW_UNROLL
    for (int i = 0; i < kRead; ++i) read_[i] = first[i];
  }

  /// What the i-th byte of the words sees at a distance.
  __device__ int value(int offset_px, int i) const {
    const int at = (kRadius + offset_px) * kChannels + i;
    return byte_of(read_[at / 4], at % 4);
  }
  /// What the first word sees at a distance, as a word.
  __device__ std::uint32_t word(int offset_px) const {
    const int at = (kRadius + offset_px) * kChannels;
    const int behind = at / 4 + 1 < kRead ? at / 4 + 1 : kRead - 1;
    return four_of_eight(read_[at / 4], read_[behind], at % 4);
  }
  __device__ FourValues values(int offset_px, int word = 0) const {
    return FourValues::from([&](int i) { return value(offset_px, 4 * word + i); });
  }

 private:
  static constexpr int kRead = (4 * kWords + 2 * kRadius * kChannels + 3) / 4;
  std::uint32_t read_[kRead];
};

/// The first word of a strip, in the tile.
struct StripPlace {
  int row;
  int column;  ///< in elements
};

/// Gives every word of a tile_of_strips() that lies in the picture its value: make(place, made) sets made[i]
/// to the one that lies i rows below the place. Beside and below the picture that is made, too, and goes
/// nowhere.
template <int kRows, typename Points, typename Make>
__device__ void make_strips(const BlockFrame& frame, const Tile& tile, const Points& points, Make make) {
  const int row_bytes = frame.in.width_px * tile.channels;
  for_each_place(kStrips, tile.narrow() / 4, [&](int strip, int word) {
    const StripPlace place{strip * kRows, 4 * word};
    const int in_row = tile.left * tile.channels + place.column;
    const int y = tile.top + place.row;
    const int rows = frame.in.height_px - y;
    const int bytes = row_bytes - in_row;
    if (rows <= 0 || bytes <= 0) return;
    std::uint32_t made[kRows];
    make(place, made);
    const int in_block = place.row * tile.narrow() + place.column;
    const int in_picture = y * row_bytes + in_row;
    if (rows >= kRows && bytes >= 4 && row_bytes % 4 == 0) {
      FW_UNROLL
      for (int i = 0; i < kRows; ++i) {
        // Whole words, which is to be seen here.
        const int at_word = in_picture / 4 + i * (row_bytes / 4);
        points.store(frame, in_block + i * tile.narrow(), 4 * at_word, made[i], 4);
      }
      return;
    }
    FW_UNROLL
    for (int i = 0; i < kRows; ++i) {
      if (i < rows) {
        points.store(frame, in_block + i * tile.narrow(), in_picture + i * row_bytes, made[i],
                     bytes < 4 ? bytes : 4);
      }
    }
  });
}

/// The word with the alpha of another, for pixels of four channels.
__device__ inline std::uint32_t with_alpha_of(std::uint32_t old, std::uint32_t made) {
  return (made & 0x00FFFFFF) | (old & 0xFF000000);
}

}  // namespace framewright::kernels
