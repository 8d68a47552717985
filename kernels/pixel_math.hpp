// The arithmetic of one pixel, read by the C++ compiler and by nvcc, so that host and device cannot differ.
#pragma once

#include <cmath>
#include <cstdint>

#include "kernels/gaussian_blur.hpp"
#include "kernels/grayscale.hpp"
#include "kernels/image_view.hpp"
#include "kernels/sepia.hpp"

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

/// One pixel under a SepiaMatrix; alpha and gray are copied. `from` and `to` may be the same.
FW_HOST_DEVICE inline void tone_pixel(const SepiaMatrix& matrix, int channels, const std::uint8_t* from,
                                      std::uint8_t* to) {
  if (channels == 1) {
    to[0] = from[0];
    return;
  }
  const int rgb[3] = {from[0], from[1], from[2]};
  for (unsigned i = 0; i < 3; ++i) {
    const auto& w = matrix.weights[i];
    const int sum = w[0] * rgb[0] + w[1] * rgb[1] + w[2] * rgb[2];
    to[i] = static_cast<std::uint8_t>(clamp_to_byte((sum + 0x2000) >> 14));
  }
  if (channels == 4) to[3] = from[3];
}

/// Fractional bits between the two passes of a separable filter.
inline constexpr int kPassBits = 6;

/// From kPassBits back to a byte, to nearest, halves up.
FW_HOST_DEVICE inline std::uint8_t round_pass(int value) {
  return static_cast<std::uint8_t>((value + (1 << (kPassBits - 1))) >> kPassBits);
}

/// To nearest, halves up: what pavgw and urhadd compute.
FW_HOST_DEVICE inline int mean_of_two(int a, int b) { return (a + b + 1) >> 1; }

/// [1 2 1] / 4, rounded after each of two means.
FW_HOST_DEVICE inline int smooth_three(int before, int middle, int after) {
  return mean_of_two(mean_of_two(before, after), middle);
}

/// [1 4 6 4 1] / 16, rounded after each mean.
FW_HOST_DEVICE inline int smooth_five(int first, int before, int middle, int after, int last) {
  return mean_of_two(mean_of_two(smooth_three(first, middle, last), middle), mean_of_two(before, after));
}

/// What the taps of a GaussianKernel make of a line, before it is smoothed; `at(offset)` is the value so many
/// pixels away with kPassBits fractional bits: an int, or what is computed like several.
template <typename At>
FW_HOST_DEVICE inline auto weigh_neighbours(const GaussianKernel& kernel, At at) {
  const auto centre = at(0);
  auto sum = centre - multiply_q15(centre, kernel.around);
  for (int tap = 1; tap <= kernel.taps; ++tap) {
    const int distance = tap * kernel.spacing_px;
    sum += multiply_q15(at(-distance) + at(distance), kernel.side[static_cast<unsigned>(tap - 1)]);
  }
  return sum;
}

/// What its edge taps add to that once it is smoothed.
template <typename At>
FW_HOST_DEVICE inline int weigh_edges(const GaussianKernel& kernel, At at) {
  int sum = 0;
  for (int tap = 1; tap <= kernel.edge_taps; ++tap) {
    const int distance = kernel.taps * kernel.spacing_px + tap;
    const int weight = kernel.side[static_cast<unsigned>(kernel.taps + tap - 1)];
    sum += multiply_q15(at(-distance) + at(distance), weight);
  }
  return sum;
}

/// value + amount * (value - blurred), amount in units of 1/512, unless they differ by less than the
/// threshold. `blurred` and `threshold` have kPassBits fractional bits.
FW_HOST_DEVICE inline int unsharp_masked(int value, int blurred, int amount, int threshold) {
  const int difference = (value << kPassBits) - blurred;
  if ((difference < 0 ? -difference : difference) < threshold) return value;
  return clamp_to_byte(value + multiply_q15(difference, amount));
}

/// What a blur takes away, around the middle of the range.
FW_HOST_DEVICE inline int high_passed(int value, int blurred) {
  return clamp_to_byte(128 + multiply_q15((value << kPassBits) - blurred, 1 << (15 - kPassBits)));
}

/// What a device adds to a root below 1024, which it finds with an error of up to 2^-13: so that it is never
/// below the root, which would be wrong where halves are rounded up.
inline constexpr float kRootAbove = 1.5F / (1 << 13);

/// The root of a whole number below 2^24, which a float holds; on a device up to 2^-11 above it. Rounded to
/// nearest, where it is below 256, that gives what the root gives, and so does its fourth below 1024: the
/// largest root below a half, or below 2 of 4, is 2^-11 away.
FW_HOST_DEVICE inline float root_of(int number) {
#ifdef __CUDA_ARCH__
  float root;
  asm("sqrt.approx.ftz.f32 %0, %1;" : "=f"(root) : "f"(static_cast<float>(number)));
  return root + kRootAbove;
#else
  return std::sqrt(static_cast<float>(number));
#endif
}

/// n / d rounded down, for n from 0 to 2^20 and d above 0. A device divides floats, with an error of two of
/// the last places, n / d / 2^22: (n + 1/2) / d is 1 / (2 d) or more away from every whole number.
FW_HOST_DEVICE inline int quotient_of(int n, int d) {
#ifdef __CUDA_ARCH__
  float quotient;
  asm("div.approx.ftz.f32 %0, %1, %2;"
      : "=f"(quotient)
      : "f"(static_cast<float>(n) + 0.5F), "f"(static_cast<float>(d)));
  return static_cast<int>(quotient);
#else
  return n / d;
#endif
}

/// sqrt(gx^2 + gy^2) to nearest (a root of a whole number is never a half), limited to 255, of gradients
/// below 2048.
FW_HOST_DEVICE inline int rounded_magnitude(int gx, int gy) {
  return clamp_to_byte(static_cast<int>(root_of(gx * gx + gy * gy) + 0.5F));
}

/// centre + difference * weight / 4096.
FW_HOST_DEVICE inline int sharpened(int centre, int difference, int weight) {
  return clamp_to_byte((centre * 4096 + difference * weight + 2048) >> 12);
}

/// Weights of limited-range BT.601 in units of 1/8192: 255/219, then 255/224 times 1.402, 0.344136, 0.714136,
/// 1.772.
inline constexpr int kLumaWeight = 9539;
inline constexpr int kRedFromCr = 13075;
inline constexpr int kGreenFromCb = -3209;
inline constexpr int kGreenFromCr = -6660;
inline constexpr int kBlueFromCb = 16525;

inline void yuv_to_rgb(int y, int cb, int cr, std::uint8_t* rgb) {
  const int luma = kLumaWeight * (y - 16) + 4096;
  const int red = luma + kRedFromCr * (cr - 128);
  const int green = luma + kGreenFromCb * (cb - 128) + kGreenFromCr * (cr - 128);
  const int blue = luma + kBlueFromCb * (cb - 128);
  rgb[0] = static_cast<std::uint8_t>(clamp_to_byte(red >> 13));
  rgb[1] = static_cast<std::uint8_t>(clamp_to_byte(green >> 13));
  rgb[2] = static_cast<std::uint8_t>(clamp_to_byte(blue >> 13));
}

}  // namespace framewright::kernels
