// Sobel: how steep the picture is at each pixel.
#pragma once

#include <cstddef>

#include "kernels/image_view.hpp"
#include "kernels/scratch.hpp"

namespace framewright::kernels {

/// Scratch that sobel needs for pictures of this width.
std::size_t sobel_scratch_bytes(int width_px, int channels) noexcept;

/// Replaces every colour value by the magnitude sqrt(gx^2 + gy^2) of the 3x3 Sobel gradient of its own
/// channel, so that edges keep the colour that makes them; alpha is copied. For one edge map put grayscale
/// first. The border is Reflect.
///
/// Shapes   in u8[h, w, c] -> out u8[h, w, c]; the views may not overlap.
/// Rounds   the real-valued magnitude exactly to nearest, limited to 255.
/// Errors   BadShape when a view is malformed, the shapes differ or there are no such rows; BadParameter when
///          scratch is too small.
/// Source   gx = [1 0 -1; 2 0 -2; 1 0 -1], gy its transpose, without normalisation.
Status sobel(const ConstImageView& in, const OutputRows& out, Scratch scratch) noexcept;

}  // namespace framewright::kernels
