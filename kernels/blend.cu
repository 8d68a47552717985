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

/// Where one is gray and the other is not.
__global__ void mix_pictures(DevicePicture first, DevicePicture second, int weight, DevicePicture out) {
  const int i = thread_number();
  if (i >= out.width_px * out.height_px * out.channels) return;
  const int pixel = i / out.channels;
  const int channel = i % out.channels;
  out.pixels[i] =
      mixed_values(value_as(first, second, pixel, channel), value_as(second, first, pixel, channel), weight);
}

__device__ unsigned mix_word(unsigned first, unsigned second, int weight) {
  unsigned made = 0;
  FW_UNROLL
  for (int shift = 0; shift < 32; shift += 8) {
    const auto value = [&](unsigned word) { return static_cast<int>(word >> shift & 0xFF); };
    made |= static_cast<unsigned>(mixed_values(value(first), value(second), weight)) << shift;
  }
  return made;
}

/// Of equally many channels: sixteen values for a thread.
__global__ void mix_words(const uint4* first, const uint4* second, int words, int weight, uint4* out) {
  const int i = thread_number();
  if (i >= words) return;
  const uint4 a = first[i];
  const uint4 b = second[i];
  out[i] = {mix_word(a.x, b.x, weight), mix_word(a.y, b.y, weight), mix_word(a.z, b.z, weight),
            mix_word(a.w, b.w, weight)};
}

}  // namespace

cudaError_t enqueue_mix(const DevicePicture& first, const DevicePicture& second, BlendWeight weight,
                        const DevicePicture& out, cudaStream_t stream) {
  if (first.channels == second.channels) {
    const std::size_t words = device_bytes(out.shape().bytes()) / sizeof(uint4);
    return launch(mix_words, {blocks_for(words, kThreads), kThreads}, stream,
                  reinterpret_cast<const uint4*>(first.pixels), reinterpret_cast<const uint4*>(second.pixels),
                  static_cast<int>(words), int{weight.second}, reinterpret_cast<uint4*>(out.pixels));
  }
  const unsigned blocks = blocks_for(out.shape().bytes(), kThreads);
  return launch(mix_pictures, {blocks, kThreads}, stream, first, second, int{weight.second}, out);
}

}  // namespace framewright::kernels
