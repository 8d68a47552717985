// What box_blur_middle divides by and works in, apart from SIMD.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/box_blur_rows.hpp"

namespace framewright::kernels {

/// Division by 2 * size * size, rounded down, of odd numbers in 16 bits: (number * factor >> 16) >> shift.
///
/// Exact for all of them: what rounding the factor (by at most 1/2) does to the product (of at most 2^15) is
/// less than the factor (above 2^14), so to the number it does less than 1, and an odd number keeps that
/// distance from every multiple of an even divisor. Therefore sums count twice, and one more.
struct MiddleDivision {
  std::int16_t divisor;
  std::int16_t factor;
  int shift;
};

constexpr MiddleDivision make_middle_division(int kernel_size_px) {
  const int divisor = 2 * kernel_size_px * kernel_size_px;
  int shift = 0;
  while (divisor >> (shift + 2) != 0) ++shift;
  const int factor = ((1 << (16 + shift)) + divisor / 2) / divisor;
  return {static_cast<std::int16_t>(divisor), static_cast<std::int16_t>(factor), shift};
}

/// The largest number to divide: what a division left over, and a row of a square from black to white.
constexpr int largest_middle_number(int kernel_size_px) {
  return 2 * kernel_size_px * kernel_size_px - 1 + 2 * 255 * kernel_size_px;
}
static_assert(largest_middle_number(kBoxBlurMaxMiddleSize) <= INT16_MAX);
static_assert(largest_middle_number(kBoxBlurMaxMiddleSize + 2) > INT16_MAX);

/// Working rows with room for half a square and one pixel to the left, and for half a square and
/// kBoxBlurSpareElements to the right.
class MiddleScratch {
 public:
  static constexpr std::size_t kSquares = 2;
  static constexpr std::size_t kSums = 4;

  MiddleScratch(std::byte* memory, int width_px, int channels, int kernel_size_px) : memory_(memory) {
    const auto border = static_cast<std::size_t>(kernel_size_px / 2 * channels);
    const auto row = static_cast<std::size_t>(width_px * channels);
    border_bytes_ = (border + static_cast<std::size_t>(channels)) * sizeof(std::int16_t);
    left_bytes_ = scratch_row_bytes<std::int16_t>(border + static_cast<std::size_t>(channels));
    row_bytes_ = left_bytes_ + scratch_row_bytes<std::int16_t>(row + border + kBoxBlurSpareElements);
  }

  std::size_t size_bytes() const { return (kSquares + kSums) * row_bytes_; }

  /// The first element of a row's pixels, aligned.
  std::int16_t* squares(std::size_t index) const {
    return reinterpret_cast<std::int16_t*>(memory_ + index * row_bytes_ + left_bytes_);
  }
  /// The first element of a row's pixels. What is aligned is half a square and a pixel before it, where rows
  /// of sums are read from.
  std::int16_t* sums(std::size_t index) const {
    return reinterpret_cast<std::int16_t*>(memory_ + (kSquares + index) * row_bytes_ + border_bytes_);
  }

 private:
  std::byte* memory_;
  std::size_t border_bytes_;
  std::size_t left_bytes_;
  std::size_t row_bytes_;
};

}  // namespace framewright::kernels
