// What is made of a histogram, read by the C++ compiler and by nvcc. Counts and tables have 256 entries.
#pragma once

#include <cstdint>

#include "kernels/clahe.hpp"
#include "kernels/pixel_math.hpp"

namespace framewright::kernels {

/// As make_equalizing_table().
FW_HOST_DEVICE inline void fill_equalizing_table(const std::uint32_t* counts, std::uint8_t* table) {
  int least = 0;
  while (least + 1 < 256 && counts[least] == 0) ++least;
  std::uint64_t above_least = 0;
  for (int value = least + 1; value < 256; ++value) above_least += counts[value];
  std::uint64_t sum = 0;
  for (int value = 0; value < 256; ++value) {
    if (value > least) sum += counts[value];
    table[value] =
        static_cast<std::uint8_t>(above_least == 0 ? static_cast<std::uint64_t>(value)
                                                   : (2 * 255 * sum + above_least) / (2 * above_least));
  }
}

/// As make_clahe_table(); changes the counts.
FW_HOST_DEVICE inline void fill_clahe_table(std::uint32_t* counts, ClipLimit limit, std::uint8_t* table) {
  std::uint64_t pixels = 0;
  for (int value = 0; value < 256; ++value) pixels += counts[value];
  const std::uint64_t share = pixels * limit.weight >> 16;
  const auto most = static_cast<std::uint32_t>(share < 1 ? 1 : share);
  std::uint32_t excess = 0;
  for (int value = 0; value < 256; ++value) {
    const std::uint32_t kept = counts[value] < most ? counts[value] : most;
    excess += counts[value] - kept;
    counts[value] = kept;
  }
  const std::uint32_t left = excess % 256;
  const std::uint32_t step = left == 0 ? 1 : 256 / left;
  for (int value = 0; value < 256; ++value) counts[value] += excess / 256;
  for (std::uint32_t i = 0; i < left; ++i) ++counts[i * step];
  std::uint64_t sum = 0;
  for (int value = 0; value < 256; ++value) {
    sum += counts[value];
    table[value] = static_cast<std::uint8_t>((2 * 255 * sum + pixels) / (2 * pixels));
  }
}

/// As otsu_level().
FW_HOST_DEVICE inline int find_otsu_level(const std::uint32_t* counts) {
  std::int64_t pixels = 0;
  std::int64_t total = 0;
  for (int value = 0; value < 256; ++value) {
    pixels += counts[value];
    total += std::int64_t{value} * counts[value];
  }
  int best_level = 0;
  double best_distance = 0.0;
  std::int64_t dark_pixels = 0;
  std::int64_t dark_total = 0;
  for (int level = 0; level < 256; ++level) {
    dark_pixels += counts[level];
    dark_total += std::int64_t{level} * counts[level];
    if (dark_pixels == 0 || dark_pixels == pixels) continue;
    const auto dark = static_cast<double>(dark_pixels);
    const auto bright = static_cast<double>(pixels - dark_pixels);
    const double apart =
        static_cast<double>(total - dark_total) / bright - static_cast<double>(dark_total) / dark;
    const double distance = dark * bright * apart * apart;
    if (distance > best_distance) {
      best_distance = distance;
      best_level = level;
    }
  }
  return best_level;
}

}  // namespace framewright::kernels
