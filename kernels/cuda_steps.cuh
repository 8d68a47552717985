// What the device runs for one step: enqueued on a stream, no allocation, no synchronisation.
#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>
#include <cstdint>

#include "kernels/device_step.hpp"

namespace framewright::kernels {

/// Packed pixels in device memory, rounded up to whole 32-bit words.
struct DevicePicture {
  std::uint8_t* pixels;
  int width_px;
  int height_px;
  int channels;

  std::size_t pixel_count() const {
    return static_cast<std::size_t>(width_px) * static_cast<unsigned>(height_px);
  }
  std::size_t bytes() const { return pixel_count() * static_cast<unsigned>(channels); }
};

/// Blocks of `threads` that cover `count` items.
inline unsigned blocks_for(std::size_t count, unsigned threads) {
  return static_cast<unsigned>((count + threads - 1) / threads);
}

/// Each reads `in` and writes `out`, which differ but for steps that say they work in place.
cudaError_t enqueue(const DeviceGrayscale& step, const DevicePicture& in, const DevicePicture& out,
                    cudaStream_t stream);
cudaError_t enqueue(const DeviceGaussian& step, const DevicePicture& in, const DevicePicture& out,
                    cudaStream_t stream);
/// In place.
cudaError_t enqueue(const DevicePointTable& step, const DevicePicture& picture, cudaStream_t stream);
/// In place.
cudaError_t enqueue(const DeviceSepia& step, const DevicePicture& picture, cudaStream_t stream);

}  // namespace framewright::kernels
