// Gaussian blur: a separable weighted mean of the neighbourhood.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "kernels/image_view.hpp"
#include "kernels/scratch.hpp"

namespace framewright::kernels {

inline constexpr int kGaussianMinSize = 3;
inline constexpr int kGaussianMaxSize = 31;

/// One half of a symmetric kernel, in units of 1/32768. The weight of the centre is 1 - `around`, so that all
/// weights sum to exactly one whatever rounding did to the others.
struct GaussianKernel {
  int radius = 0;
  std::int16_t around = 0;                                ///< twice the sum of `side`
  std::array<std::int16_t, kGaussianMaxSize / 2> side{};  ///< weight at distance 1, 2, ... radius
};

/// Weights proportional to exp(-x^2 / (2 sigma^2)) at x = 0, 1, ... (size - 1) / 2.
///
/// Units    size odd, 3..31 pixels; sigma 0.1..20 pixels.
/// Errors   none when a parameter is outside its range or not a number.
std::optional<GaussianKernel> make_gaussian_kernel(int size, double sigma) noexcept;

/// Scratch that gaussian_blur needs for pictures of this width.
std::size_t gaussian_blur_scratch_bytes(int width_px, int channels, const GaussianKernel& kernel) noexcept;

/// Blurs every colour channel; alpha is copied.
///
/// The kernel is applied along rows, then along columns, with six fractional bits between the two; this order
/// and these bits are part of the definition, so that every path gives the same bytes.
///
/// Shapes   in u8[h, w, c] -> out u8[h, w, c]; the views may not overlap. Any radius on any size.
/// Rounds   within 1 of the real-valued definition; one flat colour stays exactly what it is.
/// Errors   BadShape when a view is malformed or the shapes differ; BadParameter when scratch is too small.
Status gaussian_blur(const ConstImageView& in, const GaussianKernel& kernel, Border border,
                     const ImageView& out, Scratch scratch) noexcept;

}  // namespace framewright::kernels
