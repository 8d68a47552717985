// Unsharp mask: adds what a Gaussian blur takes away.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "kernels/gaussian_blur.hpp"
#include "kernels/image_view.hpp"
#include "kernels/scratch.hpp"

namespace framewright::kernels {

struct UnsharpWeights {
  std::int16_t amount = 0;     ///< in units of 1/512
  std::int16_t threshold = 0;  ///< in units of 1/64
};

/// Units    amount 0..5 times the difference; threshold 0..255 levels.
/// Errors   none when a parameter is outside its range or not a number.
std::optional<UnsharpWeights> make_unsharp_weights(double amount, int threshold) noexcept;

/// Scratch that unsharp_mask needs for pictures of this width.
std::size_t unsharp_mask_scratch_bytes(int width_px, int channels, const GaussianKernel& kernel) noexcept;

/// v' = v + amount * (v - blurred v) for every colour value that differs from its blurred one by the
/// threshold or more; the others and alpha are copied. The border is Reflect.
///
/// The blurred value keeps six fractional bits here, so it is not first rounded as gaussian_blur() does.
///
/// Shapes   in u8[h, w, c] -> out u8[h, w, c]; the views may not overlap.
/// Rounds   to nearest, halves up, limited to 0..255.
/// Errors   BadShape when a view is malformed, the shapes differ or there are no such rows; BadParameter when
///          the kernel was not made or scratch is too small.
Status unsharp_mask(const ConstImageView& in, const GaussianKernel& kernel, UnsharpWeights weights,
                    const OutputRows& out, Scratch scratch) noexcept;

}  // namespace framewright::kernels
