// Where a resized pixel lies in the input and what it is made of, in whole numbers.
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
FW_HOST_DEVICE inline int nearest_index(int x, int in, int out) {
  return static_cast<int>((2 * std::int64_t{x} + 1) * in / (2 * std::int64_t{out}));
}

/// One axis of a picture that is resized by weighing neighbours: by any Interpolation but Nearest.
struct ResampleAxis {
  Interpolation interpolation;
  int in_px;
  int out_px;
};

/// How many neighbouring input pixels make one output pixel, the same for all; never more than there are.
int tap_count(const ResampleAxis& axis);

/// The input pixel of the first of the tap_count(axis) taps of output pixel x.
int first_tap_within(const ResampleAxis& axis, int x);

/// Whether none of the taps of output pixel x had to be moved to lie within the input.
bool taps_are_within(const ResampleAxis& axis, int x);

/// Sets weights[0, tap_count(axis)) for output pixel x and returns the input pixel of the first. The weights
/// are whole numbers whose sum is exactly `one`.
int weigh_taps(const ResampleAxis& axis, int x, int one, std::int32_t* weights);

/// The weight that is largest; the first of them.
int heaviest_tap(const std::int32_t* weights, int count);

/// Two axes with so few taps that 16-bit arithmetic stays within half a level of the real-valued definition
/// before it rounds: each tap loses up to 1/128 of a level by its product and 1/256 by its weight.
inline bool is_narrow(const ResampleAxis& across, const ResampleAxis& down) {
  return tap_count(across) + tap_count(down) <= 40;
}

/// What the weights of a narrow resize add up to. The heaviest is kept less kNarrowOne, so that each fits
/// in 16 bits, and its value is added on its own.
inline constexpr int kNarrowOne = 1 << 15;

/// What the weights of any other resize add up to: 255 weighed down an axis takes 31 bits, and across it 53.
inline constexpr int kWideBits = 22;
inline constexpr int kWideOne = 1 << kWideBits;

/// One axis of a narrow resize; at(tap) is the value there, with kPassBits fractional bits: an int, or what
/// is computed like several. `heaviest` is heaviest_tap() of the weights.
template <typename At>
FW_HOST_DEVICE auto weigh_narrow(const std::int32_t* weights, int count, int heaviest, At at) {
  auto sum = at(heaviest);
  for (int tap = 0; tap < count; ++tap) {
    sum += multiply_q15(at(tap), tap == heaviest ? weights[tap] - kNarrowOne : weights[tap]);
  }
  return sum;
}

/// A sum of weigh_narrow() as a byte, to nearest, halves up.
FW_HOST_DEVICE inline std::uint8_t round_narrow(int sum) {
  return static_cast<std::uint8_t>(clamp_to_byte((sum + (1 << (kPassBits - 1))) >> kPassBits));
}

/// A sum weighed by kWideOne on both axes as a byte, to nearest, halves up.
FW_HOST_DEVICE inline std::uint8_t round_wide(std::int64_t sum) {
  return static_cast<std::uint8_t>(
      clamp_to_byte(static_cast<int>((sum + (std::int64_t{1} << (2 * kWideBits - 1))) >> (2 * kWideBits))));
}

}  // namespace framewright::kernels
