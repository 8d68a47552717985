#include <algorithm>
#include <cmath>
#include <cstddef>

#include "kernels/gaussian_blur.hpp"

namespace framewright::kernels {
namespace {

double height(double x, double variance) { return std::exp(-0.5 * x * x / variance); }

/// A weight in units of 1/32768.
int weight_of(double share) { return static_cast<int>(std::lround(share * 32768)); }

/// The nearest odd one.
int odd_weight_of(double share) { return 2 * static_cast<int>(std::floor(share * 16384)) + 1; }

bool is_small(const GaussianKernel& kernel) {
  return kernel.spacing_px == 1 && kernel.taps <= kGaussianOddTaps;
}

/// The height at 0 plus twice those at the distances of the taps.
double sum_of_heights(int taps, int spacing_px, double variance) {
  double sum = height(0, variance);
  for (int tap = 1; tap <= taps; ++tap) sum += 2 * height(tap * spacing_px, variance);
  return sum;
}

/// Pixels on each side whose weight does not round to nothing, and at least one.
int reach_of(int size, double variance) {
  const double sum = sum_of_heights(size / 2, 1, variance);
  int reach = size / 2;
  while (reach > 1 && weight_of(height(reach, variance) / sum) == 0) --reach;
  return reach;
}

}  // namespace

std::optional<GaussianKernel> make_gaussian_kernel(int size, double sigma) noexcept {
  const bool is_size = size >= kGaussianMinSize && size <= kGaussianMaxSize && size % 2 == 1;
  if (!is_size || !(sigma >= 0.1 && sigma <= 50.0)) return std::nullopt;
  GaussianKernel kernel;
  const int reach = reach_of(size, sigma * sigma);
  // Straight lines cannot end in a step, so a curve that is cut off has its weights closer together.
  const int most_taps = size < 5 * sigma ? kGaussianMaxTaps : kGaussianMaxTaps / 2;
  kernel.spacing_px = reach <= most_taps ? 1 : (reach <= 2 * most_taps + 1 ? 2 : 4);
  const int spacing = kernel.spacing_px;
  // The last straight line falls to nothing within a spacing, so it counts for half of one.
  kernel.taps = static_cast<int>(std::lround((2 * reach + 1 - spacing) / (2.0 * spacing)));
  const double variance = sigma * sigma - (spacing * spacing - 1) / 6.0;
  const int last = spacing == 1 ? size / 2 : kernel.taps;
  const double sum = sum_of_heights(last, spacing, variance);
  const bool is_odd = is_small(kernel);
  int around = 0;
  for (int tap = 1; tap <= kernel.taps; ++tap) {
    const double share = height(tap * spacing, variance) / sum;
    const int nearest = weight_of(share);
    const int weight = is_odd && nearest != 0 ? odd_weight_of(share) : nearest;
    kernel.side[static_cast<std::size_t>(tap - 1)] = static_cast<std::int16_t>(weight);
    around += 2 * weight;
  }
  if (is_odd && around % 4 == 0 && around != 0) around -= 2;
  kernel.around = static_cast<std::int16_t>(around);
  return kernel;
}

bool is_gaussian_kernel(const GaussianKernel& kernel) noexcept {
  const bool is_spacing = kernel.spacing_px == 1 || kernel.spacing_px == 2 || kernel.spacing_px == 4;
  return is_spacing && kernel.taps >= 1 && kernel.taps <= kGaussianMaxTaps;
}

bool has_odd_weights(const GaussianKernel& kernel) noexcept {
  const auto is_odd = [](int weight) { return weight == 0 || weight % 2 == 1; };
  const auto* const end = kernel.side.data() + kernel.taps;
  return is_small(kernel) && kernel.around % 2 == 0 && is_odd(kernel.around / 2) &&
         std::all_of(kernel.side.data(), end, is_odd);
}

}  // namespace framewright::kernels
