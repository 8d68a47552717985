// Canny: levels by tiles, then connected pieces of edges by union-find over the whole picture, so that no
// host has to ask whether an edge still grows.
#include "kernels/cuda_tile.cuh"
#include "kernels/edge_math.hpp"

namespace framewright::kernels {
namespace {

/// Two pixels around, because strengths of neighbours are compared, and each looks at its own neighbours.
constexpr int kRadius = 2;
constexpr int kStrengthsWide = Tile::kWidth + 2;
constexpr int kStrengths = kStrengthsWide * (Tile::kHeight + 2);

/// Points may come before it, none behind.
template <typename Points>
__global__ void find_levels(LaunchFrames frames, CannyThresholds thresholds, Points points) {
  __shared__ int strengths[kStrengths];
  auto* wide = shared_memory<std::uint8_t>();
  const BlockFrame frame = frames.of_block();
  const DevicePicture& in = frame.in;
  const Tile tile = Tile{1, kRadius}.at(frame);
  load_tile(in, tile, Border::Reflect, points, wide);
  const auto slope_at = [&](int column, int row) {
    const std::uint8_t* centre = wide + (row + kRadius) * tile.wide() + column + kRadius;
    return slope_of<kSobelSide, kSobelMiddle>(
        [&](int dx, int dy) { return int{centre[dy * tile.wide() + dx]}; });
  };
  for (int i = static_cast<int>(threadIdx.x); i < kStrengths; i += kTileThreads) {
    const int column = i % kStrengthsWide - 1;
    const int row = i / kStrengthsWide - 1;
    const int x = tile.left + column;
    const int y = tile.top + row;
    const bool is_inside = x >= 0 && x < in.width_px && y >= 0 && y < in.height_px;
    strengths[i] = is_inside ? canny_strength(slope_at(column, row), thresholds.norm) : 0;
  }
  __syncthreads();
  make_words(frame, tile, points, [&](const TileWord& word) {
    const int* centre = strengths + (word.row + 1) * kStrengthsWide + word.column + 1;
    return word_of([&](int i) {
      return canny_level(slope_at(word.column + i, word.row), thresholds,
                         [&](int dx, int dy) { return centre[dy * kStrengthsWide + dx + i]; });
    });
  });
}

__global__ void begin_pieces(int count, int* parents) {
  const int i = thread_number();
  if (i < count) parents[i] = i;
}

/// Others may move parents meanwhile, but only towards the root.
__device__ int root_of(const volatile int* parents, int pixel) {
  while (parents[pixel] != pixel) pixel = parents[pixel];
  return pixel;
}

/// Pieces are named by their first pixel, so that the outcome depends on no order.
__device__ void unite(int* parents, int a, int b) {
  for (;;) {
    a = root_of(parents, a);
    b = root_of(parents, b);
    if (a == b) return;
    const int later = a > b ? a : b;
    const int earlier = a > b ? b : a;
    const int found = atomicMin(&parents[later], earlier);
    if (found == later) return;
    a = found;
    b = earlier;
  }
}

/// Each pixel with those of its neighbours that come before it.
__global__ void join_pieces(DevicePicture in, const std::uint8_t* levels, int* parents) {
  const int i = thread_number();
  if (i >= in.width_px * in.height_px || levels[i] == kNoEdge) return;
  const int x = i % in.width_px;
  const auto join = [&](int dx, int before) {
    if (x + dx >= 0 && x + dx < in.width_px && before >= 0 && levels[before] != kNoEdge)
      unite(parents, i, before);
  };
  join(-1, i - 1);
  join(-1, i - in.width_px - 1);
  join(0, i - in.width_px);
  join(1, i - in.width_px + 1);
}

/// A strong pixel makes the first of its piece strong. Whoever reads a level here sees an edge either way.
__global__ void mark_pieces(int count, const int* parents, std::uint8_t* levels) {
  const int i = thread_number();
  if (i < count && levels[i] == kStrongEdge) levels[root_of(parents, i)] = kStrongEdge;
}

__global__ void draw_edges(int count, const int* parents, const std::uint8_t* levels, std::uint8_t* out) {
  const int i = thread_number();
  if (i >= count) return;
  const bool is_edge = levels[i] != kNoEdge && levels[root_of(parents, i)] == kStrongEdge;
  out[i] = is_edge ? 255 : 0;
}

}  // namespace

cudaError_t enqueue(const DeviceCanny& step, const PointChain& points, const DevicePicture& in,
                    const DevicePicture& out, const DeviceWorkspace& work) {
  const auto count = static_cast<int>(in.shape().pixels());
  const Grid pixels{blocks_for(in.shape().pixels(), kTileThreads), kTileThreads};
  auto* parents = reinterpret_cast<int*>(work.scratch);
  auto* levels = reinterpret_cast<std::uint8_t*>(parents + count);
  const Tile tile{1, kRadius};
  const auto shared = static_cast<std::size_t>(tile.wide_elements());
  const LaunchFrames frames =
      tiles_of(DevicePictures(in), DevicePictures({levels, in.width_px, in.height_px, 1}), tile);
  cudaError_t error =
      PointLaunch{points, work}.run(find_levels<NoPoints>, find_levels<WithPoints>,
                                    frames.grid(kTileThreads, shared), frames, step.thresholds);
  if (error == cudaSuccess) error = launch(begin_pieces, pixels, work.stream, count, parents);
  if (error == cudaSuccess) error = launch(join_pieces, pixels, work.stream, in, levels, parents);
  if (error == cudaSuccess) error = launch(mark_pieces, pixels, work.stream, count, parents, levels);
  if (error != cudaSuccess) return error;
  return launch(draw_edges, pixels, work.stream, count, parents, levels, out.pixels);
}

}  // namespace framewright::kernels
