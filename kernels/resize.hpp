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

// For pictures that are made some rows at a time, with the weights made once.

/// Writes into scratch what resize_prepared() needs between two shapes; only the sizes of the views are read.
///
/// Errors   BadParameter when scratch is smaller than resize_scratch_bytes().
Status prepare_resize(const ConstImageView& in, Interpolation interpolation, const ConstImageView& out,
                      Scratch scratch) noexcept;

/// As resize(), with scratch as prepare_resize() has left it for the same shapes; it may be used again.
Status resize_prepared(const ConstImageView& in, Interpolation interpolation, const OutputRows& out,
                       Scratch scratch) noexcept;

/// The rows of a picture that some rows of the resized one are made of.
struct ResizedRows {
  int first = 0;
  int end = 0;
};

/// From a height of in_px to one of out_px; `made` is within that and not empty.
ResizedRows rows_to_resize(Interpolation interpolation, int in_px, int out_px, ResizedRows made) noexcept;

}  // namespace framewright::kernels
