// Histogram equalization: the same contrast for every part of the range, over the whole picture.
#pragma once

#include <cstddef>

#include "kernels/image_view.hpp"
#include "kernels/scratch.hpp"

namespace framewright::kernels {

/// Scratch that equalize needs for pictures of this width.
std::size_t equalize_scratch_bytes(int width_px, int channels) noexcept;

/// Looks up gray in the table that make_equalizing_table() makes of the picture's own histogram. Colours:
/// their BT.601 luma goes through that table, and each colour value moves by as much as the luma, so chroma
/// stays; alpha is copied.
///
/// Shapes   in u8[h, w, c] -> out u8[h, w, c]; in place allowed, any other overlap is not.
/// Rounds   the luma, and the table's value, exactly to nearest; colours are limited to 0..255.
/// Errors   BadShape when a view is malformed or the shapes differ; BadParameter when scratch is too small.
Status equalize(const ConstImageView& in, const ImageView& out, Scratch scratch) noexcept;

}  // namespace framewright::kernels
