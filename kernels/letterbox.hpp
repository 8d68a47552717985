// Letterbox: a whole picture in a box of other proportions, with bars where it does not reach.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/device_step.hpp"
#include "kernels/image_view.hpp"
#include "kernels/resize.hpp"
#include "kernels/scratch.hpp"

namespace framewright::kernels {

/// Where a picture comes to lie in a box, and how it is resized for that.
struct LetterboxPlace {
  PixelRectangle picture;
  Interpolation interpolation = Interpolation::Area;
};

/// The largest rectangle of the picture's proportions, in the middle; a pixel that is left over goes to the
/// right or the bottom bar. Area makes smaller, bilinear the rest. Only the sizes of the views are read.
///
/// Rounds   the side that does not fill the box to nearest, halves up, but never to nothing.
LetterboxPlace place_in_box(const ConstImageView& in, const ConstImageView& box) noexcept;

/// Scratch that letterbox needs for this pair of shapes; only the sizes of the views are read.
std::size_t letterbox_scratch_bytes(const ConstImageView& in, const ConstImageView& box) noexcept;

/// Resizes the picture to its place in the box, and makes the rest gray of the level `background`, its alpha
/// opaque.
///
/// Shapes   in u8[h, w, c] -> box u8[H, W, c]; sides 1..16384; the views may not overlap.
/// Rounds   as place_in_box() and resize().
/// Errors   BadShape when a view is malformed, a side is too long or the channels differ; BadParameter when
///          scratch is too small.
Status letterbox(const ConstImageView& in, std::uint8_t background, const ImageView& box,
                 Scratch scratch) noexcept;

}  // namespace framewright::kernels
