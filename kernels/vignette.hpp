// Vignette: corners darkened as a lens does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "kernels/image_view.hpp"
#include "kernels/scratch.hpp"

namespace framewright::kernels {

/// The darkening as whole numbers: what is lost is strength * t^2, t growing evenly with the square of the
/// distance from the centre, from 0 at the start to 1 in the corners.
struct Vignette {
  std::uint16_t strength;  ///< in units of 1/65536
  std::uint16_t start;     ///< square of the radius where darkening begins, in units of 1/32768
  std::uint16_t gain;      ///< of what is beyond the start, shifted
  int shift;               ///< that brings the widest distance beyond the start above 32767
};

/// Units    strength 0..1, 1 makes the corners black; radius 0..1 of half the diagonal.
/// Errors   none when a parameter is outside its range or not a number.
std::optional<Vignette> make_vignette(double strength, double radius) noexcept;

std::size_t vignette_scratch_bytes(int width_px, int channels) noexcept;

/// Darkens every colour value by its distance from the centre; alpha is copied.
///
/// Shapes   in u8[h, w, c] -> out u8[h, w, c]; in place allowed, any other overlap is not.
/// Rounds   to nearest; within 1 of the real-valued definition.
/// Errors   BadShape when a view is malformed, wider or higher than 32767 pixels, the shapes differ or there
///          are no such rows; BadParameter when scratch is too small.
Status vignette(const ConstImageView& in, const Vignette& vignette, const OutputRows& out,
                Scratch scratch) noexcept;

}  // namespace framewright::kernels
