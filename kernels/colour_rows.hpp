// The matrices that have names, as rows of real numbers for make_colour_matrix().
#pragma once

#include <cstdint>

#include "kernels/colour_matrix.hpp"

namespace framewright::kernels {

enum class LumaStandard : std::uint8_t {
  Bt601,  ///< luma 0.299 R + 0.587 G + 0.114 B, as in JPEG files
  Bt709,  ///< luma 0.2126 R + 0.7152 G + 0.0722 B, as in HD video
};

/// R, G, B to Y, Cb, Cr and back, full range: Y 0..255, Cb and Cr around 128.
///
/// Source   JFIF 1.02 for BT.601; ITU-R BT.709-6 with the same scaling.
ColourRows rgb_to_ycbcr_rows(LumaStandard standard) noexcept;
ColourRows ycbcr_to_rgb_rows(LumaStandard standard) noexcept;

struct HueSaturation {
  double hue_degrees = 0;  ///< turned towards green for red; any angle
  double saturation = 1;   ///< factor, 0..4; 0 leaves grays
  double lightness = 0;    ///< -1 black, 0 as it is, 1 white
};

/// Hue turned, then saturation, then lightness, without limits between them. Grays stay grays.
///
/// Source   hue-rotate() and saturate() of the W3C Filter Effects Module Level 1.
ColourRows hue_saturation_rows(const HueSaturation& change) noexcept;

/// Takes away the tint of light of a colour temperature; 6500 K is neutral, a lower one makes the picture
/// bluer. Green stays as it is.
///
/// Units    kelvin 2000..12000.
/// Source   Planckian locus after Kim et al., US patent 7024034; linear sRGB (IEC 61966-2-1), gains encoded
///          by the power 1 / 2.2.
ColourRows temperature_rows(double kelvin) noexcept;

/// Each colour by a factor of its own.
ColourRows gain_rows(double red, double green, double blue) noexcept;

}  // namespace framewright::kernels
