// Blend: the weighted mean of two pictures.
#pragma once

#include <cstdint>
#include <optional>

#include "kernels/image_view.hpp"

namespace framewright::kernels {

/// Weight of the second picture in units of 1/32768; the first has the rest.
struct BlendWeight {
  std::uint16_t second = 0;
};

/// Units    weight 0..1.
/// Errors   none when weight is outside its range or not a number.
std::optional<BlendWeight> make_blend_weight(double weight) noexcept;

/// Whether a picture of `channels` can be one of two that make a picture of `out_channels`: it has as many,
/// or is gray.
constexpr bool is_blendable(int channels, int out_channels) {
  return channels == out_channels || channels == 1;
}

/// Mixes every value of two pictures, alpha included.
///
/// Shapes   first u8[h, w, c1], second u8[h, w, c2] -> out u8[h, w, max(c1, c2)]. Where the channels differ
///          one has a single channel: its grays count for every colour, and its alpha is that of the other.
///          `out` may be `first` or `second`; any other overlap is not allowed.
/// Rounds   the weighted mean to nearest, halves up; weights 0, 1/2 and 1 are exact.
/// Errors   BadShape when a view is malformed or the shapes do not fit; BadParameter when the weight is more
///          than one.
Status blend(const ConstImageView& first, const ConstImageView& second, BlendWeight weight,
             const ImageView& out) noexcept;

}  // namespace framewright::kernels
