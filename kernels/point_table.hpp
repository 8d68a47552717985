// PointTable: a function of one 8-bit channel value, written out. Neighbouring point filters become one
// table.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

namespace framewright::kernels {

using PointTable = std::array<std::uint8_t, 256>;

PointTable make_invert_table() noexcept;

/// value' = (value - 127.5) * contrast + 127.5 + 255 * brightness, limited to 0..255.
///
/// Units    brightness -1..1 of full scale, 0 changes nothing; contrast 0..10 as a factor, 1 changes nothing.
/// Rounds   to nearest, halves up.
/// Errors   none when a parameter is outside its range or not a number.
std::optional<PointTable> make_brightness_contrast_table(double brightness, double contrast) noexcept;

/// value' = 255 * (value / 255) ^ (1 / gamma): above 1 brightens the middle, 1 changes nothing.
///
/// Units    gamma 0.01..100.
/// Rounds   to nearest, halves up; computed once in double on the host, so every accelerator reads the same
///          table.
/// Errors   none when gamma is outside its range or not a number.
std::optional<PointTable> make_gamma_table(double gamma) noexcept;

struct Levels {
  int input_black = 0;
  int input_white = 255;
  double gamma = 1;
  int output_black = 0;
  int output_white = 255;
};

/// Input black..white stretched to 0..1 and limited, raised to the power of 1 / gamma, stretched to output
/// black..white. Where input white is not above black, what is above black is white.
///
/// Units    values 0..255, output black above white inverts; gamma 0.01..100.
/// Rounds   to nearest, halves up.
/// Errors   none when a number is outside its range or not a number.
std::optional<PointTable> make_levels_table(const Levels& levels) noexcept;

/// The nearest of `levels` values that divide 0..255 evenly.
///
/// Units    levels 2..256; 256 changes nothing.
/// Rounds   to nearest, halves up, both times.
/// Errors   none when levels is outside its range.
std::optional<PointTable> make_posterize_table(int levels) noexcept;

/// The table that does `first`, then `second`.
PointTable compose(const PointTable& first, const PointTable& second) noexcept;

}  // namespace framewright::kernels
