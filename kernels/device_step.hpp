// What a device runs for one filter: plain numbers, so that the host plans without knowing the device.
#pragma once

#include <array>
#include <cstdint>
#include <variant>

namespace framewright::kernels {

/// Luma weights in units of 1/65536; they sum to exactly 65536.
struct DeviceGrayscale {
  std::array<std::int32_t, 3> weights;
};

/// One table for every colour channel; alpha passes through.
struct DevicePointTable {
  std::array<std::uint8_t, 256> table;
};

using DeviceStep = std::variant<DeviceGrayscale, DevicePointTable>;

}  // namespace framewright::kernels
