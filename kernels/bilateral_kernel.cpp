#include <cmath>

#include "kernels/bilateral.hpp"
#include "kernels/bilateral_math.hpp"

namespace framewright::kernels {
namespace {

constexpr int kLargestDifference = 3 * 255;

/// A weight below 1/65536 is none, and exp(-12) is: sigma * sqrt(32) is beyond where the weights end.
ColourCurve make_curve(double sigma) {
  const double reach = sigma * std::sqrt(32.0);
  ColourCurve curve;
  curve.far = static_cast<std::int16_t>(std::fmin(reach, kLargestDifference));
  while (curve.far << (curve.shift + 1) <= 32767) ++curve.shift;
  // root = difference / (2 reach), so root^2 is the exponent by 2^kColourSquarings.
  const double factor = 32768.0 * 32768.0 / (2 * reach) / (1 << curve.shift);
  curve.factor = static_cast<std::int16_t>(std::fmin(std::floor(factor + 0.5), 32767));
  return curve;
}

}  // namespace

std::optional<BilateralKernel> make_bilateral_kernel(int kernel_size_px, double sigma_colour,
                                                     double sigma_space_px) noexcept {
  const bool is_size = kernel_size_px >= 3 && kernel_size_px <= kBilateralMaxSize && kernel_size_px % 2 == 1;
  const bool are_sigmas =
      sigma_colour >= 1.0 && sigma_colour <= 500.0 && sigma_space_px >= 0.1 && sigma_space_px <= 100.0;
  if (!is_size || !are_sigmas) return std::nullopt;
  BilateralKernel kernel;
  kernel.radius = kernel_size_px / 2;
  kernel.curve = make_curve(sigma_colour);
  for (int dy = 0; dy <= kernel.radius; ++dy) {
    for (int dx = -kernel.radius; dx <= kernel.radius; ++dx) {
      const bool is_first_half = dy > 0 || dx > 0;
      const int square = dx * dx + dy * dy;
      if (!is_first_half || square > kernel.radius * kernel.radius) continue;
      const double weight = std::exp(-square / (2 * sigma_space_px * sigma_space_px));
      BilateralTap& tap = kernel.taps[kernel.tap_count++];
      tap.dx = static_cast<std::int8_t>(dx);
      tap.dy = static_cast<std::int8_t>(dy);
      tap.weight = static_cast<std::int16_t>(std::floor(weight * kCentreWeight + 0.5));
      tap.first_row = static_cast<std::int16_t>(kernel.weight_rows);
      kernel.weight_rows += static_cast<std::size_t>(dy + 1);
    }
  }
  return kernel;
}

}  // namespace framewright::kernels
