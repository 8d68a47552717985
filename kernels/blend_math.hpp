// The arithmetic of blend, the same on host and device.
#pragma once

#include <cstdint>

#include "kernels/pixel_math.hpp"

namespace framewright::kernels {

inline constexpr int kMixBits = 15;

FW_HOST_DEVICE inline std::uint8_t mixed_values(int first, int second, int weight) {
  const int sum = first * ((1 << kMixBits) - weight) + second * weight;
  return static_cast<std::uint8_t>((sum + (1 << (kMixBits - 1))) >> kMixBits);
}

}  // namespace framewright::kernels
