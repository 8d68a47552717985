// High pass: what a Gaussian blur takes away, shown around middle gray.
#pragma once

#include <cstddef>

#include "kernels/gaussian_blur.hpp"
#include "kernels/image_view.hpp"
#include "kernels/scratch.hpp"

namespace framewright::kernels {

/// Scratch that high_pass needs for pictures of this width.
std::size_t high_pass_scratch_bytes(int width_px, int channels, const GaussianKernel& kernel) noexcept;

/// v' = 128 + v - blurred v for every colour channel; alpha is copied. The border is Reflect.
///
/// Shapes   in u8[h, w, c] -> out u8[h, w, c]; the views may not overlap.
/// Rounds   to nearest, halves up, limited to 0..255; within 1 of the real-valued definition.
/// Errors   BadShape when a view is malformed, the shapes differ or there are no such rows; BadParameter when
///          the kernel was not made or scratch is too small.
Status high_pass(const ConstImageView& in, const GaussianKernel& kernel, const OutputRows& out,
                 Scratch scratch) noexcept;

}  // namespace framewright::kernels
