// What the device runs for one step: enqueued on a stream, no allocation, no synchronisation.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/cuda_launch.cuh"
#include "kernels/device_step.hpp"
#include "kernels/lab_tables.hpp"
#include "kernels/resize_device.hpp"

namespace framewright::kernels {

/// In device memory, packed, with room up to kDeviceRounding.
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
  std::byte* scratch;         ///< device_scratch_bytes(); aligned to 16
  const std::byte** staging;  ///< pinned; what write_staging() has written and no step has taken yet

  const std::byte* take_staging(std::size_t bytes) const {
    const std::byte* const taken = *staging;
    *staging += bytes;
    return taken;
  }
};

/// Two buffers that pictures take turns in.
struct PictureBuffers {
  std::uint8_t* first;
  std::uint8_t* second;

  /// A picture in the buffer that the other is not in.
  DevicePicture beside(const DevicePicture& other, const DeviceShape& shape) const {
    std::uint8_t* pixels = other.pixels == first ? second : first;
    return {pixels, shape.width_px, shape.height_px, shape.channels};
  }
};

/// Runs all steps, whose shapes check_device_steps() has accepted, and makes `picture` what they make of
/// it. The pixels that it comes with stay as they are where they are in neither buffer.
cudaError_t enqueue_steps(const DeviceSteps& steps, const PictureBuffers& buffers,
                          const DeviceWorkspace& work, DevicePicture& picture);

// Each reads `in` and writes `out`, which differ.

class PointChain;

// What points are fused into, where kernels/run_steps.cu lets it; an empty chain is none.

cudaError_t enqueue(const DeviceGaussian& step, const PointChain& points, const DevicePicture& in,
                    const DevicePicture& out, const DeviceWorkspace& work);
cudaError_t enqueue(const DeviceBoxBlur& step, const PointChain& points, const DevicePicture& in,
                    const DevicePicture& out, const DeviceWorkspace& work);
cudaError_t enqueue(const DeviceNeighbourhood& step, const PointChain& points, const DevicePicture& in,
                    const DevicePicture& out, const DeviceWorkspace& work);
cudaError_t enqueue(const DeviceLog& step, const PointChain& points, const DevicePicture& in,
                    const DevicePicture& out, const DeviceWorkspace& work);
cudaError_t enqueue(const DeviceMorphology& step, const PointChain& points, const DevicePicture& in,
                    const DevicePicture& out, const DeviceWorkspace& work);
cudaError_t enqueue(const DeviceMedian& step, const PointChain& points, const DevicePicture& in,
                    const DevicePicture& out, const DeviceWorkspace& work);
cudaError_t enqueue(const DeviceCanny& step, const PointChain& points, const DevicePicture& in,
                    const DevicePicture& out, const DeviceWorkspace& work);
cudaError_t enqueue(const DeviceBilateral& step, const PointChain& points, const DevicePicture& in,
                    const DevicePicture& out, const DeviceWorkspace& work);

cudaError_t enqueue(const DeviceOilPainting& step, const DevicePicture& in, const DevicePicture& out,
                    const DeviceWorkspace& work);
cudaError_t enqueue(const DeviceEqualize& step, const DevicePicture& in, const DevicePicture& out,
                    const DeviceWorkspace& work);
cudaError_t enqueue(const DeviceClahe& step, const DevicePicture& in, const DevicePicture& out,
                    const DeviceWorkspace& work);
cudaError_t enqueue(const DeviceOtsu& step, const DevicePicture& in, const DevicePicture& out,
                    const DeviceWorkspace& work);
cudaError_t enqueue(const DeviceWhiteBalance& step, const DevicePicture& in, const DevicePicture& out,
                    const DeviceWorkspace& work);
cudaError_t enqueue(const DevicePixelate& step, const DevicePicture& in, const DevicePicture& out,
                    const DeviceWorkspace& work);
cudaError_t enqueue(const DeviceTurn& step, const DevicePicture& in, const DevicePicture& out,
                    const DeviceWorkspace& work);
cudaError_t enqueue(const DeviceCrop& step, const DevicePicture& in, const DevicePicture& out,
                    const DeviceWorkspace& work);
cudaError_t enqueue(const DeviceResize& step, const DevicePicture& in, const DevicePicture& out,
                    const DeviceWorkspace& work);
cudaError_t enqueue(const DeviceLetterbox& step, const DevicePicture& in, const DevicePicture& out,
                    const DeviceWorkspace& work);
cudaError_t enqueue(const DeviceBlend& step, const DevicePicture& in, const DevicePicture& out,
                    const DeviceWorkspace& work);

/// `out` has the size of the other two and the channels of the one that has more.
cudaError_t enqueue_mix(const DevicePicture& first, const DevicePicture& second, BlendWeight weight,
                        const DevicePicture& out, cudaStream_t stream);

}  // namespace framewright::kernels
