// The arithmetic of the vignette, read by the C++ compiler and by nvcc.
#pragma once

#include <cstdint>

#include "kernels/pixel_math.hpp"
#include "kernels/vignette.hpp"

namespace framewright::kernels {

/// The squared distance of a row or a column from the centre, as a share of that of the corners in units of
/// 1/32768.
FW_HOST_DEVICE inline std::uint16_t squared_share(int position, int side_px, int other_side_px) {
  const std::int64_t twice = 2 * std::int64_t{position} + 1 - side_px;
  const std::int64_t corner = std::int64_t{side_px} * side_px + std::int64_t{other_side_px} * other_side_px;
  return static_cast<std::uint16_t>(twice * twice * 32768 / corner);
}

/// What is kept, in units of 1/65536, where the squared shares of row and column sum up to `share`.
FW_HOST_DEVICE inline int kept_at(const Vignette& vignette, int share) {
  const int beyond = share > vignette.start ? share - vignette.start : 0;
  const int t = static_cast<int>(static_cast<std::uint32_t>(beyond << vignette.shift) * vignette.gain >> 16);
  const int squared = (2 * t) * t >> 16;
  return 65535 - static_cast<int>(static_cast<std::uint32_t>(2 * squared) * vignette.strength >> 16);
}

/// A value of which `kept` is kept. All of it leaves every value as it is.
FW_HOST_DEVICE inline std::uint8_t kept_value(int value, int kept) {
  const int high =
      static_cast<int>(static_cast<std::uint32_t>(value << 8) * static_cast<std::uint32_t>(kept) >> 16);
  return static_cast<std::uint8_t>((high + 128) >> 8);
}

}  // namespace framewright::kernels
