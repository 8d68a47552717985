// The arithmetic of blend, the same on host and device.
#pragma once

#include <cstdint>

#include "kernels/pixel_math.hpp"

namespace framewright::kernels {

inline constexpr int kBlendBits = 15;

FW_HOST_DEVICE inline std::uint8_t blend_values(int first, int second, int weight) {
  const int sum = first * ((1 << kBlendBits) - weight) + second * weight;
  return static_cast<std::uint8_t>((sum + (1 << (kBlendBits - 1))) >> kBlendBits);
}

}  // namespace framewright::kernels
