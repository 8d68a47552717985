#include "kernels/cuda_tile.cuh"

namespace framewright::kernels {
namespace {

/// The middle of kSide^2 values that a thread keeps in registers. Of a set of n / 2 + 2 values neither the
/// least nor the greatest can be the middle: both are forgotten, the next value takes their place, until
/// three are left.
template <int kSide>
struct MedianSelection {
  static constexpr int kCount = kSide * kSide;
  static constexpr int kHeld = kCount / 2 + 2;

  static __device__ void order(int& low, int& high) {
    const int least = low < high ? low : high;
    high = low < high ? high : low;
    low = least;
  }

  /// Moves the least of the first `count` to the front and the greatest to the end.
  template <int kSize>
  static __device__ void part(int* held) {
    FW_UNROLL
    for (int i = 0; i < kSize / 2; ++i) order(held[i], held[kSize - 1 - i]);
    FW_UNROLL
    for (int i = 1; i < (kSize + 1) / 2; ++i) order(held[0], held[i]);
    FW_UNROLL
    for (int i = kSize / 2; i < kSize - 1; ++i) order(held[i], held[kSize - 1]);
  }

  template <int kSize, typename Value>
  static __device__ int select(int* held, Value value) {
    part<kSize>(held);
    if constexpr (kSize == 3) {
      return held[1];
    } else {
      held[0] = value(kCount - (kSize - 3));
      return select<kSize - 1>(held, value);
    }
  }

  /// value(i) is the i-th of the square.
  template <typename Value>
  static __device__ int of(Value value) {
    int held[kHeld];
    FW_UNROLL
    for (int i = 0; i < kHeld; ++i) held[i] = value(i);
    return select<kHeld>(held, value);
  }
};

template <int kSide, typename Points>
__global__ void select_medians(LaunchFrames frames, Points points) {
  auto* wide = shared_memory<std::uint8_t>();
  const BlockFrame frame = frames.of_block();
  const Tile tile = Tile::of_words(points.channels(frame.in), kSide / 2).at(frame);
  load_tile(frame.in, tile, Border::Reflect, points, wide);
  make_words(frame, tile, points, [&](const TileWord& word) {
    const std::uint8_t* first = wide + word.in_wide - tile.radius * (tile.wide() + tile.channels);
    std::uint32_t medians = 0;
    // Not unrolled: four selections at a time would not fit into registers.
    FW_NO_UNROLL
    for (int k = 0; k < 4; ++k) {
      const auto value = [&](int i) {
        return int{first[i / kSide * tile.wide() + i % kSide * tile.channels + k]};
      };
      const int median = word.is_alpha(k) ? wide[word.in_wide + k] : MedianSelection<kSide>::of(value);
      medians |= static_cast<std::uint32_t>(median) << (8 * k);
    }
    return medians;
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

}  // namespace

cudaError_t enqueue(const DeviceMedian& step, const PointChain& points, const DevicePictures& in,
                    const DevicePictures& out, const DeviceWorkspace& work) {
  const Tile tile = Tile::of_words(points.filter_channels(), step.kernel_size_px / 2);
  const auto run = [&](auto* alone, auto* fused) {
    const LaunchFrames frames = tiles_of(in, out, tile);
    const Grid tiles = frames.grid(kTileThreads, static_cast<std::size_t>(tile.wide_elements()));
    return PointLaunch{points, work}.run(alone, fused, tiles, frames);
  };
  if (step.kernel_size_px == 3) return run(select_medians<3, NoPoints>, select_medians<3, WithPoints>);
  if (step.kernel_size_px == 5) return run(select_medians<5, NoPoints>, select_medians<5, WithPoints>);
  const LaunchFrames frames(in, out, [](const DeviceShape& shape) {
    return rectangles_of(shape.width_px * shape.channels, shape.height_px, kThreads, kStripRows);
  });
  const Grid strips = frames.grid(kThreads, 256 * kThreads * sizeof(std::uint16_t));
  return launch(slide_medians, strips, work.stream, frames, step.kernel_size_px);
}

}  // namespace framewright::kernels
