// Turn: a picture flipped, rotated by quarter turns, or both.
#pragma once

#include "kernels/image_view.hpp"

namespace framewright::kernels {

/// How the turned picture is read out of the given one: along its columns rather than its rows, and from
/// which end of each. Every flip, quarter turn and Exif orientation is one of the eight.
struct Turn {
  bool swap_axes = false;    ///< rows of the output are columns of the input
  bool from_right = false;   ///< columns of the input are read from right to left
  bool from_bottom = false;  ///< rows of the input are read from bottom to top
};

/// Copies every pixel to its new place.
///
/// Shapes   in u8[h, w, c] -> out u8[h, w, c], or u8[w, h, c] where axes are swapped; may not overlap.
/// Errors   BadShape when a view is malformed or the two do not fit together.
Status turn(const ConstImageView& in, Turn turn, const ImageView& out) noexcept;

}  // namespace framewright::kernels
