// Between RGB and HSV: hue, saturation and value in one byte each.
#pragma once

#include "kernels/image_view.hpp"

namespace framewright::kernels {

/// RGB to HSV. Hue fills its byte: 256 to the turn, so that no precision is lost and neighbours in hue are
/// neighbours in the byte (OpenCV calls this HSV_FULL). Alpha is copied; so is gray, which is its own value.
///
/// Shapes   in u8[h, w, c] -> out u8[h, w, c]; in place allowed, any other overlap is not.
/// Rounds   the real-valued hue and saturation to nearest, halves up; grays have hue and saturation 0.
/// Errors   BadShape when a view is malformed or the shapes differ.
Status rgb_to_hsv(const ConstImageView& in, const ImageView& out) noexcept;

/// HSV, as rgb_to_hsv() makes it, to RGB. Alpha and gray are copied.
///
/// Shapes   in u8[h, w, c] -> out u8[h, w, c]; in place allowed, any other overlap is not.
/// Rounds   the real-valued colours to nearest, halves up.
/// Errors   BadShape when a view is malformed or the shapes differ.
Status hsv_to_rgb(const ConstImageView& in, const ImageView& out) noexcept;

}  // namespace framewright::kernels
