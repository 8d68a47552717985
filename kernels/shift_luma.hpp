// Giving pixels another luma while their chroma stays.
#pragma once

#include "kernels/image_view.hpp"

namespace framewright::kernels {

/// Adds to - from to every colour value; alpha is copied.
///
/// Shapes   in u8[h, w, 3|4], from and to u8[h, w, 1] -> out u8[h, w, 3|4]; in place allowed, any other
///          overlap is not.
/// Rounds   nothing; limited to 0..255.
/// Errors   BadShape when a view is malformed or the shapes do not fit together.
Status shift_luma(const ConstImageView& in, const ConstImageView& from, const ConstImageView& to,
                  const ImageView& out) noexcept;

}  // namespace framewright::kernels
