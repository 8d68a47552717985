// Where a resized pixel lies in the input, as exact fractions.
#pragma once

#include <cstdint>

#include "kernels/pixel_math.hpp"
#include "kernels/resize.hpp"
#include "kernels/shape.hpp"

namespace framewright::kernels {

/// Whether resize can make `out` of `in`.
inline bool can_resize(const ConstImageView& in, const ConstImageView& out) {
  const auto is_short = [](const ConstImageView& view) {
    return view.width_px <= kResizeMaxSide && view.height_px <= kResizeMaxSide;
  };
  return is_well_formed(in) && is_well_formed(out) && in.channels == out.channels && is_short(in) &&
         is_short(out);
}

/// The input pixel under the centre of output pixel x: floor((x + 1/2) in / out).
inline int nearest_index(int x, int in, int out) {
  return static_cast<int>((2 * std::int64_t{x} + 1) * in / (2 * std::int64_t{out}));
}

/// The two pixels whose centres enclose a position, and how far it is from the first to the second.
struct LinearTap {
  int first;
  int second;
  int weight_q15;  ///< 0..32767
};

/// The tap of output pixel x; outside the outermost centres the edge pixel stands alone.
inline LinearTap linear_tap(int x, int in, int out) {
  const std::int64_t whole = 2 * std::int64_t{out};
  const std::int64_t position = (2 * std::int64_t{x} + 1) * in - out;
  if (position < 0) return {0, 0, 0};
  const int first = static_cast<int>(position / whole);
  const int weight = static_cast<int>((position % whole * 32768 + out) / whole);
  return {first, first + 1 < in ? first + 1 : first, weight < 32768 ? weight : 32767};
}

/// From a to b by weight / 32768.
inline int between(int a, int b, int weight_q15) { return a + multiply_q15(b - a, weight_q15); }

}  // namespace framewright::kernels
