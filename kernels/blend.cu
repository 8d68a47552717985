#include "kernels/blend_math.hpp"
#include "kernels/cuda_steps.cuh"

namespace framewright::kernels {
namespace {

constexpr int kThreads = 256;

/// A value of a picture that has the channels of `like` or is gray; gray counts for every colour, and
/// takes the alpha of the other.
__device__ int value_as(const DevicePicture& picture, const DevicePicture& like, int pixel, int channel) {
  if (picture.channels == 1 && like.channels > 1) {
    return channel == 3 ? like.pixels[pixel * like.channels + 3] : picture.pixels[pixel];
  }
  return picture.pixels[pixel * picture.channels + channel];
}

__global__ void mix_pictures(DevicePicture first, DevicePicture second, int weight, DevicePicture out) {
  const int i = thread_number();
  if (i >= out.width_px * out.height_px * out.channels) return;
  const int pixel = i / out.channels;
  const int channel = i % out.channels;
  out.pixels[i] =
      mixed_values(value_as(first, second, pixel, channel), value_as(second, first, pixel, channel), weight);
}

}  // namespace

cudaError_t enqueue_mix(const DevicePicture& first, const DevicePicture& second, BlendWeight weight,
                        const DevicePicture& out, cudaStream_t stream) {
  const unsigned blocks = blocks_for(out.shape().bytes(), kThreads);
  return launch(mix_pictures, {blocks, kThreads}, stream, first, second, int{weight.second}, out);
}

}  // namespace framewright::kernels
