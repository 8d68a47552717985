// How a blur cuts a picture into strips of columns, and what one strip needs of scratch.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "kernels/gaussian_blur.hpp"
#include "kernels/row_ring.hpp"
#include "kernels/scratch.hpp"

namespace framewright::kernels {

/// The most elements that a pass handles at once, and so may touch beyond a row.
inline constexpr std::size_t kGaussianSpareElements = 512;

struct GaussianStrip {
  int first_px;
  int width_px;
  int reach_px;  ///< pixels on each side of a strip that it depends on
  int channels;
  int first_row = 0;  ///< of those that are blurred
  int end_row = 0;

  std::size_t elements() const { return static_cast<std::size_t>(width_px * channels); }
  std::size_t padded_elements() const { return elements() + kGaussianSpareElements; }
  std::size_t wide_elements() const { return static_cast<std::size_t>((width_px + 2 * reach_px) * channels); }
  std::size_t wide_bytes() const {
    return scratch_row_bytes<std::int16_t>(wide_elements() + kGaussianSpareElements);
  }
  std::size_t ring_bytes(int radius) const { return RowRing::bytes(padded_elements(), radius); }
};

/// What is weighed down is smoothed by levels: level 0 is not smoothed, and each is smoothed at twice the
/// distance of the one before.
inline constexpr int kGaussianLevels = 4;

/// Of the ring that keeps rows blurred along. As many rows as two spacings have are weighed down at once.
inline int gaussian_rows_radius(const GaussianKernel& kernel) {
  return kernel.reach_px() + kernel.spacing_px;
}

/// Of the ring that keeps the rows of a level.
inline int gaussian_level_radius(const GaussianKernel& kernel, int level) {
  const int distance = 1 << level;
  const int smoothed = distance < kernel.spacing_px ? kernel.smoothed_neighbours() * distance : 0;
  return level == 0 ? smoothed + kernel.spacing_px : smoothed;
}

/// The first strip of a picture, as wide as all of them but the last.
inline GaussianStrip gaussian_strip(int width_px, int channels, const GaussianKernel& kernel) {
  // Where weights stand apart the rows are too many for the nearest cache, however narrow a strip is.
  constexpr int kSpacedPx = 512;
  if (kernel.spacing_px > 1) return {0, std::min(width_px, kSpacedPx), kernel.reach_px(), channels};
  // Rows that are read for one row: about as much as the nearest cache holds. Narrower strips make more of
  // what they share twice.
  constexpr int kRowsBytes = 36 << 10;
  constexpr int kStepPx = 128;
  const int column_bytes = (2 * kernel.taps + 1) * channels * static_cast<int>(sizeof(std::int16_t));
  const int steps = std::max(1, kRowsBytes / (column_bytes * kStepPx));
  return {0, std::min(width_px, steps * kStepPx), kernel.reach_px(), channels};
}

}  // namespace framewright::kernels
