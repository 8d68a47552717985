#include "kernels/cuda_steps.cuh"
#include "kernels/pixel_math.hpp"

namespace framewright::kernels {
namespace {

constexpr unsigned kThreads = 256;

__global__ void tone(DevicePicture picture, SepiaMatrix matrix) {
  const int i = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  if (i >= picture.width_px * picture.height_px) return;
  std::uint8_t* pixel = picture.pixels + static_cast<std::size_t>(i) * picture.channels;
  tone_pixel(matrix, picture.channels, pixel, pixel);
}

}  // namespace

cudaError_t enqueue(const DeviceSepia& step, const DevicePicture& picture, cudaStream_t stream) {
  const unsigned blocks = blocks_for(picture.pixel_count(), kThreads);
  tone<<<blocks, kThreads, 0, stream>>>(picture, step.matrix);
  return cudaGetLastError();
}

}  // namespace framewright::kernels
