#include "kernels/cuda_steps.cuh"

namespace framewright::kernels {
namespace {

/// One thread for each entry of the table, so that a block loads it in one step.
constexpr unsigned kThreads = 256;

/// Four bytes a thread; a pixel with alpha is exactly one word, its alpha the last byte.
__global__ void look_up_words(std::uint32_t* words, std::size_t count, bool has_alpha, PointTable table) {
  __shared__ std::uint8_t entries[kThreads];
  entries[threadIdx.x] = table[threadIdx.x];
  __syncthreads();
  const std::size_t i = static_cast<std::size_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  if (i >= count) return;
  const std::uint32_t word = words[i];
  const std::uint32_t alpha = word >> 24;
  const std::uint32_t last = has_alpha ? alpha : entries[alpha];
  words[i] =
      entries[word & 0xFF] | entries[word >> 8 & 0xFF] << 8 | entries[word >> 16 & 0xFF] << 16 | last << 24;
}

}  // namespace

cudaError_t enqueue(const DevicePointTable& step, const DevicePicture& picture, cudaStream_t stream) {
  const std::size_t words = (picture.bytes() + 3) / 4;
  look_up_words<<<blocks_for(words, kThreads), kThreads, 0, stream>>>(
      reinterpret_cast<std::uint32_t*>(picture.pixels), words, picture.channels == 4, step.table);
  return cudaGetLastError();
}

}  // namespace framewright::kernels
