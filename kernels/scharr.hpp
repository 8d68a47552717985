// Scharr: how steep the picture is at each pixel, more nearly the same in every direction than Sobel.
#pragma once

#include <cstddef>

#include "kernels/image_view.hpp"
#include "kernels/scratch.hpp"

namespace framewright::kernels {

/// Scratch that scharr needs for pictures of this width.
std::size_t scharr_scratch_bytes(int width_px, int channels) noexcept;

/// As sobel, with Scharr's weights brought to the scale of Sobel's, so that a straight edge is as light in
/// both.
///
/// Shapes   in u8[h, w, c] -> out u8[h, w, c]; the views may not overlap.
/// Rounds   the real-valued magnitude exactly to nearest, halves up, limited to 255.
/// Errors   BadShape when a view is malformed, the shapes differ or there are no such rows; BadParameter when
///          scratch is too small.
/// Source   H. Scharr 2000: gx = [3 0 -3; 10 0 -10; 3 0 -3] / 4, gy its transpose.
Status scharr(const ConstImageView& in, const OutputRows& out, Scratch scratch) noexcept;

}  // namespace framewright::kernels
