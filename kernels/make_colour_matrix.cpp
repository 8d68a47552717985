#include <cmath>
#include <cstddef>

#include "kernels/colour_matrix.hpp"

namespace framewright::kernels {
namespace {

/// Bits behind the point where they fit; a matrix of the identity keeps every value with any number of them.
constexpr int kMostBits = 14;
constexpr int kFewestBits = 10;

bool fits(double weight) noexcept { return std::fabs(weight) <= 32767; }

}  // namespace

std::optional<ColourMatrix> make_colour_matrix(const ColourRows& rows) noexcept {
  for (int shift = kMostBits; shift >= kFewestBits; --shift) {
    ColourMatrix matrix{{}, shift};
    bool all_fit = true;
    for (std::size_t i = 0; i < 3; ++i) {
      for (std::size_t j = 0; j < 4; ++j) {
        // The fourth input is 128, and a half rounds to nearest.
        const double number = j == 3 ? (rows[i][j] + 0.5) / 128 : rows[i][j];
        const double weight = std::round(std::ldexp(number, shift));
        all_fit = all_fit && fits(weight);
        if (all_fit) matrix.weights[i][j] = static_cast<std::int16_t>(weight);
      }
    }
    if (all_fit) return matrix;
  }
  return std::nullopt;
}

}  // namespace framewright::kernels
