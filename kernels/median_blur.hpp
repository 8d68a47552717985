// Median blur: takes specks away and keeps edges.
#pragma once

#include <cstddef>

#include "kernels/image_view.hpp"
#include "kernels/scratch.hpp"

namespace framewright::kernels {

inline constexpr int kMedianMaxSize = 31;

constexpr bool is_median_size(int kernel_size_px) {
  return kernel_size_px >= 3 && kernel_size_px <= kMedianMaxSize && kernel_size_px % 2 == 1;
}

/// Scratch that median_blur needs, whatever the picture.
std::size_t median_blur_scratch_bytes(int kernel_size_px) noexcept;

/// Replaces every colour value by the middle one of the square around it, channel by channel; alpha is
/// copied. The border is Reflect.
///
/// Shapes   in u8[h, w, c] -> out u8[h, w, c]; the views may not overlap. Any size of square on any size of
///          picture.
/// Units    kernel_size_px odd, 3..31. From 7 on the cost does not grow with it, but for a step after 15.
/// Rounds   nothing: an odd count has a middle.
/// Errors   BadShape when a view is malformed or the shapes differ; BadParameter when kernel_size_px is even
///          or outside its range, or scratch is too small.
Status median_blur(const ConstImageView& in, int kernel_size_px, const ImageView& out,
                   Scratch scratch) noexcept;

}  // namespace framewright::kernels
