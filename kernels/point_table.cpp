#include "kernels/point_table.hpp"

#include <cmath>
#include <cstddef>

namespace framewright::kernels {
namespace {

template <typename Function>
PointTable make_table(Function function) noexcept {
  PointTable table{};
  for (int value = 0; value < 256; ++value) {
    const double limited = std::fmin(std::fmax(function(static_cast<double>(value)), 0.0), 255.0);
    table[static_cast<std::size_t>(value)] = static_cast<std::uint8_t>(std::floor(limited + 0.5));
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

PointTable compose(const PointTable& first, const PointTable& second) noexcept {
  PointTable table{};
  for (std::size_t value = 0; value < table.size(); ++value) table[value] = second[first[value]];
  return table;
}

}  // namespace framewright::kernels
