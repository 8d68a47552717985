// The arithmetic of one pixel of the edge filters, read by the C++ compiler and by nvcc, so that host and
// device cannot differ.
#pragma once

#include <cmath>
#include <cstdint>

#include "kernels/canny.hpp"
#include "kernels/laplacian_of_gaussian.hpp"
#include "kernels/pixel_math.hpp"

namespace framewright::kernels {

struct Slope {
  int x;
  int y;
};

/// A gradient of three by three pixels, left and upper minus right and lower; `at(dx, dy)` is the value at
/// that distance.
template <int kSide, int kMiddle, typename At>
FW_HOST_DEVICE inline Slope slope_of(At at) {
  const int left_up = at(-1, -1);
  const int right_up = at(1, -1);
  const int left_down = at(-1, 1);
  const int right_down = at(1, 1);
  return {kSide * (left_up + left_down - right_up - right_down) + kMiddle * (at(-1, 0) - at(1, 0)),
          kSide * (left_up + right_up - left_down - right_down) + kMiddle * (at(0, -1) - at(0, 1))};
}

/// Sobel's weights.
inline constexpr int kSobelSide = 1;
inline constexpr int kSobelMiddle = 2;

/// Scharr's weights sum to four times those of Sobel.
inline constexpr int kScharrSide = 3;
inline constexpr int kScharrMiddle = 10;
/// A gradient of Scharr that is white whatever the other is.
inline constexpr int kScharrLimit = 1024;

/// sqrt(gx^2 + gy^2) / 4 to nearest, halves up, limited to 255.
FW_HOST_DEVICE inline int scharr_magnitude(int gx, int gy) {
  const auto limited = [](int g) {
    const int size = g < 0 ? -g : g;
    return size > kScharrLimit ? kScharrLimit : size;
  };
  const int x = limited(gx);
  const int y = limited(gy);
  return clamp_to_byte(static_cast<int>(root_of(x * x + y * y) / 4 + 0.5F));
}

/// What a pixel is while Canny's edges are followed. The order counts: strong is more than weak.
inline constexpr std::uint8_t kNoEdge = 0;
inline constexpr std::uint8_t kWeakEdge = 1;
inline constexpr std::uint8_t kStrongEdge = 2;

/// The tangent of 22.5 degrees in units of 1/32768, between the four directions of a gradient.
inline constexpr int kTangent22 = 13573;

/// Whether a gradient is larger than its two neighbours in its direction; `at(dx, dy)` is the strength at
/// that distance. Of two equal ones side by side, it is the left or upper.
template <typename At>
FW_HOST_DEVICE inline bool is_canny_ridge(int gx, int gy, At at) {
  const int size_x = gx < 0 ? -gx : gx;
  const int size_y = gy < 0 ? -gy : gy;
  const auto middle = at(0, 0);
  if (size_y * 32768 <= size_x * kTangent22) return middle > at(-1, 0) && middle >= at(1, 0);
  if (size_y * 32768 > size_x * (kTangent22 + 65536)) return middle > at(0, -1) && middle >= at(0, 1);
  const int side = (gx < 0) == (gy < 0) ? 1 : -1;
  return middle > at(-side, -1) && middle > at(side, 1);
}

/// Squared in L2.
FW_HOST_DEVICE inline int canny_strength(const Slope& slope, GradientNorm norm) {
  if (norm == GradientNorm::L2) return slope.x * slope.x + slope.y * slope.y;
  return (slope.x < 0 ? -slope.x : slope.x) + (slope.y < 0 ? -slope.y : slope.y);
}

/// What a pixel is before edges are followed; `at(dx, dy)` is canny_strength() at that distance.
template <typename At>
FW_HOST_DEVICE inline std::uint8_t canny_level(const Slope& slope, const CannyThresholds& thresholds, At at) {
  const auto exceeds = [&](int threshold) {
    return at(0, 0) > (thresholds.norm == GradientNorm::L1 ? threshold : threshold * threshold);
  };
  if (!exceeds(thresholds.low) || !is_canny_ridge(slope.x, slope.y, at)) return kNoEdge;
  return exceeds(thresholds.high) ? kStrongEdge : kWeakEdge;
}

/// The second derivative of one pass of a LogKernel, to the scale of its sigma; `at(offset)` is the value at
/// that distance, with kPassBits fractional bits: an int, or what is computed like several.
template <typename At>
FW_HOST_DEVICE inline auto curve_of_neighbours(const LogKernel& kernel, At at) {
  decltype(at(0)) sum{};
  for (int distance = 1; distance <= kernel.smooth.taps; ++distance) {
    const auto difference = at(-distance) + at(distance) - 2 * at(0);
    sum += multiply_q15(difference, kernel.curve[static_cast<unsigned>(distance - 1)]);
  }
  return sum;
}

/// A response with kPassBits fractional bits as a byte.
FW_HOST_DEVICE inline std::uint8_t shown_response(int response, LogOutput output) {
  if (output == LogOutput::Signed) {
    return static_cast<std::uint8_t>(clamp_to_byte(128 + ((response + (1 << (kPassBits - 1))) >> kPassBits)));
  }
  const int size = response < 0 ? -response : response;
  return static_cast<std::uint8_t>(clamp_to_byte((size + (1 << (kPassBits - 1))) >> kPassBits));
}

}  // namespace framewright::kernels
