// White balance by what the picture itself says of its light.
#pragma once

#include <array>
#include <cstdint>

#include "kernels/colour_matrix.hpp"
#include "kernels/image_view.hpp"

namespace framewright::kernels {

enum class WhiteReference : std::uint8_t {
  GrayWorld,   ///< the mean of the picture is gray
  WhitePatch,  ///< what 1 % of the pixels reach in each colour is white
};

/// What is known of the pixels, for red, green and blue.
struct ColourStatistics {
  std::array<std::uint64_t, 3> sum;
  std::array<int, 3> bright;  ///< the greatest value that 1 % of the pixels reach
};

/// Multiplies each colour by the factor that the reference asks for; alpha and gray are copied.
///
/// Shapes   in u8[h, w, c] -> out u8[h, w, c]; in place allowed, any other overlap is not.
/// Rounds   as apply_colour_matrix().
/// Errors   BadShape when a view is malformed or the shapes differ.
Status balance_white(const ConstImageView& in, WhiteReference reference, const ImageView& out) noexcept;

}  // namespace framewright::kernels
