// Invert: the photographic negative.
#pragma once

#include "kernels/image_view.hpp"

namespace framewright::kernels {

/// Replaces every colour value v by 255 - v; alpha is copied.
///
/// Shapes   in u8[h, w, c] -> out u8[h, w, c]; in place allowed, any other overlap is not.
/// Rounds   nothing.
/// Errors   BadShape when a view is malformed or the shapes differ.
Status invert(const ConstImageView& in, const ImageView& out) noexcept;

}  // namespace framewright::kernels
