// Sharpen: adds the difference between a pixel and its four neighbours.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "kernels/image_view.hpp"
#include "kernels/scratch.hpp"

namespace framewright::kernels {

/// Strength in units of 1/4096.
struct SharpenWeight {
  std::int16_t weight = 0;
};

/// Units    strength 0..5; 0 changes nothing, 1 is the customary kernel [0 -1 0; -1 5 -1; 0 -1 0].
/// Errors   none when strength is outside its range or not a number.
std::optional<SharpenWeight> make_sharpen_weight(double strength) noexcept;

/// Scratch that sharpen needs for pictures of this width.
std::size_t sharpen_scratch_bytes(int width_px, int channels) noexcept;

/// v' = v + strength * (4 v - north - south - west - east) for every colour channel; alpha is copied. The
/// border is Reflect.
///
/// Shapes   in u8[h, w, c] -> out u8[h, w, c]; the views may not overlap.
/// Rounds   to nearest, halves up, limited to 0..255; within 1 of the real-valued definition, and exact for
///          strengths that are multiples of 1/4096.
/// Errors   BadShape when a view is malformed, the shapes differ or there are no such rows; BadParameter when
///          scratch is too small.
Status sharpen(const ConstImageView& in, SharpenWeight strength, const OutputRows& out,
               Scratch scratch) noexcept;

}  // namespace framewright::kernels
