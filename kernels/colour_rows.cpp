#include "kernels/colour_rows.hpp"

#include <cmath>
#include <cstddef>

namespace framewright::kernels {
namespace {

using Matrix = std::array<std::array<double, 3>, 3>;

Matrix multiplied(const Matrix& a, const Matrix& b) {
  Matrix product{};
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 3; ++j) {
      for (std::size_t k = 0; k < 3; ++k) product[i][j] += a[i][k] * b[k][j];
    }
  }
  return product;
}

constexpr double kPi = 3.14159265358979323846;

struct Luma {
  double red;
  double green;
  double blue;
};

Luma luma_of(LumaStandard standard) {
  return standard == LumaStandard::Bt601 ? Luma{0.299, 0.587, 0.114} : Luma{0.2126, 0.7152, 0.0722};
}

Matrix hue_matrix(double degrees) {
  const double c = std::cos(degrees * kPi / 180);
  const double s = std::sin(degrees * kPi / 180);
  return {{{.213 + c * .787 - s * .213, .715 - c * .715 - s * .715, .072 - c * .072 + s * .928},
           {.213 - c * .213 + s * .143, .715 + c * .285 + s * .140, .072 - c * .072 - s * .283},
           {.213 - c * .213 - s * .787, .715 - c * .715 + s * .715, .072 + c * .928 + s * .072}}};
}

Matrix saturation_matrix(double s) {
  return {{{.213 + .787 * s, .715 - .715 * s, .072 - .072 * s},
           {.213 - .213 * s, .715 + .285 * s, .072 - .072 * s},
           {.213 - .213 * s, .715 - .715 * s, .072 + .928 * s}}};
}

/// Light of a black body in linear sRGB, green 1.
std::array<double, 3> light_of(double kelvin) {
  const double t = 1000 / kelvin;
  const double x = kelvin <= 4000 ? -0.2661239 * t * t * t - 0.2343589 * t * t + 0.8776956 * t + 0.179910
                                  : -3.0258469 * t * t * t + 2.1070379 * t * t + 0.2226347 * t + 0.240390;
  const double y = kelvin <= 2222 ? -1.1063814 * x * x * x - 1.34811020 * x * x + 2.18555832 * x - 0.20219683
                   : kelvin <= 4000
                       ? -0.9549476 * x * x * x - 1.37418593 * x * x + 2.09137015 * x - 0.16748867
                       : 3.0817580 * x * x * x - 5.87338670 * x * x + 3.75112997 * x - 0.37001483;
  const double z = 1 - x - y;
  const double red = 3.2406 * x - 1.5372 * y - 0.4986 * z;
  const double green = -0.9689 * x + 1.8758 * y + 0.0415 * z;
  const double blue = 0.0557 * x - 0.2040 * y + 1.0570 * z;
  return {red / green, 1, blue / green};
}

}  // namespace

ColourRows rgb_to_ycbcr_rows(LumaStandard standard) noexcept {
  const Luma y = luma_of(standard);
  const double cb = 0.5 / (1 - y.blue);
  const double cr = 0.5 / (1 - y.red);
  return {{{y.red, y.green, y.blue, 0},
           {-cb * y.red, -cb * y.green, 0.5, 128},
           {0.5, -cr * y.green, -cr * y.blue, 128}}};
}

ColourRows ycbcr_to_rgb_rows(LumaStandard standard) noexcept {
  const Luma y = luma_of(standard);
  const double red = 2 * (1 - y.red);
  const double blue = 2 * (1 - y.blue);
  const double green_cb = -blue * y.blue / y.green;
  const double green_cr = -red * y.red / y.green;
  return {{{1, 0, red, -128 * red},
           {1, green_cb, green_cr, -128 * (green_cb + green_cr)},
           {1, blue, 0, -128 * blue}}};
}

ColourRows hue_saturation_rows(const HueSaturation& change) noexcept {
  const Matrix matrix = multiplied(saturation_matrix(change.saturation), hue_matrix(change.hue_degrees));
  const double kept = 1 - std::fabs(change.lightness);
  const double added = 255 * std::fmax(change.lightness, 0);
  ColourRows rows{};
  for (std::size_t i = 0; i < 3; ++i) {
    rows[i] = {kept * matrix[i][0], kept * matrix[i][1], kept * matrix[i][2], added};
  }
  return rows;
}

ColourRows temperature_rows(double kelvin) noexcept {
  const auto light = light_of(kelvin);
  const auto neutral = light_of(6500);
  // Where the light has no blue left, the gain is as large as rows may hold.
  const auto gain = [&](std::size_t i) { return std::pow(neutral[i] / std::fmax(light[i], 0.01), 1 / 2.2); };
  return gain_rows(gain(0), 1, gain(2));
}

ColourRows gain_rows(double red, double green, double blue) noexcept {
  return {{{red, 0, 0, 0}, {0, green, 0, 0}, {0, 0, blue, 0}}};
}

}  // namespace framewright::kernels
