// PointRamp: a PointTable that is a straight line between two limits, as a few numbers. What can be computed
// need not be looked up: brightness, contrast, levels and their chains, at the speed of a copy.
#pragma once

#include <cstdint>
#include <optional>

#include "kernels/image_view.hpp"
#include "kernels/point_table.hpp"

namespace framewright::kernels {

/// With u the value, or 255 minus it where the line falls:
/// value' = limit((256 u + start) * slope / 65536 + offset) / 2^shift, every division rounded down, the inner
/// limit 0..65535, the result limited to 255.
struct PointRamp {
  bool falls;
  std::uint8_t start;
  std::uint16_t slope;
  std::int32_t offset;  ///< -65535..65535
  int shift;            ///< 4..8
};

/// The ramp that gives every value of `table`; none where there is no such line.
std::optional<PointRamp> fit_ramp(const PointTable& table) noexcept;

/// Replaces every colour value by the ramp's; alpha is copied. The same bytes as the table that was fitted.
///
/// Shapes   in u8[h, w, c] -> out u8[h, w, c]; in place allowed, any other overlap is not.
/// Rounds   nothing more than the table did.
/// Errors   BadShape when a view is malformed or the shapes differ.
Status apply_ramp(const ConstImageView& in, const PointRamp& ramp, const ImageView& out) noexcept;

}  // namespace framewright::kernels
