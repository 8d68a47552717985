// The arithmetic of one pixel, read by the C++ compiler and by nvcc, so that host and device cannot differ.
#pragma once

#include <cstdint>

#include "kernels/grayscale.hpp"
#include "kernels/image_view.hpp"

#ifdef __CUDACC__
#define FW_HOST_DEVICE __host__ __device__
#else
#define FW_HOST_DEVICE
#endif

namespace framewright::kernels {

/// The pixel of a row of n that stands for position i, which may be any distance outside.
FW_HOST_DEVICE inline int border_index(int i, int n, Border border) {
  if (i >= 0 && i < n) return i;
  if (border == Border::Clamp) return i < 0 ? 0 : n - 1;
  const int period = border == Border::Wrap ? n : 2 * n;
  const int phase = ((i % period) + period) % period;
  return phase < n ? phase : period - 1 - phase;
}

FW_HOST_DEVICE inline int clamp_to_byte(int value) { return value < 0 ? 0 : (value > 255 ? 255 : value); }

/// Luma as a fraction: (red * R + green * G + blue * B) / divisor, with red + green + blue == divisor.
struct LumaWeights {
  int red;
  int green;
  int blue;
  int divisor;
};

/// The weights of every algorithm that is a weighted sum; Lightness is not one and has none.
FW_HOST_DEVICE constexpr LumaWeights luma_weights(GrayscaleAlgorithm algorithm) {
  switch (algorithm) {
    case GrayscaleAlgorithm::Bt601: return {299, 587, 114, 1000};
    case GrayscaleAlgorithm::Bt709: return {1063, 3576, 361, 5000};
    case GrayscaleAlgorithm::Average: return {1, 1, 1, 3};
    case GrayscaleAlgorithm::Luminosity: return {21, 72, 7, 100};
    case GrayscaleAlgorithm::Lightness: break;
  }
  return {0, 0, 0, 1};
}

FW_HOST_DEVICE inline std::uint8_t weighted_luma(const LumaWeights& w, int red, int green, int blue) {
  const int sum = w.red * red + w.green * green + w.blue * blue;
  return static_cast<std::uint8_t>((2 * sum + w.divisor) / (2 * w.divisor));
}

FW_HOST_DEVICE inline std::uint8_t lightness(int red, int green, int blue) {
  const int high = red > green ? (red > blue ? red : blue) : (green > blue ? green : blue);
  const int low = red < green ? (red < blue ? red : blue) : (green < blue ? green : blue);
  return static_cast<std::uint8_t>((high + low + 1) / 2);
}

FW_HOST_DEVICE inline std::uint8_t gray_of(GrayscaleAlgorithm algorithm, int red, int green, int blue) {
  if (algorithm == GrayscaleAlgorithm::Lightness) return lightness(red, green, blue);
  return weighted_luma(luma_weights(algorithm), red, green, blue);
}

/// a * b / 32768 to nearest, halves up: what pmulhrsw and sqrdmulh compute.
FW_HOST_DEVICE inline int multiply_q15(int a, int b) { return (a * b + 0x4000) >> 15; }

/// One row of a SepiaMatrix, in units of 1/16384, applied to one pixel.
FW_HOST_DEVICE inline std::uint8_t sepia_channel(const std::int16_t* weights, int red, int green, int blue) {
  const int sum = weights[0] * red + weights[1] * green + weights[2] * blue;
  return static_cast<std::uint8_t>(clamp_to_byte((sum + 0x2000) >> 14));
}

/// Fractional bits between the two passes of a separable filter.
inline constexpr int kPassBits = 6;

/// From kPassBits back to a byte, to nearest, halves up.
FW_HOST_DEVICE inline std::uint8_t round_pass(int value) {
  return static_cast<std::uint8_t>((value + (1 << (kPassBits - 1))) >> kPassBits);
}

}  // namespace framewright::kernels
