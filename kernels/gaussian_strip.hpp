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

  std::size_t elements() const { return static_cast<std::size_t>(width_px * channels); }
  std::size_t padded_elements() const { return elements() + kGaussianSpareElements; }
  std::size_t wide_elements() const { return static_cast<std::size_t>((width_px + 2 * reach_px) * channels); }
  std::size_t wide_bytes() const {
    return scratch_row_bytes<std::int16_t>(wide_elements() + kGaussianSpareElements);
  }
  std::size_t ring_bytes(int radius) const { return RowRing::bytes(padded_elements(), radius); }
};

/// The first strip of a picture, as wide as all of them but the last.
inline GaussianStrip gaussian_strip(int width_px, int channels, const GaussianKernel& kernel) {
  // Rows that are read for one row: about as much as the nearest cache holds. Narrower strips make more of
  // what they share twice.
  constexpr int kRowsBytes = 36 << 10;
  constexpr int kStepPx = 128;
  const int column_bytes = (2 * kernel.taps + 1) * channels * static_cast<int>(sizeof(std::int16_t));
  const int steps = std::max(1, kRowsBytes / (column_bytes * kStepPx));
  return {0, std::min(width_px, steps * kStepPx), kernel.reach_px(), channels};
}

}  // namespace framewright::kernels
