// Four pixels for a thread: they are as many words as a pixel has channels.
#pragma once

#include "kernels/cuda_steps.cuh"

namespace framewright::kernels {

inline constexpr int kGroupPixels = 4;
inline constexpr int kGroupThreads = 256;

struct Pixel {
  std::uint8_t value[4];
};

template <int kChannels>
__device__ void unpack(const std::uint32_t* words, Pixel* pixels) {
  std::uint32_t read[kChannels];
  FW_UNROLL
  for (int i = 0; i < kChannels; ++i) read[i] = words[i];
  FW_UNROLL
  for (int i = 0; i < kGroupPixels * kChannels; ++i) {
    pixels[i / kChannels].value[i % kChannels] = static_cast<std::uint8_t>(read[i / 4] >> (i % 4 * 8));
  }
}

template <int kChannels>
__device__ void pack(const Pixel* pixels, std::uint32_t* words) {
  FW_UNROLL
  for (int word = 0; word < kChannels; ++word) {
    std::uint32_t made = 0;
    FW_UNROLL
    for (int byte = 0; byte < 4; ++byte) {
      const int i = 4 * word + byte;
      made |= static_cast<std::uint32_t>(pixels[i / kChannels].value[i % kChannels]) << (byte * 8);
    }
    words[word] = made;
  }
}

/// With the last one, which a picture has room for and perhaps no pixels.
FW_HOST_DEVICE inline int group_count(const DevicePicture& picture) {
  return (picture.width_px * picture.height_px + kGroupPixels - 1) / kGroupPixels;
}

inline Grid group_grid(const DevicePicture& picture) {
  return {blocks_for(static_cast<std::size_t>(group_count(picture)), kGroupThreads), kGroupThreads};
}

/// Makes `out` of what change(value, pixel) makes of each pixel of `in`, in a launch by group_grid(). There
/// are pixels behind the last one, too.
template <int kChannels, typename Change>
__device__ void change_pixels(const DevicePicture& in, std::uint8_t* out, Change change) {
  const int group = thread_number();
  if (group >= group_count(in)) return;
  Pixel pixels[kGroupPixels];
  unpack<kChannels>(reinterpret_cast<const std::uint32_t*>(in.pixels) + group * kChannels, pixels);
  FW_UNROLL
  for (int i = 0; i < kGroupPixels; ++i) change(pixels[i].value, group * kGroupPixels + i);
  pack<kChannels>(pixels, reinterpret_cast<std::uint32_t*>(out) + group * kChannels);
}

/// The instance of a kernel for a picture's channels: for_channels(in, [](auto channels) { return
/// kernel<channels()>; }).
template <typename Instance>
auto for_channels(int channels, Instance instance) {
  switch (channels) {
    case 1: return instance(std::integral_constant<int, 1>{});
    case 3: return instance(std::integral_constant<int, 3>{});
    default: return instance(std::integral_constant<int, 4>{});
  }
}

}  // namespace framewright::kernels
