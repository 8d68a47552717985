#include "kernels/cuda_steps.cuh"
#include "kernels/oil_painting_math.hpp"

namespace framewright::kernels {
namespace {

constexpr int kThreads = 256;

/// How a block shares out squares: as many threads to each as it has work for.
struct Crew {
  int threads_each;

  FW_HOST_DEVICE int squares() const { return kThreads / threads_each; }
};

Crew crew_for(int block_size_px) {
  if (block_size_px <= 4) return {1};
  return {block_size_px <= 16 ? 16 : kThreads};
}

/// The part of a square that lies in the picture.
struct Square {
  int left;
  int top;
  int width_px;
  int height_px;

  __device__ int pixels() const { return width_px * height_px; }
  __device__ int pixel(const DevicePicture& in, int i) const {
    return ((top + i / width_px) * in.width_px + left + i % width_px) * in.channels;
  }
};

__device__ Square square_at(const DevicePicture& in, int number, int across, int size) {
  const int left = number % across * size;
  const int top = number / across * size;
  const int width = left + size < in.width_px ? size : in.width_px - left;
  const int height = top + size < in.height_px ? size : in.height_px - top;
  return {left, top, width, height};
}

/// Unrolled, so that what is kept for each channel stays in registers.
template <typename Visit>
__device__ void for_each_channel(int channels, Visit visit) {
  FW_UNROLL
  for (int c = 0; c < 4; ++c) {
    if (c < channels) visit(c);
  }
}

__global__ void average_squares(LaunchFrames frames, int size, Crew crew) {
  __shared__ std::uint32_t sums[kThreads * 4];
  for (int i = static_cast<int>(threadIdx.x); i < 4 * crew.squares(); i += kThreads) sums[i] = 0;
  __syncthreads();
  const int mine = static_cast<int>(threadIdx.x) / crew.threads_each;
  const int first = static_cast<int>(threadIdx.x) % crew.threads_each;
  const BlockFrame frame = frames.of_block();
  const DevicePicture& in = frame.in;
  const int across = (in.width_px + size - 1) / size;
  const int number = frame.block * crew.squares() + mine;
  const bool is_there = number < across * ((in.height_px + size - 1) / size);
  const Square square = square_at(in, is_there ? number : 0, across, size);
  if (is_there) {
    std::uint32_t own[4] = {};
    for (int i = first; i < square.pixels(); i += crew.threads_each) {
      const std::uint8_t* pixel = in.pixels + square.pixel(in, i);
      for_each_channel(in.channels, [&](int c) { own[c] += pixel[c]; });
    }
    for_each_channel(in.channels, [&](int c) { atomicAdd(&sums[4 * mine + c], own[c]); });
  }
  __syncthreads();
  if (!is_there) return;
  const auto area = static_cast<std::uint32_t>(square.pixels());
  std::uint8_t mean[4];
  for_each_channel(in.channels, [&](int c) {
    mean[c] = static_cast<std::uint8_t>(square_mean(area, sums[4 * mine + c]));
  });
  for (int i = first; i < square.pixels(); i += crew.threads_each) {
    std::uint8_t* pixel = frame.out + square.pixel(in, i);
    for_each_channel(in.channels, [&](int c) { pixel[c] = mean[c]; });
  }
}

}  // namespace

cudaError_t enqueue(const DevicePixelate& step, const DevicePictures& in, const DevicePictures& out,
                    const DeviceWorkspace& work) {
  const int size = step.block_size_px;
  const Crew crew = crew_for(size);
  const LaunchFrames frames(in, out, [&](const DeviceShape& shape) {
    return blocks_for(rectangles_of(shape.width_px, shape.height_px, size, size),
                      static_cast<std::size_t>(crew.squares()));
  });
  return launch(average_squares, frames.grid(kThreads), work.stream, frames, size, crew);
}

}  // namespace framewright::kernels
