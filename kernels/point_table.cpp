#include "kernels/point_table.hpp"

#include <cmath>
#include <cstddef>

namespace framewright::kernels {
namespace {

/// What a half may fall short of itself by in double arithmetic on decimal parameters, and still goes up.
constexpr double kAlmost = 1e-9;

template <typename Function>
PointTable make_table(Function function) noexcept {
  PointTable table{};
  for (int value = 0; value < 256; ++value) {
    const double limited = std::fmin(std::fmax(function(static_cast<double>(value)), 0.0), 255.0);
    table[static_cast<std::size_t>(value)] = static_cast<std::uint8_t>(std::floor(limited + 0.5 + kAlmost));
  }
  return table;
}

bool is_within(double value, double low, double high) noexcept { return value >= low && value <= high; }

}  // namespace

PointTable make_invert_table() noexcept {
  return make_table([](double value) { return 255.0 - value; });
}

std::optional<PointTable> make_brightness_contrast_table(double brightness, double contrast) noexcept {
  if (!is_within(brightness, -1.0, 1.0) || !is_within(contrast, 0.0, 10.0)) return std::nullopt;
  return make_table([=](double value) { return (value - 127.5) * contrast + 127.5 + 255.0 * brightness; });
}

std::optional<PointTable> make_gamma_table(double gamma) noexcept {
  if (!is_within(gamma, 0.01, 100.0)) return std::nullopt;
  return make_table([=](double value) { return 255.0 * std::pow(value / 255.0, 1.0 / gamma); });
}

std::optional<PointTable> make_levels_table(const Levels& levels) noexcept {
  for (const int value : {levels.input_black, levels.input_white, levels.output_black, levels.output_white}) {
    if (!is_within(value, 0, 255)) return std::nullopt;
  }
  if (!is_within(levels.gamma, 0.01, 100.0)) return std::nullopt;
  const double width = std::fmax(levels.input_white - levels.input_black, 1.0);
  return make_table([=](double value) {
    const double share = std::fmin(std::fmax((value - levels.input_black) / width, 0.0), 1.0);
    return levels.output_black +
           (levels.output_white - levels.output_black) * std::pow(share, 1.0 / levels.gamma);
  });
}

std::optional<PointTable> make_posterize_table(int levels) noexcept {
  if (levels < 2 || levels > 256) return std::nullopt;
  const double steps = levels - 1;
  return make_table([=](double value) { return std::floor(value * steps / 255.0 + 0.5) * 255.0 / steps; });
}

PointTable compose(const PointTable& first, const PointTable& second) noexcept {
  PointTable table{};
  for (std::size_t value = 0; value < table.size(); ++value) table[value] = second[first[value]];
  return table;
}

}  // namespace framewright::kernels
