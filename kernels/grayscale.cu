#include "kernels/cuda_steps.cuh"
#include "kernels/pixel_math.hpp"

namespace framewright::kernels {
namespace {

constexpr unsigned kThreads = 256;

__global__ void reduce_to_gray(DevicePicture in, GrayscaleAlgorithm algorithm, std::uint8_t* out) {
  const int i = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  if (i >= in.width_px * in.height_px) return;
  const std::uint8_t* pixel = in.pixels + static_cast<std::size_t>(i) * in.channels;
  out[i] = in.channels == 1 ? pixel[0] : gray_of(algorithm, pixel[0], pixel[1], pixel[2]);
}

}  // namespace

cudaError_t enqueue(const DeviceGrayscale& step, const DevicePicture& in, const DevicePicture& out,
                    cudaStream_t stream) {
  const unsigned blocks = blocks_for(in.pixel_count(), kThreads);
  reduce_to_gray<<<blocks, kThreads, 0, stream>>>(in, step.algorithm, out.pixels);
  return cudaGetLastError();
}

}  // namespace framewright::kernels
