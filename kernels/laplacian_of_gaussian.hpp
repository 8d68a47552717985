// Laplacian of Gaussian: blobs and edges of one scale.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "kernels/gaussian_blur.hpp"
#include "kernels/image_view.hpp"
#include "kernels/scratch.hpp"

namespace framewright::kernels {

/// A Gaussian g and sigma^2 times its second derivative, h. h(0) is what makes the sum of all h zero, so that
/// one flat colour has no response.
struct LogKernel {
  GaussianKernel smooth;
  std::array<std::int16_t, kGaussianMaxTaps> curve{};  ///< h at distance 1, 2, ... radius, units of 1/32768
};

enum class LogOutput : std::uint8_t {
  Absolute,  ///< |response|: edges are light on both sides of a dark line
  Signed,    ///< 128 + response: light where the picture is darker than around
};

/// Weights g(x) ~ exp(-x^2 / (2 sigma^2)), of sum 1, and h(x) = (x^2 / sigma^2 - 1) g(x), up to three sigma.
///
/// Units    sigma 0.5..5 pixels.
/// Errors   none when sigma is outside its range or not a number.
std::optional<LogKernel> make_log_kernel(double sigma) noexcept;

/// Scratch that laplacian_of_gaussian needs for pictures of this width.
std::size_t laplacian_of_gaussian_scratch_bytes(int width_px, int channels, const LogKernel& kernel) noexcept;

/// The response sum of (h(y) g(x) + g(y) h(x)) * v of every colour channel; alpha is copied. The factor
/// sigma^2 in h makes a step between two areas equally strong at every sigma: a quarter of its height. The
/// border is Reflect.
///
/// g and h are applied along rows, then along columns, with six fractional bits between the two; this order
/// and these bits are part of the definition, so that every path gives the same bytes.
///
/// Shapes   in u8[h, w, c] -> out u8[h, w, c]; the views may not overlap. Any sigma on any size.
/// Rounds   within 1 of the real-valued definition, limited to 0..255; one flat colour has exactly no
///          response.
/// Errors   BadShape when a view is malformed, the shapes differ or there are no such rows; BadParameter when
///          the kernel was not made by make_log_kernel, or scratch is too small.
/// Source   D. Marr and E. Hildreth 1980; the scale as in T. Lindeberg 1998.
Status laplacian_of_gaussian(const ConstImageView& in, const LogKernel& kernel, LogOutput output,
                             const OutputRows& out, Scratch scratch) noexcept;

}  // namespace framewright::kernels
