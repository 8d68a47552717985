// Between RGB and CIE L*a*b*: lightness and two colour differences in a byte each.
#pragma once

#include "kernels/image_view.hpp"

namespace framewright::kernels {

/// sRGB to L*a*b* under D65: L* times 2.55, a* and b* plus 128. Alpha is copied; gray becomes its L*.
///
/// Shapes   in u8[h, w, c] -> out u8[h, w, c]; in place allowed, any other overlap is not.
/// Rounds   by tables of fixed-point numbers; within 1 of the real-valued definition.
/// Errors   BadShape when a view is malformed or the shapes differ.
/// Source   IEC 61966-2-1 (sRGB), CIE 15 (L*a*b*); the bytes are those of OpenCV's COLOR_RGB2Lab.
Status rgb_to_lab(const ConstImageView& in, const ImageView& out) noexcept;

/// L*a*b*, as rgb_to_lab() makes it, to sRGB; colours outside the cube are limited. Alpha is copied; gray is
/// taken as L*.
///
/// Shapes   in u8[h, w, c] -> out u8[h, w, c]; in place allowed, any other overlap is not.
/// Rounds   by fixed-point numbers and a table; within 3 of the real numbers, which only dark channels of
///          strong colours need: there a step of a* or b* is many steps of the channel.
/// Errors   BadShape when a view is malformed or the shapes differ.
Status lab_to_rgb(const ConstImageView& in, const ImageView& out) noexcept;

}  // namespace framewright::kernels
