// The arithmetic of oil_painting on the sums of one square.
#pragma once

#include <cstdint>

#include "kernels/pixel_math.hpp"

namespace framewright::kernels {

/// count^2 times the variance. With up to 256 values both products stay below 2^32.
FW_HOST_DEVICE inline std::uint32_t square_spread(std::uint32_t count, std::uint32_t sum,
                                                  std::uint32_t sum_of_squares) {
  return count * sum_of_squares - sum * sum;
}

/// sum / count to nearest, halves up.
FW_HOST_DEVICE inline std::uint32_t square_mean(std::uint32_t count, std::uint32_t sum) {
  return (2 * sum + count) / (2 * count);
}

}  // namespace framewright::kernels
