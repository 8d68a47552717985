// Filters that ask how often each value occurs: blocks count in shared memory and add up in device memory, a
// block with a thread for each value makes of that what a second pass over the picture uses.
#include "kernels/block_sums.cuh"
#include "kernels/colour_math.hpp"
#include "kernels/cuda_steps.cuh"
#include "kernels/histogram_math.hpp"
#include "kernels/pixel_groups.cuh"
#include "kernels/tile_points.cuh"
#include "kernels/tone_math.hpp"
#include "kernels/white_balance_math.hpp"

namespace framewright::kernels {
namespace {

constexpr int kThreads = kGroupThreads;
static_assert(kThreads == kHistogramThreads);
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

/// As fill_equalizing_table().
__global__ void find_equalizing_table(Findings* findings) {
  __shared__ std::uint32_t of_least;
  const std::uint32_t count = findings->counts[0][threadIdx.x];
  const BlockSum<std::uint32_t> sum = sum_in_block(count);
  if (count > 0 && sum.up_to == count) of_least = count;
  __syncthreads();
  const std::uint32_t above_least = sum.up_to == 0 ? 0 : sum.up_to - of_least;
  findings->table[threadIdx.x] = equalized(static_cast<int>(threadIdx.x), above_least, sum.of_all - of_least);
}

/// As find_otsu_level(): a block for each colour.
__global__ void find_levels(Findings* findings) {
  __shared__ double distances[kHistogramThreads];
  __shared__ int levels[kHistogramThreads];
  const auto level = static_cast<int>(threadIdx.x);
  const std::int64_t count = findings->counts[blockIdx.x][threadIdx.x];
  const BlockSum<std::int64_t> pixels = sum_in_block(count);
  const BlockSum<std::int64_t> total = sum_in_block(level * count);
  distances[level] = otsu_distance({pixels.up_to, total.up_to}, {pixels.of_all, total.of_all});
  levels[level] = level;
  __syncthreads();
  // Of equal ones the first, which lies in the lower half.
  for (int half = kHistogramThreads / 2; half > 0; half /= 2) {
    if (level < half && distances[level + half] > distances[level]) {
      distances[level] = distances[level + half];
      levels[level] = levels[level + half];
    }
    __syncthreads();
  }
  if (level == 0) findings->levels[blockIdx.x] = levels[0];
}

/// As find_white_balance() of what add_statistics() finds, colour after colour.
__global__ void find_balance(WhiteReference reference, Findings* findings) {
  __shared__ ColourStatistics statistics;
  const auto value = static_cast<int>(threadIdx.x);
  for (unsigned colour = 0; colour < 3; ++colour) {
    const std::uint64_t count = findings->counts[colour][threadIdx.x];
    const BlockSum<std::uint64_t> pixels = sum_in_block(count);
    const BlockSum<std::uint64_t> total = sum_in_block(threadIdx.x * count);
    const std::uint64_t above = pixels.of_all - pixels.up_to;
    const bool is_bright = above * 100 < pixels.of_all && (above + count) * 100 >= pixels.of_all;
    if (is_bright) statistics.bright[colour] = value;
    if (value == 0) statistics.sum[colour] = total.of_all;
  }
  __syncthreads();
  if (value == 0) findings->matrix = find_white_balance(reference, statistics);
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

// CLAHE: tiles are counted and made tables, then each pixel looks into four of them.

/// What is found out about a picture, one after the other in scratch.
struct TileFindings {
  std::uint32_t* counts;  ///< 256 of each tile
  BetweenTiles* between;  ///< of each column, then of each row
  std::uint8_t* tables;   ///< 256 of each tile
};

/// Blocks that count one tile: a large picture has few tiles, and they are to keep a whole device busy.
unsigned slices_of_tile(const TileAxis& across, const TileAxis& down) {
  constexpr int kLeastPixels = 32 * kThreads;
  const int slices = across.tile_px * down.tile_px / kLeastPixels;
  return static_cast<unsigned>(slices < 1 ? 1 : slices > 16 ? 16 : slices);
}

template <int kChannels>
__global__ void count_tiles(DevicePicture in, TileAxis across, TileAxis down, TileFindings findings) {
  __shared__ std::uint32_t counts[kHistogramThreads];
  clear(counts, kHistogramThreads);
  const auto slices = static_cast<int>(gridDim.z);
  const int slice_px = (down.tile_px + slices - 1) / slices;
  const int left = static_cast<int>(blockIdx.x) * across.tile_px;
  const int tile_top = static_cast<int>(blockIdx.y) * down.tile_px;
  const int tile_end = tile_top + down.tile_px < in.height_px ? tile_top + down.tile_px : in.height_px;
  const int top = tile_top + static_cast<int>(blockIdx.z) * slice_px;
  const int end = top + slice_px < tile_end ? top + slice_px : tile_end;
  const int width = left + across.tile_px < in.width_px ? across.tile_px : in.width_px - left;
  for_each_place(end - top, width, [&](int row, int column) {
    const std::uint8_t* pixel = in.pixels + ((top + row) * in.width_px + left + column) * kChannels;
    atomicAdd(&counts[luma_of(pixel, kChannels)], 1U);
  });
  __syncthreads();
  const auto tile = static_cast<int>(blockIdx.y) * across.tiles + static_cast<int>(blockIdx.x);
  if (counts[threadIdx.x] != 0) {
    atomicAdd(&findings.counts[tile * kHistogramThreads + static_cast<int>(threadIdx.x)],
              counts[threadIdx.x]);
  }
}

/// As fill_clahe_table(): a block for each tile.
__global__ void find_tile_tables(ClipLimit limit, TileFindings findings) {
  const int at = static_cast<int>(blockIdx.x) * kHistogramThreads + static_cast<int>(threadIdx.x);
  const std::uint32_t count = findings.counts[at];
  const std::uint32_t pixels = sum_in_block(count).of_all;
  const std::uint32_t most = clipped_count(pixels, limit);
  const std::uint32_t kept = count < most ? count : most;
  const std::uint32_t excess = sum_in_block(count - kept).of_all;
  const std::uint32_t up_to_it = sum_in_block(kept + share_of_excess(excess, threadIdx.x)).up_to;
  findings.tables[at] = equalized(static_cast<int>(threadIdx.x), up_to_it, pixels);
}

/// A thread for each column and each row: what its pixels have in common is found once, because it takes
/// divisions.
__global__ void find_between(DevicePicture in, TileAxis across, TileAxis down, TileFindings findings) {
  const int i = thread_number();
  if (i >= in.width_px + in.height_px) return;
  findings.between[i] = i < in.width_px ? between_tiles(across, i) : between_tiles(down, i - in.width_px);
}

template <int kChannels>
__global__ void blend_tile_tables(DevicePicture in, TileAxis across, TileFindings findings,
                                  std::uint8_t* out) {
  const int first = thread_number() * kGroupPixels;
  int row = first / in.width_px;
  int column = first - row * in.width_px;
  change_pixels<kChannels>(in, out, [&](std::uint8_t* value, int) {
    const int luma = luma_of(value, kChannels);
    // Behind the last pixel there is room, and no row.
    const BetweenTiles& rows = findings.between[in.width_px + (row < in.height_px ? row : 0)];
    const auto tone = [&](int y, int x) {
      return findings.tables[(y * across.tiles + x) * kHistogramThreads + luma];
    };
    shift_pixel<kChannels>(luma, blended_tone(rows, findings.between[column], tone), value);
    if (++column < in.width_px) return;
    column = 0;
    ++row;
  });
}

}  // namespace

cudaError_t enqueue(const DeviceEqualize&, const DevicePicture& in, const DevicePicture& out,
                    const DeviceWorkspace& work) {
  auto* findings = reinterpret_cast<Findings*>(work.scratch);
  cudaError_t error = count(in, Counted::Luma, work);
  if (error == cudaSuccess) error = launch(find_equalizing_table, {1, kThreads}, work.stream, findings);
  if (error != cudaSuccess) return error;
  return launch(for_channels(in.channels, [](auto channels) { return equalize_pixels<channels()>; }),
                group_grid(in), work.stream, in, findings, out.pixels);
}

cudaError_t enqueue(const DeviceOtsu& step, const DevicePicture& in, const DevicePicture& out,
                    const DeviceWorkspace& work) {
  auto* findings = reinterpret_cast<Findings*>(work.scratch);
  cudaError_t error = count(in, Counted::EachColour, work);
  if (error == cudaSuccess) error = launch(find_levels, {3, kThreads}, work.stream, findings);
  if (error != cudaSuccess) return error;
  return launch(for_channels(in.channels, [](auto channels) { return threshold_pixels<channels()>; }),
                group_grid(in), work.stream, in, step.polarity, findings, out.pixels);
}

cudaError_t enqueue(const DeviceWhiteBalance& step, const DevicePicture& in, const DevicePicture& out,
                    const DeviceWorkspace& work) {
  auto* findings = reinterpret_cast<Findings*>(work.scratch);
  cudaError_t error = count(in, Counted::EachColour, work);
  // Gray has no colours to balance, and is copied.
  if (error == cudaSuccess && in.channels > 1) {
    error = launch(find_balance, {1, kThreads}, work.stream, step.reference, findings);
  }
  if (error != cudaSuccess) return error;
  return launch(for_channels(in.channels, [](auto channels) { return balance_pixels<channels()>; }),
                group_grid(in), work.stream, in, findings, out.pixels);
}

cudaError_t enqueue(const DeviceClahe& step, const DevicePicture& in, const DevicePicture& out,
                    const DeviceWorkspace& work) {
  const TileAxis across = make_tile_axis(in.width_px, step.grid.columns);
  const TileAxis down = make_tile_axis(in.height_px, step.grid.rows);
  const auto tiles = static_cast<unsigned>(across.tiles * down.tiles);
  const auto lines = static_cast<unsigned>(in.width_px + in.height_px);
  auto* counts = reinterpret_cast<std::uint32_t*>(work.scratch);
  auto* between = reinterpret_cast<BetweenTiles*>(counts + tiles * kHistogramThreads);
  const TileFindings findings{counts, between, reinterpret_cast<std::uint8_t*>(between + lines)};
  cudaError_t error =
      cudaMemsetAsync(counts, 0, tiles * kHistogramThreads * sizeof(std::uint32_t), work.stream);
  if (error == cudaSuccess) {
    const dim3 slices(static_cast<unsigned>(across.tiles), static_cast<unsigned>(down.tiles),
                      slices_of_tile(across, down));
    error = launch(for_channels(in.channels, [](auto channels) { return count_tiles<channels()>; }),
                   {slices, kThreads}, work.stream, in, across, down, findings);
  }
  if (error == cudaSuccess) {
    error = launch(find_tile_tables, {tiles, kThreads}, work.stream, step.limit, findings);
  }
  if (error == cudaSuccess) {
    error = launch(find_between, {blocks_for(lines, kThreads), kThreads}, work.stream, in, across, down,
                   findings);
  }
  if (error != cudaSuccess) return error;
  return launch(for_channels(in.channels, [](auto channels) { return blend_tile_tables<channels()>; }),
                group_grid(in), work.stream, in, across, findings, out.pixels);
}

}  // namespace framewright::kernels
