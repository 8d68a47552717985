// What the device runs for one step: enqueued on a stream, no allocation, no synchronisation.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/cuda_launch.cuh"
#include "kernels/device_step.hpp"
#include "kernels/lab_tables.hpp"

namespace framewright::kernels {

/// Pictures in device memory are packed, and have room up to a multiple of this: whole groups of four
/// pixels of three bytes, and whole words of 16 bytes.
inline constexpr std::size_t kDeviceRounding = 48;

inline std::size_t device_bytes(std::size_t bytes) {
  return (bytes + kDeviceRounding - 1) / kDeviceRounding * kDeviceRounding;
}

struct DevicePicture {
  std::uint8_t* pixels;
  int width_px;
  int height_px;
  int channels;

  DeviceShape shape() const { return {width_px, height_px, channels}; }
};

/// Tables too large for the arguments of a launch, in device memory.
struct DeviceTables {
  ToLabTables* to_lab = nullptr;
  FromLabTables* from_lab = nullptr;
};

/// What steps of one slot share.
struct DeviceWorkspace {
  cudaStream_t stream;
  DeviceTables tables;
  std::byte* scratch;  ///< device_scratch_bytes(); aligned for every type
};

/// Each reads `in` and writes `out`, which differ and have shapes that check_device_steps() has accepted.
cudaError_t enqueue(const DeviceGaussian& step, const DevicePicture& in, const DevicePicture& out,
                    const DeviceWorkspace& work);

}  // namespace framewright::kernels
