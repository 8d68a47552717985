// Pixelate: squares of one colour, as coarse pixels show them.
#pragma once

#include <cstddef>

#include "kernels/image_view.hpp"
#include "kernels/scratch.hpp"

namespace framewright::kernels {

/// The largest block, whose columns still add up in 16 bits.
inline constexpr int kPixelateMaxBlock = 256;

std::size_t pixelate_scratch_bytes(int width_px, int channels);

/// Gives each square of pixels its mean. Squares lie side by side from the top left; those at the right and
/// the bottom are cut off there, and take the mean of what they have. Alpha (straight) is a channel like any.
///
/// Shapes   in u8[h, w, c] -> out u8[h, w, c]; the views may be the same.
/// Rounds   the real-valued mean exactly to nearest, halves up.
/// Errors   BadShape when a view is malformed or the two differ; BadParameter when block_size_px is not 1 to
///          kPixelateMaxBlock or scratch is too small.
Status pixelate(const ConstImageView& in, int block_size_px, const ImageView& out, Scratch scratch) noexcept;

}  // namespace framewright::kernels
