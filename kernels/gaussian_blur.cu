#include "kernels/cuda_steps.cuh"
#include "kernels/pixel_math.hpp"

namespace framewright::kernels {
namespace {

// A block blurs one tile: it loads the tile with its surroundings into shared memory, blurs along rows there,
// then along columns, so that no half-blurred value visits device memory.
constexpr int kTileWidth = 32;
constexpr int kTileHeight = 16;
constexpr int kThreads = 256;

/// Sizes of one tile with its surroundings, in elements (channels are elements of their own).
struct Tile {
  int channels;
  int radius;

  FW_HOST_DEVICE int rows() const { return kTileHeight + 2 * radius; }
  FW_HOST_DEVICE int wide_px() const { return kTileWidth + 2 * radius; }
  FW_HOST_DEVICE int wide() const { return wide_px() * channels; }
  FW_HOST_DEVICE int narrow() const { return kTileWidth * channels; }
};

/// The blurred rows come first in shared memory, because they need the alignment.
std::size_t shared_bytes(const Tile& tile) {
  const int elements = tile.rows() * (tile.narrow() * static_cast<int>(sizeof(std::int16_t)) + tile.wide());
  return static_cast<std::size_t>(elements);
}

__device__ void load_tile(const DevicePicture& in, const Tile& tile, Border border, std::uint8_t* wide) {
  const int left = static_cast<int>(blockIdx.x) * kTileWidth - tile.radius;
  const int top = static_cast<int>(blockIdx.y) * kTileHeight - tile.radius;
  for (int i = static_cast<int>(threadIdx.x); i < tile.rows() * tile.wide_px(); i += kThreads) {
    const int x = border_index(left + i % tile.wide_px(), in.width_px, border);
    const int y = border_index(top + i / tile.wide_px(), in.height_px, border);
    const std::size_t from = (static_cast<std::size_t>(y) * in.width_px + x) * in.channels;
    for (int c = 0; c < tile.channels; ++c) wide[i * tile.channels + c] = in.pixels[from + c];
  }
}

__device__ void blur_along(const Tile& tile, const GaussianKernel& kernel, const std::uint8_t* wide,
                           std::int16_t* rows) {
  for (int i = static_cast<int>(threadIdx.x); i < tile.rows() * tile.narrow(); i += kThreads) {
    const std::uint8_t* centre =
        wide + i / tile.narrow() * tile.wide() + i % tile.narrow() + tile.radius * tile.channels;
    rows[i] = static_cast<std::int16_t>(
        weigh_neighbours(kernel, [&](int offset) { return centre[offset * tile.channels] << kPassBits; }));
  }
}

__device__ void blur_down(const DevicePicture& in, const Tile& tile, const GaussianKernel& kernel,
                          const std::int16_t* rows, std::uint8_t* out) {
  for (int i = static_cast<int>(threadIdx.x); i < kTileHeight * tile.narrow(); i += kThreads) {
    const int column = i % tile.narrow();
    const int channel = column % tile.channels;
    const int x = static_cast<int>(blockIdx.x) * kTileWidth + column / tile.channels;
    const int y = static_cast<int>(blockIdx.y) * kTileHeight + i / tile.narrow();
    if (x >= in.width_px || y >= in.height_px) continue;
    const std::size_t at = (static_cast<std::size_t>(y) * in.width_px + x) * in.channels + channel;
    const std::int16_t* centre = rows + i + tile.radius * tile.narrow();
    const auto row = [&](int offset) { return static_cast<int>(centre[offset * tile.narrow()]); };
    out[at] = channel == 3 ? in.pixels[at] : round_pass(weigh_neighbours(kernel, row));
  }
}

__global__ void blur_tile(DevicePicture in, GaussianKernel kernel, Border border, std::uint8_t* out) {
  extern __shared__ std::int16_t rows[];
  const Tile tile{in.channels, kernel.taps};
  auto* wide = reinterpret_cast<std::uint8_t*>(rows + tile.rows() * tile.narrow());
  load_tile(in, tile, border, wide);
  __syncthreads();
  blur_along(tile, kernel, wide, rows);
  __syncthreads();
  blur_down(in, tile, kernel, rows, out);
}

}  // namespace

cudaError_t enqueue(const DeviceGaussian& step, const DevicePicture& in, const DevicePicture& out,
                    cudaStream_t stream) {
  const dim3 blocks(blocks_for(static_cast<std::size_t>(in.width_px), kTileWidth),
                    blocks_for(static_cast<std::size_t>(in.height_px), kTileHeight));
  const std::size_t shared = shared_bytes({in.channels, step.kernel.taps});
  blur_tile<<<blocks, kThreads, shared, stream>>>(in, step.kernel, step.border, out.pixels);
  return cudaGetLastError();
}

}  // namespace framewright::kernels
