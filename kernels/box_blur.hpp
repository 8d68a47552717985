// Box blur: the plain mean of a square, at a cost that does not depend on the square's size.
#pragma once

#include <cstddef>

#include "kernels/image_view.hpp"
#include "kernels/scratch.hpp"

namespace framewright::kernels {

inline constexpr int kBoxBlurMaxSize = 255;

constexpr bool is_box_blur_size(int kernel_size_px) {
  return kernel_size_px >= 1 && kernel_size_px <= kBoxBlurMaxSize && kernel_size_px % 2 == 1;
}

/// Scratch that box_blur needs for pictures of this width.
std::size_t box_blur_scratch_bytes(int width_px, int channels, int kernel_size_px) noexcept;

/// Replaces every colour value by the mean of the square around it; alpha is copied. The border is Reflect.
///
/// Shapes   in u8[h, w, c] -> out u8[h, w, c]; the views may not overlap. Any size of square on any size of
///          picture. Of the rows of `in` those are read that lie within half a square and one more.
/// Units    kernel_size_px odd, 1..255.
/// Rounds   the real-valued mean exactly to nearest (an odd count has no halves).
/// Errors   BadShape when a view is malformed, the shapes differ or there are no such rows; BadParameter when
///          kernel_size_px is even or outside its range, or scratch is too small.
Status box_blur(const ConstImageView& in, int kernel_size_px, const OutputRows& out,
                Scratch scratch) noexcept;

}  // namespace framewright::kernels
