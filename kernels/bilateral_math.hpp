// The arithmetic of the bilateral filter, one neighbour at a time.
#pragma once

#include <cstdint>

#include "kernels/bilateral.hpp"
#include "kernels/pixel_math.hpp"

namespace framewright::kernels {

/// How often colour_weight() squares: the exponent is 2^6 times what the series is given.
inline constexpr int kColourSquarings = 6;

/// exp(-difference^2 / (2 sigma^2)) in units of 1/32768, a little less than 1 for no difference. Vectors have
/// no table of 766, so it is computed: q = exponent / 64 by two multiplications, exp(-q) by three terms of
/// its series, and six squarings.
FW_HOST_DEVICE inline int colour_weight(const ColourCurve& curve, int difference) {
  const int near = difference < curve.far ? difference : curve.far;
  const int root = multiply_q15(near << curve.shift, curve.factor);
  const int q = multiply_q15(root, root);
  int weight = 32767 - q + (multiply_q15(q, q) >> 1);
  for (int i = 0; i < kColourSquarings; ++i) weight = multiply_q15(weight, weight);
  return weight;
}

FW_HOST_DEVICE inline int bilateral_weight(const ColourCurve& curve, int difference, int place_weight) {
  return multiply_q15(colour_weight(curve, difference), place_weight);
}

/// The place weight of the centre.
inline constexpr int kCentreWeight = 32767;

/// sum / weights to nearest; each step is one operation that IEEE 754 defines to the last bit.
FW_HOST_DEVICE inline int weighted_mean(int sum, int weights) {
  const float mean = static_cast<float>(sum) / static_cast<float>(weights);
  return static_cast<int>(mean + 0.5f);
}

}  // namespace framewright::kernels
