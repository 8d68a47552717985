#include <algorithm>
#include <cmath>
#include <cstddef>

#include "kernels/gaussian_blur.hpp"

namespace framewright::kernels {
namespace {

/// Room for the distances that a kernel gives weight to, and for one more.
constexpr int kMostReach = kGaussianMaxReach + 2;
/// Weights on a side that no spacing makes fewer: they are weighed as they are.
constexpr int kFewTaps = 15;
/// By how much a blur by spaced weights may be off, of 255, before it is rounded: it then stays within 1.
constexpr double kMostLevels = 0.48;

double height(double x, double variance) { return std::exp(-0.5 * x * x / variance); }

/// A weight in units of 1/32768.
int weight_of(double share) { return static_cast<int>(std::lround(share * 32768)); }

/// The nearest odd one.
int odd_weight_of(double share) { return 2 * static_cast<int>(std::floor(share * 16384)) + 1; }

bool is_small(const GaussianKernel& kernel) {
  return kernel.spacing_px == 1 && kernel.taps <= kGaussianOddTaps;
}

/// By the distance from the centre.
using Shares = std::array<double, kMostReach>;

/// The shares of the definition.
struct Curve {
  double variance;
  int reach;  ///< pixels on each side whose weight does not round to nothing, and at least one
  Shares share{};

  Curve(int size, double sigma) : variance(sigma * sigma), reach(size / 2) {
    double sum = height(0, variance);
    for (int x = 1; x <= size / 2; ++x) sum += 2 * height(x, variance);
    for (int x = 0; x <= size / 2; ++x) at(x) = height(x, variance) / sum;
    while (reach > 1 && weight_of(at(reach)) == 0) --reach;
  }

  double& at(int distance) { return share[static_cast<std::size_t>(distance)]; }
  double at(int distance) const { return share[static_cast<std::size_t>(distance)]; }
};

void set_weight(GaussianKernel& kernel, int tap, int weight) {
  kernel.side[static_cast<std::size_t>(tap - 1)] = static_cast<std::int16_t>(weight);
  kernel.around = static_cast<std::int16_t>(kernel.around + 2 * weight);
}

GaussianKernel close_kernel(const Curve& curve) {
  GaussianKernel kernel;
  kernel.taps = curve.reach;
  const bool is_odd = is_small(kernel);
  for (int tap = 1; tap <= kernel.taps; ++tap) {
    const int nearest = weight_of(curve.at(tap));
    set_weight(kernel, tap, is_odd && nearest != 0 ? odd_weight_of(curve.at(tap)) : nearest);
  }
  if (is_odd && kernel.around % 4 == 0 && kernel.around != 0) {
    kernel.around = static_cast<std::int16_t>(kernel.around - 2);
  }
  return kernel;
}

/// What [1 2 1] / 4 adds to the variance, done as a spacing asks for.
double added_variance(int spacing_px) { return (spacing_px * spacing_px - 1) / 6.0; }

/// Straight lines between taps, as far as taps go; beyond them edge taps make up for what lines leave.
GaussianKernel kernel_of_lines(const Curve& curve, int spacing_px) {
  GaussianKernel kernel{curve.reach / spacing_px, spacing_px, spacing_px - 1};
  const int end = kernel.taps * spacing_px;
  const auto height_at = [&](int tap) {
    return height(tap * spacing_px, curve.variance - added_variance(spacing_px));
  };
  // Lines have to make up what edges do not.
  double lines = spacing_px * height_at(0);
  for (int tap = 1; tap <= kernel.taps; ++tap) lines += 2 * spacing_px * height_at(tap);
  lines -= (spacing_px - 1) * height_at(kernel.taps);
  double left = 1;
  for (int x = end + 1; x < end + spacing_px; ++x) left -= 2 * curve.at(x);
  for (int tap = 1; tap <= kernel.taps; ++tap) {
    set_weight(kernel, tap, weight_of(spacing_px * height_at(tap) * left / lines));
  }
  const double last = kernel.side[static_cast<std::size_t>(kernel.taps - 1)] / 32768.0;
  for (int x = 1; x < spacing_px; ++x) {
    const double line = last * (spacing_px - x) / (spacing_px * spacing_px);
    set_weight(kernel, kernel.taps + x, weight_of(curve.at(end + x) - line));
  }
  return kernel;
}

/// Cubic curves. The last tap counts for as much of a spacing as the size leaves to it.
GaussianKernel kernel_of_curves(const Curve& curve, int spacing_px) {
  const double spacings = (curve.reach + 0.5) / spacing_px;
  GaussianKernel kernel{static_cast<int>(std::ceil(spacings - 0.5)), spacing_px};
  const auto height_at = [&](int tap) {
    const double part = tap == kernel.taps ? spacings + 0.5 - tap : 1;
    return part * height(tap * spacing_px, curve.variance - 2 * added_variance(spacing_px));
  };
  double sum = height_at(0);
  for (int tap = 1; tap <= kernel.taps; ++tap) sum += 2 * height_at(tap);
  for (int tap = 1; tap <= kernel.taps; ++tap) set_weight(kernel, tap, weight_of(height_at(tap) / sum));
  return kernel;
}

/// What one pixel of 1 gives to those around it, by the position from -kMostReach on.
using Spread = std::array<double, 2 * kMostReach + 1>;

/// Smoothed as the kernel asks for.
void smooth(const GaussianKernel& kernel, Spread& spread) {
  for (int distance = 1; distance < kernel.spacing_px; distance *= 2) {
    for (int times = 0; times < kernel.smoothed_neighbours(); ++times) {
      const Spread old = spread;
      const auto gap = static_cast<std::size_t>(distance);
      for (std::size_t i = gap; i + gap < old.size(); ++i) {
        spread[i] = (old[i - gap] + 2 * old[i] + old[i + gap]) / 4;
      }
    }
  }
}

/// What the kernel makes of the curve, by the distance from the centre.
Shares shares_of(const GaussianKernel& kernel) {
  Spread spread{};
  const auto add = [&](int first_tap, int last_tap, int first_px, int step_px) {
    for (int tap = first_tap; tap <= last_tap; ++tap) {
      const int distance = first_px + (tap - first_tap) * step_px;
      const double share = kernel.side[static_cast<std::size_t>(tap - 1)] / 32768.0;
      spread[static_cast<std::size_t>(kMostReach - distance)] += share;
      spread[static_cast<std::size_t>(kMostReach + distance)] += share;
    }
  };
  spread[kMostReach] = 1 - kernel.around / 32768.0;
  add(1, kernel.taps, kernel.spacing_px, kernel.spacing_px);
  smooth(kernel, spread);
  add(kernel.taps + 1, kernel.weights(), kernel.taps * kernel.spacing_px + 1, 1);
  Shares shares;
  std::copy_n(spread.begin() + kMostReach, kMostReach, shares.begin());
  return shares;
}

/// The most by which both passes can be off, of 255: where a picture is white wherever the square of weights
/// is too large, and black elsewhere.
double most_levels_off(const GaussianKernel& kernel, const Curve& curve) {
  const Shares made = shares_of(kernel);
  double levels = 0;
  for (std::size_t y = 0; y < kMostReach; ++y) {
    double row = 0;
    for (std::size_t x = 0; x < kMostReach; ++x) {
      row += (x == 0 ? 255 : 510) * std::max(0.0, made[y] * made[x] - curve.share[y] * curve.share[x]);
    }
    levels += y == 0 ? row : 2 * row;
  }
  return levels;
}

}  // namespace

std::optional<GaussianKernel> make_gaussian_kernel(int size, double sigma) noexcept {
  const bool is_size = size >= kGaussianMinSize && size <= kGaussianMaxSize && size % 2 == 1;
  if (!is_size || !(sigma >= 0.1 && sigma <= 50.0)) return std::nullopt;
  const Curve curve(size, sigma);
  if (curve.reach <= kFewTaps) return close_kernel(curve);
  std::optional<GaussianKernel> best;
  if (curve.reach <= kGaussianMaxTaps) best = close_kernel(curve);
  for (int spacing = 2; spacing <= kGaussianMaxSpacing; spacing *= 2) {
    // What smoothing adds has to be less than all there is.
    if (curve.variance <= 2 * added_variance(spacing)) break;
    for (const auto make : {kernel_of_lines, kernel_of_curves}) {
      if ((curve.reach + spacing) / spacing + spacing - 1 > kGaussianMaxTaps) continue;
      const GaussianKernel kernel = make(curve, spacing);
      const bool is_best = !best || kernel.weights() < best->weights();
      if (is_best && most_levels_off(kernel, curve) < kMostLevels) best = kernel;
    }
  }
  return best;
}

bool is_gaussian_kernel(const GaussianKernel& kernel) noexcept {
  const int spacing = kernel.spacing_px;
  const bool is_spacing = spacing == 1 || spacing == 2 || spacing == 4 || spacing == 8;
  const bool are_edges = kernel.edge_taps == 0 || kernel.edge_taps == spacing - 1;
  return is_spacing && are_edges && kernel.taps >= 1 && kernel.weights() <= kGaussianMaxTaps &&
         kernel.reach_px() <= kGaussianMaxReach;
}

bool has_odd_weights(const GaussianKernel& kernel) noexcept {
  const auto is_odd = [](int weight) { return weight == 0 || weight % 2 == 1; };
  const auto* const end = kernel.side.data() + kernel.taps;
  return is_small(kernel) && kernel.around % 2 == 0 && is_odd(kernel.around / 2) &&
         std::all_of(kernel.side.data(), end, is_odd);
}

}  // namespace framewright::kernels
