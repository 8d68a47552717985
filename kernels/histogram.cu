// Filters that ask how often each value occurs: blocks count in shared memory and add up in device memory,
// one thread makes the few numbers that follow, and a second pass over the picture uses them.
#include "kernels/colour_math.hpp"
#include "kernels/cuda_steps.cuh"
#include "kernels/histogram_math.hpp"
#include "kernels/pixel_groups.cuh"
#include "kernels/tone_math.hpp"
#include "kernels/white_balance_math.hpp"

namespace framewright::kernels {
namespace {

constexpr int kThreads = kGroupThreads;  // one for each value of a table
/// That one thread counts; a block then adds 256 counts to device memory for so many times 1024 pixels.
constexpr int kGroupsOfThread = 8;

/// What is found out about a picture, at the start of scratch.
struct Findings {
  std::uint32_t counts[4][256];
  std::uint8_t table[256];
  int levels[4];
  ColourMatrix matrix;
};
static_assert(sizeof(Findings) <= kHistogramScratchBytes);

__device__ int luma_of(const std::uint8_t* pixel, int channels) {
  return channels == 1 ? pixel[0] : gray_of(GrayscaleAlgorithm::Bt601, pixel[0], pixel[1], pixel[2]);
}

enum class Counted : std::uint8_t { Luma, EachColour };

__device__ void clear(std::uint32_t* counts, int count) {
  for (int i = static_cast<int>(threadIdx.x); i < count; i += kThreads) counts[i] = 0;
  __syncthreads();
}

template <int kChannels>
__global__ void count_values(DevicePicture in, Counted counted, Findings* findings) {
  __shared__ std::uint32_t counts[3 * 256];
  constexpr int kColours = kChannels > 1 ? 3 : 1;
  const int colours = counted == Counted::EachColour ? kColours : 1;
  clear(counts, colours * 256);
  const auto count = [&](const std::uint8_t* value) {
    if (counted == Counted::Luma) {
      atomicAdd(&counts[luma_of(value, kChannels)], 1U);
      return;
    }
    FW_UNROLL
    for (int c = 0; c < kColours; ++c) atomicAdd(&counts[c * 256 + value[c]], 1U);
  };
  const int first = static_cast<int>(blockIdx.x) * kThreads * kGroupsOfThread + static_cast<int>(threadIdx.x);
  const int pixels = in.width_px * in.height_px;
  for (int i = 0; i < kGroupsOfThread && first + i * kThreads < group_count(in); ++i) {
    const int group = first + i * kThreads;
    Pixel read[kGroupPixels];
    unpack<kChannels>(reinterpret_cast<const std::uint32_t*>(in.pixels) + group * kChannels, read);
    FW_UNROLL
    for (int j = 0; j < kGroupPixels; ++j) {
      if (group * kGroupPixels + j < pixels) count(read[j].value);
    }
  }
  __syncthreads();
  for (int i = static_cast<int>(threadIdx.x); i < colours * 256; i += kThreads) {
    if (counts[i] != 0) atomicAdd(&findings->counts[i / 256][i % 256], counts[i]);
  }
}

__global__ void find_equalizing_table(Findings* findings) {
  fill_equalizing_table(findings->counts[0], findings->table);
}

/// A thread for each colour.
__global__ void find_levels(Findings* findings) {
  findings->levels[threadIdx.x] = find_otsu_level(findings->counts[threadIdx.x]);
}

__global__ void find_balance(WhiteReference reference, std::uint64_t pixels, Findings* findings) {
  ColourStatistics statistics{};
  for (unsigned i = 0; i < 3; ++i) add_statistics(findings->counts[i], pixels, i, statistics);
  findings->matrix = find_white_balance(reference, statistics);
}

template <int kChannels>
__device__ void shift_pixel(int luma, int toned, std::uint8_t* value) {
  FW_UNROLL
  for (int c = 0; c < kChannels && c < 3; ++c) value[c] = shifted_luma(value[c], luma, toned);
}

template <int kChannels>
__global__ void equalize_pixels(DevicePicture in, const Findings* findings, std::uint8_t* out) {
  __shared__ std::uint8_t table[256];
  table[threadIdx.x] = findings->table[threadIdx.x];
  __syncthreads();
  change_pixels<kChannels>(in, out, [&](std::uint8_t* value, int) {
    const int luma = luma_of(value, kChannels);
    shift_pixel<kChannels>(luma, table[luma], value);
  });
}

template <int kChannels>
__global__ void threshold_pixels(DevicePicture in, Polarity polarity, const Findings* findings,
                                 std::uint8_t* out) {
  change_pixels<kChannels>(in, out, [&](std::uint8_t* value, int) {
    FW_UNROLL
    for (int c = 0; c < kChannels && c < 3; ++c) {
      value[c] = thresholded(value[c], findings->levels[c], polarity);
    }
  });
}

template <int kChannels>
__global__ void balance_pixels(DevicePicture in, const Findings* findings, std::uint8_t* out) {
  change_pixels<kChannels>(
      in, out, [&](std::uint8_t* value, int) { mix_pixel(findings->matrix, kChannels, value, value); });
}

cudaError_t count(const DevicePicture& in, Counted counted, const DeviceWorkspace& work) {
  auto* findings = reinterpret_cast<Findings*>(work.scratch);
  const cudaError_t error = cudaMemsetAsync(findings->counts, 0, sizeof findings->counts, work.stream);
  if (error != cudaSuccess) return error;
  const unsigned blocks =
      blocks_for(static_cast<std::size_t>(group_count(in)), std::size_t{kThreads} * kGroupsOfThread);
  return launch(for_channels(in.channels, [](auto channels) { return count_values<channels()>; }),
                {blocks, kThreads}, work.stream, in, counted, findings);
}

// CLAHE: a block for each tile makes its table, then each pixel looks into four of them.

__global__ void make_tile_tables(DevicePicture in, ClipLimit limit, TileAxis across, TileAxis down,
                                 std::uint8_t* tables) {
  __shared__ std::uint32_t counts[256];
  clear(counts, 256);
  const int left = static_cast<int>(blockIdx.x) * across.tile_px;
  const int top = static_cast<int>(blockIdx.y) * down.tile_px;
  const int width = left + across.tile_px < in.width_px ? across.tile_px : in.width_px - left;
  const int height = top + down.tile_px < in.height_px ? down.tile_px : in.height_px - top;
  for (int i = static_cast<int>(threadIdx.x); i < width * height; i += kThreads) {
    const std::uint8_t* pixel =
        in.pixels + ((top + i / width) * in.width_px + left + i % width) * in.channels;
    atomicAdd(&counts[luma_of(pixel, in.channels)], 1U);
  }
  __syncthreads();
  const int tile = static_cast<int>(blockIdx.y) * across.tiles + static_cast<int>(blockIdx.x);
  if (threadIdx.x == 0) fill_clahe_table(counts, limit, tables + tile * 256);
}

template <int kChannels>
__global__ void blend_tile_tables(DevicePicture in, TileAxis across, TileAxis down,
                                  const std::uint8_t* tables, std::uint8_t* out) {
  change_pixels<kChannels>(in, out, [&](std::uint8_t* value, int pixel) {
    const int row = pixel / in.width_px < in.height_px ? pixel / in.width_px : 0;
    const int luma = luma_of(value, kChannels);
    const BetweenTiles columns = between_tiles(across, pixel % in.width_px);
    const BetweenTiles rows = between_tiles(down, row);
    const auto tone = [&](int y, int x) { return tables[(y * across.tiles + x) * 256 + luma]; };
    shift_pixel<kChannels>(luma, blended_tone(rows, columns, tone), value);
  });
}

}  // namespace

cudaError_t enqueue(const DeviceEqualize&, const DevicePicture& in, const DevicePicture& out,
                    const DeviceWorkspace& work) {
  auto* findings = reinterpret_cast<Findings*>(work.scratch);
  cudaError_t error = count(in, Counted::Luma, work);
  if (error == cudaSuccess) error = launch(find_equalizing_table, {1, 1}, work.stream, findings);
  if (error != cudaSuccess) return error;
  return launch(for_channels(in.channels, [](auto channels) { return equalize_pixels<channels()>; }),
                group_grid(in), work.stream, in, findings, out.pixels);
}

cudaError_t enqueue(const DeviceOtsu& step, const DevicePicture& in, const DevicePicture& out,
                    const DeviceWorkspace& work) {
  auto* findings = reinterpret_cast<Findings*>(work.scratch);
  cudaError_t error = count(in, Counted::EachColour, work);
  if (error == cudaSuccess) error = launch(find_levels, {1, 3}, work.stream, findings);
  if (error != cudaSuccess) return error;
  return launch(for_channels(in.channels, [](auto channels) { return threshold_pixels<channels()>; }),
                group_grid(in), work.stream, in, step.polarity, findings, out.pixels);
}

cudaError_t enqueue(const DeviceWhiteBalance& step, const DevicePicture& in, const DevicePicture& out,
                    const DeviceWorkspace& work) {
  auto* findings = reinterpret_cast<Findings*>(work.scratch);
  cudaError_t error = count(in, Counted::EachColour, work);
  const auto pixels = static_cast<std::uint64_t>(in.shape().pixels());
  // Gray has no colours to balance, and is copied.
  if (error == cudaSuccess && in.channels > 1) {
    error = launch(find_balance, {1, 1}, work.stream, step.reference, pixels, findings);
  }
  if (error != cudaSuccess) return error;
  return launch(for_channels(in.channels, [](auto channels) { return balance_pixels<channels()>; }),
                group_grid(in), work.stream, in, findings, out.pixels);
}

cudaError_t enqueue(const DeviceClahe& step, const DevicePicture& in, const DevicePicture& out,
                    const DeviceWorkspace& work) {
  const TileAxis across = make_tile_axis(in.width_px, step.grid.columns);
  const TileAxis down = make_tile_axis(in.height_px, step.grid.rows);
  auto* tables = reinterpret_cast<std::uint8_t*>(work.scratch);
  const Grid tiles{{static_cast<unsigned>(across.tiles), static_cast<unsigned>(down.tiles)}, kThreads};
  const cudaError_t error =
      launch(make_tile_tables, tiles, work.stream, in, step.limit, across, down, tables);
  if (error != cudaSuccess) return error;
  return launch(for_channels(in.channels, [](auto channels) { return blend_tile_tables<channels()>; }),
                group_grid(in), work.stream, in, across, down, tables, out.pixels);
}

}  // namespace framewright::kernels
