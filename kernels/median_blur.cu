#include "kernels/cuda_launch.cuh"  // first: what the sorting networks are for
#include "kernels/median_sorting-inl.hpp"
#include "kernels/pixel_groups.cuh"
#include "kernels/tile_strips.cuh"
#include "kernels/two_values.cuh"

namespace framewright::kernels {
namespace {

// Small squares: neighbours share columns, so each column of a tile is sorted once. Row k of the ranks holds
// the k-th smallest of every column.

/// Values of a square, by the number that each has in its row or column.
template <int kSide>
struct SquareSide;

template <>
struct SquareSide<3> {
  using Values = Three<TwoValues>;

  template <typename Value>
  static __device__ Values from(Value value) {
    return {value(0), value(1), value(2)};
  }
  template <typename Visit>
  static __device__ void for_each(const Values& v, Visit visit) {
    visit(0, v.a), visit(1, v.b), visit(2, v.c);
  }
  /// rank(k) are the values of the k-th.
  template <typename Rank>
  static __device__ TwoValues middle(Rank rank) {
    return middle_of_ranks(rank(0), rank(1), rank(2));
  }
};

template <>
struct SquareSide<5> {
  using Values = Five<TwoValues>;

  template <typename Value>
  static __device__ Values from(Value value) {
    return {value(0), value(1), value(2), value(3), value(4)};
  }
  template <typename Visit>
  static __device__ void for_each(const Values& v, Visit visit) {
    visit(0, v.a), visit(1, v.b), visit(2, v.c), visit(3, v.d), visit(4, v.e);
  }
  template <typename Rank>
  static __device__ TwoValues middle(Rank rank) {
    return middle_of_ranks(rank(0), rank(1), rank(2), rank(3), rank(4));
  }
};

/// Bytes of one rank: of all columns, for each row that is made.
FW_HOST_DEVICE int rank_bytes(const Tile& tile) { return tile.height_px * tile.wide(); }

template <int kSide>
__device__ void sort_columns(const Tile& tile, const std::uint32_t* wide, std::uint32_t* ranks) {
  const int words = tile.wide() / 4;
  for_each_place(tile.height_px, words, [&](int row, int word) {
    const int at = row * words + word;
    std::uint32_t sorted[kSide] = {};
    FW_UNROLL
    for (int first = 0; first < 2; ++first) {
      auto column =
          SquareSide<kSide>::from([&](int k) { return TwoValues::of_bytes(wide[at + k * words], first); });
      sort_values(column);
      SquareSide<kSide>::for_each(column, [&](int k, TwoValues value) { sorted[k] |= value.bytes(first); });
    }
    FW_UNROLL
    for (int k = 0; k < kSide; ++k) ranks[k * rank_bytes(tile) / 4 + at] = sorted[k];
  });
  __syncthreads();
}

template <int kChannels, int kSide, typename Points>
__global__ void select_medians(LaunchFrames frames, Points points) {
  constexpr int kRadius = kSide / 2;
  auto* wide = shared_memory<std::uint32_t>();
  const BlockFrame frame = frames.of_block();
  const Tile tile = Tile::of_words(kChannels, kRadius).at(frame);
  load_tile(frame.in, tile, Border::Reflect, points, reinterpret_cast<std::uint8_t*>(wide));
  std::uint32_t* ranks = wide + tile.wide_elements() / 4;
  sort_columns<kSide>(tile, wide, ranks);
  make_words(frame, tile, points, [&](const TileWord& word) {
    std::uint32_t seen[kSide][kSide];
    FW_UNROLL
    for (int k = 0; k < kSide; ++k) {
      const int first = k * rank_bytes(tile) + word.row * tile.wide() + word.column;
      const RowWindow<kChannels, kRadius, 1> window(ranks + first / 4);
      FW_UNROLL
      for (int i = 0; i < kSide; ++i) seen[k][i] = window.word(i - kRadius);
    }
    std::uint32_t medians = 0;
    FW_UNROLL
    for (int first = 0; first < 2; ++first) {
      const TwoValues middle = SquareSide<kSide>::middle([&](int k) {
        return SquareSide<kSide>::from([&](int i) { return TwoValues::of_bytes(seen[k][i], first); });
      });
      medians |= middle.bytes(first);
    }
    if constexpr (kChannels != 4) return medians;
    return with_alpha_of(wide[word.in_wide / 4], medians);
  });
  points.finish(frame, tile.pixels());
}

// Larger squares: each thread slides down a column of elements with the histogram of its square in shared
// memory, so that a step costs two rows of the square and not all of it (Huang's way). Counts of
// neighbouring threads lie side by side.
constexpr int kThreads = 64;
constexpr int kStripRows = 32;

class SlidingHistogram {
 public:
  /// `counts` has 256 * kThreads entries, shared by the block; each thread uses its own.
  __device__ explicit SlidingHistogram(std::uint16_t* counts) : counts_(counts + threadIdx.x) {
    for (int value = 0; value < 256; ++value) counts_[value * kThreads] = 0;
  }

  __device__ void add(int value) {
    ++counts_[value * kThreads];
    below_ += value < median_ ? 1 : 0;
  }
  __device__ void remove(int value) {
    --counts_[value * kThreads];
    below_ -= value < median_ ? 1 : 0;
  }
  /// The value that has at most `half` below it and, with its equals, more.
  __device__ int middle(int half) {
    while (below_ > half) below_ -= counts_[--median_ * kThreads];
    while (below_ + counts_[median_ * kThreads] <= half) below_ += counts_[median_++ * kThreads];
    return median_;
  }

 private:
  std::uint16_t* counts_;
  int median_ = 128;
  int below_ = 0;
};

__global__ void slide_medians(LaunchFrames frames, int side) {
  SlidingHistogram histogram(shared_memory<std::uint16_t>());
  const BlockFrame frame = frames.of_block();
  const DevicePicture& in = frame.in;
  const int row_elements = in.width_px * in.channels;
  const int element = frame.left(row_elements, kThreads) + static_cast<int>(threadIdx.x);
  if (element >= row_elements) return;
  const int channel = element % in.channels;
  const int x = element / in.channels;
  const int radius = side / 2;
  const auto for_each_of_row = [&](int y, auto visit) {
    const std::uint8_t* row =
        in.pixels + border_index(y, in.height_px, Border::Reflect) * row_elements + channel;
    for (int dx = -radius; dx <= radius; ++dx) {
      visit(int{row[border_index(x + dx, in.width_px, Border::Reflect) * in.channels]});
    }
  };
  const auto add = [&](int value) { histogram.add(value); };
  const auto remove = [&](int value) { histogram.remove(value); };
  const int first = frame.top(row_elements, kThreads, kStripRows);
  const int end = first + kStripRows < in.height_px ? first + kStripRows : in.height_px;
  for (int y = first - radius; y < first + radius; ++y) for_each_of_row(y, add);
  for (int y = first; y < end; ++y) {
    for_each_of_row(y + radius, add);
    const int at = y * row_elements + element;
    frame.out[at] =
        static_cast<std::uint8_t>(channel == 3 ? int{in.pixels[at]} : histogram.middle(side * side / 2));
    for_each_of_row(y - radius, remove);
  }
}

template <int kSide>
cudaError_t select_in_tiles(const PointChain& points, const DevicePictures& in, const DevicePictures& out,
                            const DeviceWorkspace& work) {
  const Tile tile = Tile::of_words(points.filter_channels(), kSide / 2);
  const LaunchFrames frames = tiles_of(in, out, tile);
  const auto bytes = static_cast<std::size_t>(tile.wide_elements() + kSide * rank_bytes(tile));
  return for_channels(tile.channels, [&](auto channels) {
    constexpr int kChannels = channels();
    return PointLaunch{points, work}.run(select_medians<kChannels, kSide, NoPoints>,
                                         select_medians<kChannels, kSide, WithPoints>,
                                         frames.grid(kTileThreads, bytes), frames);
  });
}

}  // namespace

cudaError_t enqueue(const DeviceMedian& step, const PointChain& points, const DevicePictures& in,
                    const DevicePictures& out, const DeviceWorkspace& work) {
  if (step.kernel_size_px == 3) return select_in_tiles<3>(points, in, out, work);
  if (step.kernel_size_px == 5) return select_in_tiles<5>(points, in, out, work);
  const LaunchFrames frames(in, out, [](const DeviceShape& shape) {
    return rectangles_of(shape.width_px * shape.channels, shape.height_px, kThreads, kStripRows);
  });
  const Grid strips = frames.grid(kThreads, 256 * kThreads * sizeof(std::uint16_t));
  return launch(slide_medians, strips, work.stream, frames, step.kernel_size_px);
}

}  // namespace framewright::kernels
