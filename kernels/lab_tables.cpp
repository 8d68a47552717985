#include "kernels/lab_tables.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace framewright::kernels {
namespace {

constexpr double kRgbToXyz[3][3] = {
    {0.412453, 0.357580, 0.180423}, {0.212671, 0.715160, 0.072169}, {0.019334, 0.119193, 0.950227}};
/// What the matrix makes of white, so that white has neither a nor b.
constexpr double kWhite[3] = {0.412453 + 0.357580 + 0.180423, 1.0, 0.019334 + 0.119193 + 0.950227};

double linear_of(double encoded) {
  return encoded <= 0.04045 ? encoded / 12.92 : std::pow((encoded + 0.055) / 1.055, 2.4);
}

double encoded_of(double linear) {
  return linear <= 0.0031308 ? linear * 12.92 : 1.055 * std::pow(linear, 1 / 2.4) - 0.055;
}

constexpr double kDark = 6.0 / 29;  // below this root, the cube root is a straight line

double root_of(double share) {
  return share > kDark * kDark * kDark ? std::cbrt(share) : share / (3 * kDark * kDark) + 4.0 / 29;
}

/// `numbers` as fields, with kXyzBits behind the point. A negative one borrows from the fields above, which
/// the sum of words gives back.
std::uint64_t fields_of(const double (&numbers)[3]) {
  std::uint64_t word = 0;
  for (int i = 0; i < 3; ++i) {
    const auto number = static_cast<std::int64_t>(std::llround(std::ldexp(numbers[i], kXyzBits)));
    word += static_cast<std::uint64_t>(number) << (i * kLabFieldBits);
  }
  return word;
}

/// Half a step of the tables that are read by what is above it.
constexpr double kHalfStep = 0.5 / (1 << kXyzIndexBits);

ToLabTables make_to_lab() {
  ToLabTables tables{};
  for (std::size_t colour = 0; colour < 3; ++colour) {
    const double half = colour == 0 ? kHalfStep : 0;
    for (std::size_t value = 0; value < 256; ++value) {
      const double linear = linear_of(static_cast<double>(value) / 255);
      double xyz[3];
      for (std::size_t i = 0; i < 3; ++i) xyz[i] = linear * kRgbToXyz[i][colour] / kWhite[i] + half;
      tables.xyz[colour][value] = fields_of(xyz);
    }
  }
  for (std::size_t i = 0; i < tables.root.size(); ++i) {
    const double root = root_of(std::ldexp(static_cast<double>(i), -kXyzIndexBits));
    tables.root[i] = static_cast<std::uint16_t>(std::lround(std::ldexp(root, 15)));
    tables.lightness[i] = static_cast<std::uint8_t>(std::lround((116 * root - 16) * 2.55));
  }
  return tables;
}

FromLabTables make_from_lab() {
  FromLabTables tables{};
  for (std::size_t i = 0; i < tables.encoded.size(); ++i) {
    const double encoded = encoded_of(std::ldexp(static_cast<double>(i), -kXyzIndexBits));
    tables.encoded[i] = static_cast<std::uint8_t>(std::lround(std::clamp(encoded, 0.0, 1.0) * 255));
  }
  return tables;
}

}  // namespace

const ToLabTables& to_lab_tables() noexcept {
  static const ToLabTables tables = make_to_lab();
  return tables;
}

const FromLabTables& from_lab_tables() noexcept {
  static const FromLabTables tables = make_from_lab();
  return tables;
}

}  // namespace framewright::kernels
