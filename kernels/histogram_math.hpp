// What is made of a histogram, read by the C++ compiler and by nvcc. Counts and tables have 256 entries.
#pragma once

#include <cstdint>

#include "kernels/clahe.hpp"
#include "kernels/pixel_math.hpp"

namespace framewright::kernels {

/// What becomes of a value of which so many pixels, the value of the darkest ones left out, are up to it.
FW_HOST_DEVICE inline std::uint8_t equalized(int value, std::uint64_t up_to_it, std::uint64_t of_all) {
  if (of_all == 0) return static_cast<std::uint8_t>(value);
  return static_cast<std::uint8_t>((2 * 255 * up_to_it + of_all) / (2 * of_all));
}

/// As make_equalizing_table().
FW_HOST_DEVICE inline void fill_equalizing_table(const std::uint32_t* counts, std::uint8_t* table) {
  int least = 0;
  while (least + 1 < 256 && counts[least] == 0) ++least;
  std::uint64_t above_least = 0;
  for (int value = least + 1; value < 256; ++value) above_least += counts[value];
  std::uint64_t sum = 0;
  for (int value = 0; value < 256; ++value) {
    if (value > least) sum += counts[value];
    table[value] = equalized(value, sum, above_least);
  }
}

/// The most pixels of one value that count in a tile of so many.
FW_HOST_DEVICE inline std::uint32_t clipped_count(std::uint64_t pixels, ClipLimit limit) {
  const std::uint64_t share = pixels * limit.weight >> 16;
  return static_cast<std::uint32_t>(share < 1 ? 1 : share);
}

/// What a value gets of the pixels that do not count where they are: all the same, and of those left over
/// every so many-th one.
FW_HOST_DEVICE inline std::uint32_t share_of_excess(std::uint32_t excess, std::uint32_t value) {
  const std::uint32_t left = excess % 256;
  const std::uint32_t step = left == 0 ? 1 : 256 / left;
  return excess / 256 + (value % step == 0 && value / step < left ? 1 : 0);
}

/// As make_clahe_table(); changes the counts.
FW_HOST_DEVICE inline void fill_clahe_table(std::uint32_t* counts, ClipLimit limit, std::uint8_t* table) {
  std::uint64_t pixels = 0;
  for (int value = 0; value < 256; ++value) pixels += counts[value];
  const std::uint32_t most = clipped_count(pixels, limit);
  std::uint32_t excess = 0;
  for (int value = 0; value < 256; ++value) {
    const std::uint32_t kept = counts[value] < most ? counts[value] : most;
    excess += counts[value] - kept;
    counts[value] = kept;
  }
  std::uint64_t sum = 0;
  for (int value = 0; value < 256; ++value) {
    sum += counts[value] + share_of_excess(excess, static_cast<std::uint32_t>(value));
    table[value] = equalized(value, sum, pixels);
  }
}

/// How far the two sides of a level are apart, by their means and sizes; 0 where one of them has no pixel.
/// `total` is the sum of values.
struct OtsuSide {
  std::int64_t pixels;
  std::int64_t total;
};

FW_HOST_DEVICE inline double otsu_distance(const OtsuSide& dark, const OtsuSide& all) {
  if (dark.pixels == 0 || dark.pixels == all.pixels) return 0.0;
  const auto size = static_cast<double>(dark.pixels);
  const auto other_size = static_cast<double>(all.pixels - dark.pixels);
  const double apart =
      static_cast<double>(all.total - dark.total) / other_size - static_cast<double>(dark.total) / size;
  return size * other_size * apart * apart;
}

/// As otsu_level().
FW_HOST_DEVICE inline int find_otsu_level(const std::uint32_t* counts) {
  OtsuSide all{};
  for (int value = 0; value < 256; ++value) {
    all.pixels += counts[value];
    all.total += std::int64_t{value} * counts[value];
  }
  int best_level = 0;
  double best_distance = 0.0;
  OtsuSide dark{};
  for (int level = 0; level < 256; ++level) {
    dark.pixels += counts[level];
    dark.total += std::int64_t{level} * counts[level];
    const double distance = otsu_distance(dark, all);
    if (distance > best_distance) {
      best_distance = distance;
      best_level = level;
    }
  }
  return best_level;
}

}  // namespace framewright::kernels
