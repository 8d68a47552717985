// Oil painting: the Kuwahara filter, which paints each pixel in the colour of its calmest corner.
#pragma once

#include <cstddef>

#include "kernels/image_view.hpp"
#include "kernels/scratch.hpp"

namespace framewright::kernels {

inline constexpr int kOilPaintingMaxRadius = 15;

/// Scratch that oil_painting needs for pictures of this width.
std::size_t oil_painting_scratch_bytes(int width_px, int channels, int radius_px) noexcept;

/// Of the four squares of (radius + 1)^2 pixels that have the pixel in a corner, takes the one whose luma
/// varies least - of equals the first of: above left, above right, below left, below right - and replaces the
/// pixel by its mean colour; alpha is copied. The border is Reflect. The cost does not grow with the radius.
///
/// Shapes   in u8[h, w, c] -> out u8[h, w, c]; the views may not overlap. Any radius on any size of picture.
/// Units    radius_px 1..15.
/// Rounds   luma as BT.601, to nearest; variances compared exactly; means exactly to nearest, halves up.
/// Errors   BadShape when a view is malformed or the shapes differ; BadParameter when radius_px is outside
///          its range, or scratch is too small.
/// Source   Kuwahara et al., "Processing of RI-angiocardiographic images", 1976.
Status oil_painting(const ConstImageView& in, int radius_px, const ImageView& out, Scratch scratch) noexcept;

}  // namespace framewright::kernels
