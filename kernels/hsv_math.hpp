// HSV of one pixel, read by the C++ compiler and by nvcc.
#pragma once

#include <cstdint>

#include "kernels/pixel_math.hpp"

namespace framewright::kernels {

/// A whole turn of hue in the units of HSV bytes.
inline constexpr int kHueTurn = 256;

/// Six times the distance of the hue from red, in units of `chroma`, 0..6 chroma; 0 for grays.
FW_HOST_DEVICE inline int hue_sixths(int red, int green, int blue, int value, int chroma) {
  if (value == red) return green - blue + (green < blue ? 6 * chroma : 0);
  return value == green ? 2 * chroma + blue - red : 4 * chroma + red - green;
}

/// Hue as 256 to the turn, saturation and value as 0..255, each to nearest, halves up.
FW_HOST_DEVICE inline void rgb_to_hsv_pixel(const std::uint8_t* rgb, std::uint8_t* hsv) {
  const int red = rgb[0];
  const int green = rgb[1];
  const int blue = rgb[2];
  const int value = red > green ? (red > blue ? red : blue) : (green > blue ? green : blue);
  const int low = red < green ? (red < blue ? red : blue) : (green < blue ? green : blue);
  const int chroma = value - low;
  const int sixths = hue_sixths(red, green, blue, value, chroma);
  const int hue = chroma == 0 ? 0 : quotient_of(kHueTurn * sixths + 3 * chroma, 6 * chroma);
  const int saturation = value == 0 ? 0 : quotient_of(2 * 255 * chroma + value, 2 * value);
  hsv[0] = static_cast<std::uint8_t>(hue % kHueTurn);
  hsv[1] = static_cast<std::uint8_t>(saturation);
  hsv[2] = static_cast<std::uint8_t>(value);
}

/// value * (1 - saturation * share), saturation in 255ths and share in 256ths, to nearest, halves up.
/// `sixth` is the sixth of the turn, in 256ths of it, at which this colour has its full value: 5 red, 3
/// green, 1 blue.
FW_HOST_DEVICE inline std::uint8_t colour_of_hsv(int hue, int saturation, int value, int sixth) {
  const int k = (sixth * 256 + 6 * hue) % (6 * 256);
  const int falling = 4 * 256 - k;
  const int nearer = k < falling ? k : falling;
  const int share = nearer < 0 ? 0 : (nearer > 256 ? 256 : nearer);
  constexpr int kUnit = 255 * 256;
  return static_cast<std::uint8_t>((value * (kUnit - saturation * share) + kUnit / 2) / kUnit);
}

FW_HOST_DEVICE inline void hsv_to_rgb_pixel(const std::uint8_t* hsv, std::uint8_t* rgb) {
  const int hue = hsv[0];
  const int saturation = hsv[1];
  const int value = hsv[2];
  rgb[0] = colour_of_hsv(hue, saturation, value, 5);
  rgb[1] = colour_of_hsv(hue, saturation, value, 3);
  rgb[2] = colour_of_hsv(hue, saturation, value, 1);
}

}  // namespace framewright::kernels
