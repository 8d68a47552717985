// What the device runs for one step: enqueued on a stream, no allocation, no synchronisation.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/lab_tables.hpp"
#include "kernels/picture_batch.cuh"
#include "kernels/resize_device.hpp"

namespace framewright::kernels {

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

  /// The one that these pixels are not in.
  std::uint8_t* beside(const std::uint8_t* pixels) const { return pixels == first ? second : first; }
};

/// Runs all steps, whose shapes check_device_steps() has accepted, and makes `pictures` what they make of
/// them. lists[i] are those of the i-th; those of several run_together(). The pixels that they come with stay
/// as they are where they are in neither buffer.
cudaError_t enqueue_steps(const DeviceSteps* const* lists, const PictureBuffers& buffers,
                          const DeviceWorkspace& work, DevicePictures& pictures);

// Each reads `in` and writes `out`, which differ. Those that take DevicePictures launch as often for a batch
// as for one.

class PointChain;

// What points are fused into, where kernels/run_steps.cu lets it; an empty chain is none.

cudaError_t enqueue(const DeviceGaussian& step, const PointChain& points, const DevicePictures& in,
                    const DevicePictures& out, const DeviceWorkspace& work);
cudaError_t enqueue(const DeviceBoxBlur& step, const PointChain& points, const DevicePictures& in,
                    const DevicePictures& out, const DeviceWorkspace& work);
cudaError_t enqueue(const DeviceNeighbourhood& step, const PointChain& points, const DevicePictures& in,
                    const DevicePictures& out, const DeviceWorkspace& work);
cudaError_t enqueue(const DeviceLog& step, const PointChain& points, const DevicePictures& in,
                    const DevicePictures& out, const DeviceWorkspace& work);
cudaError_t enqueue(const DeviceMorphology& step, const PointChain& points, const DevicePictures& in,
                    const DevicePictures& out, const DeviceWorkspace& work);
cudaError_t enqueue(const DeviceMedian& step, const PointChain& points, const DevicePictures& in,
                    const DevicePictures& out, const DeviceWorkspace& work);
cudaError_t enqueue(const DeviceCanny& step, const PointChain& points, const DevicePicture& in,
                    const DevicePicture& out, const DeviceWorkspace& work);
cudaError_t enqueue(const DeviceBilateral& step, const PointChain& points, const DevicePictures& in,
                    const DevicePictures& out, const DeviceWorkspace& work);

cudaError_t enqueue(const DeviceOilPainting& step, const DevicePictures& in, const DevicePictures& out,
                    const DeviceWorkspace& work);
cudaError_t enqueue(const DeviceEqualize& step, const DevicePicture& in, const DevicePicture& out,
                    const DeviceWorkspace& work);
cudaError_t enqueue(const DeviceClahe& step, const DevicePicture& in, const DevicePicture& out,
                    const DeviceWorkspace& work);
cudaError_t enqueue(const DeviceOtsu& step, const DevicePicture& in, const DevicePicture& out,
                    const DeviceWorkspace& work);
cudaError_t enqueue(const DeviceWhiteBalance& step, const DevicePicture& in, const DevicePicture& out,
                    const DeviceWorkspace& work);
cudaError_t enqueue(const DevicePixelate& step, const DevicePictures& in, const DevicePictures& out,
                    const DeviceWorkspace& work);
cudaError_t enqueue(const DeviceTurn& step, const DevicePictures& in, const DevicePictures& out,
                    const DeviceWorkspace& work);
cudaError_t enqueue(const DeviceCrop& step, const DevicePictures& in, const DevicePictures& out,
                    const DeviceWorkspace& work);
cudaError_t enqueue(const DeviceResize& step, const DevicePictures& in, const DevicePictures& out,
                    const DeviceWorkspace& work);
cudaError_t enqueue(const DeviceLetterbox& step, const DevicePicture& in, const DevicePicture& out,
                    const DeviceWorkspace& work);
cudaError_t enqueue(const DeviceBlend& step, const DevicePicture& in, const DevicePicture& out,
                    const DeviceWorkspace& work);

/// `out` has the size of the other two and the channels of the one that has more.
cudaError_t enqueue_mix(const DevicePicture& first, const DevicePicture& second, BlendWeight weight,
                        const DevicePicture& out, cudaStream_t stream);

}  // namespace framewright::kernels
