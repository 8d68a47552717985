// Resize: a picture at another size.
//
// A pixel is a square: output pixel x covers the input from x * in / out to (x + 1) * in / out, and its
// centre lies at (x + 0.5) * in / out. Positions are kept as exact fractions, so that every path samples the
// same places.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/image_view.hpp"
#include "kernels/scratch.hpp"

namespace framewright::kernels {

enum class Interpolation : std::uint8_t {
  Area,      ///< the mean of the input that the output pixel covers: right for making smaller
  Bilinear,  ///< between the centres of the two nearest pixels on each axis
  Nearest,   ///< the pixel under the centre
  Lanczos,   ///< with three lobes, made wider where the picture is made smaller, so that nothing aliases
};

/// Largest width and height that resize reads or writes.
inline constexpr int kResizeMaxSide = 16384;

/// Scratch that resize needs for this pair of shapes; only the sizes of the views are read.
std::size_t resize_scratch_bytes(const ConstImageView& in, const ConstImageView& out,
                                 Interpolation interpolation) noexcept;

/// Scales the picture to the size of `out`. Alpha (straight) is scaled like a colour channel.
///
/// Shapes   in u8[h, w, c] -> out u8[H, W, c]; sides 1..16384; the views may not overlap.
/// Border   beyond the edge the edge pixel is repeated.
/// Rounds   Nearest nothing; the others within 1 of the real-valued definition, down columns first: by
///          weights of 15 bits with six fractional bits between the axes, or by weights of 22 bits and one
///          rounding where an output pixel has more than 40 taps on both axes together.
/// Errors   BadShape when a view is malformed, a side is too long, the channels differ or there are no such
///          rows; BadParameter when scratch is too small.
Status resize(const ConstImageView& in, Interpolation interpolation, const OutputRows& out,
              Scratch scratch) noexcept;

}  // namespace framewright::kernels
