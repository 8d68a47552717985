// ColourMatrix: every colour of a pixel as a weighted sum of its three colours and a constant. Sepia, YCbCr,
// hue, saturation and white balance are such matrices.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "kernels/image_view.hpp"

namespace framewright::kernels {

/// out[i] = (w[i][0] R + w[i][1] G + w[i][2] B + w[i][3] * 128) / 2^shift rounded down, limited to 0..255.
/// The constant, w[i][3], holds the half that makes this rounding to nearest.
struct ColourMatrix {
  std::array<std::array<std::int16_t, 4>, 3> weights;
  int shift;
};

/// Rows for red, green and blue: weights of red, green and blue, then a constant in units of values.
using ColourRows = std::array<std::array<double, 4>, 3>;

/// The matrix as numbers of 16 bits, as fine as its largest weight allows.
///
/// Units    weights -31..31, constants -255..255.
/// Rounds   weights to nearest: results are within 1 of those of the real numbers while weights are below 8.
/// Errors   none when a number is outside its range or not a number.
std::optional<ColourMatrix> make_colour_matrix(const ColourRows& rows) noexcept;

/// Multiplies every pixel by the matrix; alpha and gray are copied.
///
/// Shapes   in u8[h, w, c] -> out u8[h, w, c]; in place allowed, any other overlap is not.
/// Rounds   as ColourMatrix says.
/// Errors   BadShape when a view is malformed or the shapes differ.
Status apply_colour_matrix(const ConstImageView& in, const ColourMatrix& matrix,
                           const ImageView& out) noexcept;

}  // namespace framewright::kernels
