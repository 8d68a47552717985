// The matrices of white balance, read by the C++ compiler and by nvcc.
#pragma once

#include <cmath>
#include <cstdint>

#include "kernels/colour_matrix.hpp"
#include "kernels/pixel_math.hpp"
#include "kernels/white_balance.hpp"

namespace framewright::kernels {

/// As make_colour_matrix(), but for the check of ranges: false when no number of bits fits.
FW_HOST_DEVICE inline bool fit_colour_matrix(const double (&rows)[3][4], ColourMatrix& matrix) {
  // Bits behind the point where they fit; a matrix of the identity keeps every value with any number of them.
  constexpr int kMostBits = 14;
  constexpr int kFewestBits = 10;
  for (int shift = kMostBits; shift >= kFewestBits; --shift) {
    bool all_fit = true;
    for (unsigned i = 0; i < 3; ++i) {
      for (unsigned j = 0; j < 4; ++j) {
        // The fourth input is 128, and a half rounds to nearest.
        const double number = j == 3 ? (rows[i][j] + 0.5) / 128 : rows[i][j];
        const double weight = std::round(number * static_cast<double>(1 << shift));
        all_fit = all_fit && std::fabs(weight) <= 32767;
        if (all_fit) matrix.weights[i][j] = static_cast<std::int16_t>(weight);
      }
    }
    matrix.shift = shift;
    if (all_fit) return true;
  }
  return false;
}

/// wanted / found within 1/8..8; 1 where nothing was found.
FW_HOST_DEVICE inline double balancing_factor(double wanted, double found) {
  if (!(found > 0)) return 1;
  const double factor = wanted / found;
  return factor < 0.125 ? 0.125 : (factor > 8.0 ? 8.0 : factor);
}

/// One factor for each colour, 1/8..8. A colour that the picture has not got keeps the factor 1.
FW_HOST_DEVICE inline ColourMatrix find_white_balance(WhiteReference reference,
                                                      const ColourStatistics& statistics) {
  const auto& sum = statistics.sum;
  const double mean = static_cast<double>(sum[0] + sum[1] + sum[2]) / 3;
  double rows[3][4] = {};
  for (unsigned i = 0; i < 3; ++i) {
    rows[i][i] = reference == WhiteReference::GrayWorld ? balancing_factor(mean, static_cast<double>(sum[i]))
                                                        : balancing_factor(255, statistics.bright[i]);
  }
  ColourMatrix matrix{};
  fit_colour_matrix(rows, matrix);
  return matrix;
}

/// Sum and bright value of one colour whose 256 values occur `counts` times in a picture of `pixels`.
FW_HOST_DEVICE inline void add_statistics(const std::uint32_t* counts, std::uint64_t pixels, unsigned colour,
                                          ColourStatistics& statistics) {
  statistics.sum[colour] = 0;
  for (unsigned value = 0; value < 256; ++value) {
    statistics.sum[colour] += value * static_cast<std::uint64_t>(counts[value]);
  }
  std::uint64_t above = 0;
  int value = 255;
  while ((above += counts[value]) * 100 < pixels) --value;
  statistics.bright[colour] = value;
}

}  // namespace framewright::kernels
