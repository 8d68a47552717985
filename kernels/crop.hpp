// Crop: a part of a picture.
#pragma once

#include "kernels/device_step.hpp"
#include "kernels/image_view.hpp"

namespace framewright::kernels {

/// Copies the pixels of a rectangle.
///
/// Shapes   in u8[h, w, c] -> out u8[part.height_px, part.width_px, c]; may not overlap.
/// Errors   BadShape when a view is malformed, the channels differ, `part` reaches out of the picture or is
///          not of the size of `out`, or there are no such rows.
Status crop(const ConstImageView& in, const PixelRectangle& part, const OutputRows& out) noexcept;

}  // namespace framewright::kernels
