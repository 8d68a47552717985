// Extremes of one channel of a tile, four values in a word, by doubling: level k of a row holds the extreme
// of 2^k values from each on, and two of those, which may overlap, make a window of any width. Van Herk's
// running extremes need two operations for a value, doubling seven at most, but all threads of a block take
// part in each step.
#pragma once

#include "kernels/cuda_tile.cuh"
#include "kernels/morphology.hpp"

namespace framewright::kernels {

enum class Extreme : std::uint8_t { Darkest, Lightest };

/// One channel of so many pixels across, so that each thread makes a word.
inline constexpr int kPlaneWidth = 64;
inline constexpr int kPlaneWords = kPlaneWidth / 4;
static_assert(kPlaneWords * Tile::kHeight == kTileThreads);
static_assert(4 * kPlaneWidth * Tile::kHeight <= kMaxBlockElements);

FW_HOST_DEVICE inline Tile plane_tile(int radius) { return {1, radius, kPlaneWidth}; }

/// Of each of two levels. What is read behind the last value is a word that nobody uses.
FW_HOST_DEVICE inline int level_bytes(const Tile& tile) { return tile.wide_elements() + 4; }

template <Extreme kExtreme>
struct Extremes {
  static constexpr std::uint8_t kNeutral = kExtreme == Extreme::Darkest ? 255 : 0;

  /// Of four values at once.
  static __device__ std::uint32_t of(std::uint32_t a, std::uint32_t b) {
#ifdef __CUDACC__
    return kExtreme == Extreme::Darkest ? __vminu4(a, b) : __vmaxu4(a, b);
#else
    return word_of([&](int i) {
      const auto first = static_cast<std::uint8_t>(a >> (8 * i));
      const auto second = static_cast<std::uint8_t>(b >> (8 * i));
      return (first < second) == (kExtreme == Extreme::Darkest) ? first : second;
    });
#endif
  }

  /// What lies outside the picture does not count.
  static __device__ void load(const DevicePicture& in, const Tile& tile, int channel, std::uint32_t* wide) {
    const int words = tile.wide() / 4;
    for_each_place(tile.rows(), words, [&](int row, int word) {
      const int x = tile.left - tile.radius + 4 * word;
      const int y = tile.top - tile.radius + row;
      const bool is_row = y >= 0 && y < in.height_px;
      const bool is_one_word = is_row && in.channels == 1 && x >= 0 && x + 4 <= in.width_px;
      wide[row * words + word] =
          is_one_word ? four_bytes(in.pixels, y * in.width_px + x) : word_of([&](int i) {
            const bool is_inside = is_row && x + i >= 0 && x + i < in.width_px;
            return is_inside ? in.pixels[(y * in.width_px + x + i) * in.channels + channel] : kNeutral;
          });
    });
    __syncthreads();
  }

  /// The next level of `count` values. Beyond the end of a row it holds what no window reads.
  static __device__ void double_up(const std::uint8_t* from, int count, int distance, std::uint8_t* to) {
    auto* words = reinterpret_cast<std::uint32_t*>(to);
    for (int i = static_cast<int>(threadIdx.x); i < count / 4; i += kTileThreads) {
      const std::uint32_t here = four_bytes(from, 4 * i);
      words[i] = 4 * i + distance < count ? of(here, four_bytes(from, 4 * i + distance)) : here;
    }
    __syncthreads();
  }
};

__device__ inline int level_of(int width) {
  int level = 0;
  while (2 << level <= width) ++level;
  return level;
}

/// The word of the plane that a thread makes.
struct PlaneWord {
  int row;
  int column;  ///< of its first value

  static __device__ PlaneWord of_thread() {
    const int number = static_cast<int>(threadIdx.x);
    return {number / kPlaneWords, number % kPlaneWords * 4};
  }
};

/// Rows of the element one level after the other, each where its width belongs.
template <Extreme kExtreme>
__device__ std::uint32_t find_by_rows(const std::uint8_t* half_widths, const Tile& tile, std::uint8_t* from,
                                      std::uint8_t* to) {
  using E = Extremes<kExtreme>;
  const int wide = tile.wide();
  const PlaneWord word = PlaneWord::of_thread();
  std::uint32_t found = E::kNeutral * 0x01010101U;
  for (int level = 0; level <= level_of(2 * tile.radius + 1); ++level) {
    for (int d = -tile.radius; d <= tile.radius; ++d) {
      const int half = half_widths[d < 0 ? -d : d];
      if (level_of(2 * half + 1) != level) continue;
      const int centre = (word.row + tile.radius + d) * wide + word.column + tile.radius;
      const std::uint32_t both =
          E::of(four_bytes(from, centre - half), four_bytes(from, centre + half + 1 - (1 << level)));
      found = E::of(found, both);
    }
    __syncthreads();
    E::double_up(from, tile.wide_elements(), 1 << level, to);
    std::uint8_t* const made = to;
    to = from;
    from = made;
  }
  return found;
}

/// A square has the same width everywhere: along rows, then the same along columns.
template <Extreme kExtreme>
__device__ std::uint32_t find_in_square(const Tile& tile, std::uint8_t* from, std::uint8_t* to) {
  using E = Extremes<kExtreme>;
  const int window = 2 * tile.radius + 1;
  const int level = level_of(window);
  const int rest = window - (1 << level);
  const auto swap = [&] {
    std::uint8_t* const made = to;
    to = from;
    from = made;
  };
  for (int k = 0; k < level; ++k, swap()) E::double_up(from, tile.wide_elements(), 1 << k, to);
  auto* narrow = reinterpret_cast<std::uint32_t*>(to);
  for_each_place(tile.rows(), kPlaneWords, [&](int row, int word) {
    const int first = row * tile.wide() + 4 * word;
    narrow[row * kPlaneWords + word] = E::of(four_bytes(from, first), four_bytes(from, first + rest));
  });
  __syncthreads();
  swap();
  for (int k = 0; k < level; ++k, swap()) {
    E::double_up(from, tile.rows() * kPlaneWidth, kPlaneWidth << k, to);
  }
  const int at = 4 * static_cast<int>(threadIdx.x);
  const std::uint32_t found = E::of(four_bytes(from, at), four_bytes(from, at + rest * kPlaneWidth));
  __syncthreads();
  return found;
}

}  // namespace framewright::kernels
