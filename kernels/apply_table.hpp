// Applying a PointTable to a picture: brightness, contrast, gamma and every chain of point filters.
#pragma once

#include "kernels/image_view.hpp"
#include "kernels/point_table.hpp"

namespace framewright::kernels {

/// Replaces every colour value by its entry in `table`; alpha is copied.
///
/// Shapes   in u8[h, w, c] -> out u8[h, w, c]; in place allowed, any other overlap is not.
/// Rounds   nothing.
/// Errors   BadShape when a view is malformed or the shapes differ.
Status apply_table(const ConstImageView& in, const PointTable& table, const ImageView& out) noexcept;

}  // namespace framewright::kernels
