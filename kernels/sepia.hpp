// Sepia: the brown of old photographs, blended with the picture.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "kernels/image_view.hpp"

namespace framewright::kernels {

/// Weights in units of 1/16384: out[i] = sum over j of weights[i][j] * in[j], in the order R, G, B.
struct SepiaMatrix {
  std::array<std::array<std::int16_t, 3>, 3> weights;
};

/// The identity at intensity 0, full sepia at 1, a straight blend between.
///
/// Units    intensity 0..1.
/// Errors   none when intensity is outside its range or not a number.
/// Source   the matrix of the CSS filter function sepia(): W3C Filter Effects Module Level 1, with three
///          decimals.
std::optional<SepiaMatrix> make_sepia_matrix(double intensity) noexcept;

/// Tones the picture; alpha is copied. Gray has no room for a tone and is copied.
///
/// Shapes   in u8[h, w, c] -> out u8[h, w, c]; in place allowed, any other overlap is not.
/// Rounds   to nearest, halves up, limited to 255.
/// Errors   BadShape when a view is malformed or the shapes differ.
Status sepia(const ConstImageView& in, const SepiaMatrix& matrix, const ImageView& out) noexcept;

}  // namespace framewright::kernels
