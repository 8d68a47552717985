// The arithmetic of the vignette, read by the C++ compiler and by nvcc.
#pragma once

#include <cstdint>

#include "kernels/pixel_math.hpp"
#include "kernels/vignette.hpp"

namespace framewright::kernels {

/// The squared distance of a row or a column from the centre, as a share of that of the corners in units of
/// 1/32768, rounded down.
inline std::uint16_t squared_share(int position, int side_px, int other_side_px) {
  const std::int64_t twice = 2 * std::int64_t{position} + 1 - side_px;
  const std::int64_t corner = std::int64_t{side_px} * side_px + std::int64_t{other_side_px} * other_side_px;
  return static_cast<std::uint16_t>(twice * twice * 32768 / corner);
}

/// squared_share() in 32 bits, of pictures with sides below 2^15: a division of 64 bits takes a device longer
/// than all else. Floats say what it is to a 16th, so that it is the whole number below that or the next one,
/// and what is left over tells which.
class SquaredShares {
 public:
  FW_HOST_DEVICE SquaredShares(int width_px, int height_px)
      : corner_(static_cast<std::uint32_t>(width_px * width_px) +
                static_cast<std::uint32_t>(height_px * height_px)),
        units_(32768.0F / static_cast<float>(corner_)) {}

  FW_HOST_DEVICE int of(int position, int side_px) const {
    const int twice = 2 * position + 1 - side_px;
    const auto squared = static_cast<std::uint32_t>(twice * twice);
    const float about = static_cast<float>(squared) * units_ - 0.0625F;
    const auto below = static_cast<std::uint32_t>(about > 0 ? about : 0.0F);
    const std::uint32_t left = (squared << 15) - below * corner_;
    return static_cast<int>(below) + (left >= corner_ ? 1 : 0);
  }

 private:
  std::uint32_t corner_;
  float units_;
};

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
