#include "kernels/cuda_launch.cuh"  // first: what the sorting networks are for
#include "kernels/median_sorting-inl.hpp"
#include "kernels/pixel_groups.cuh"
#include "kernels/tile_strips.cuh"
#include "kernels/two_values.cuh"

namespace framewright::kernels {
namespace {

// Small squares: each thread goes down a strip, two values in a word.
constexpr int kStripRows = 8;

/// What the squares around a word of a strip see of the rows, from above.
template <int kChannels, int kSide>
class RowsBelow {
 public:
  __device__ RowsBelow(const std::uint32_t* next, int row_words) : next_(next), row_words_(row_words) {}

  /// Of two values of the word.
  __device__ Values<TwoValues, kSide> take(int first) {
    const RowWindow<kChannels, kSide / 2, 1> window(next_);
    next_ += row_words_;
    Values<TwoValues, kSide> side;
    FW_UNROLL
    for (int i = 0; i < kSide; ++i) side.of[i] = TwoValues::of_bytes(window.word(i - kSide / 2), first);
    return side;
  }

 private:
  const std::uint32_t* next_;
  int row_words_;
};

template <int kChannels, int kSide, typename Points>
__global__ void select_medians(LaunchFrames frames, Points points) {
  constexpr int kRadius = kSide / 2;
  auto* wide = shared_memory<std::uint32_t>();
  const BlockFrame frame = frames.of_block();
  const Tile tile = tile_of_strips(kChannels, kRadius, kStripRows).at(frame);
  load_tile(frame.in, tile, Border::Reflect, points, reinterpret_cast<std::uint8_t*>(wide));
  make_strips<kStripRows>(frame, tile, points, [&](const StripPlace& place, std::uint32_t* made) {
    const int row_words = tile.wide() / 4;
    const std::uint32_t* seen = wide + place.row * row_words + place.column / 4;
    FW_UNROLL
    for (int first = 0; first < 2; ++first) {
      RowsBelow<kChannels, kSide> rows(seen, row_words);
      const auto next_row = [&] { return rows.take(first); };
      TwoMiddles<TwoValues, kSide> middles(next_row);
      FW_UNROLL
      for (int i = 0; i < kStripRows; i += 2) {
        TwoValues upper, lower;
        middles.step(next_row, upper, lower);
        made[i] = (first == 0 ? 0 : made[i]) | upper.bytes(first);
        made[i + 1] = (first == 0 ? 0 : made[i + 1]) | lower.bytes(first);
      }
    }
    if constexpr (kChannels == 4) {
      FW_UNROLL
      for (int i = 0; i < kStripRows; ++i)
        made[i] = with_alpha_of(seen[(i + kRadius) * row_words + kRadius], made[i]);
    }
  });
  points.finish(frame, tile.pixels());
}

// Larger squares: each thread slides down a column of elements with the histogram of its square in shared
// memory, so that a step costs two rows of the square and not all of it (Huang's way). Counts of
// neighbouring threads lie side by side.
constexpr int kThreads = 64;
constexpr int kSlideRows = 32;

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
  const int first = frame.top(row_elements, kThreads, kSlideRows);
  const int end = first + kSlideRows < in.height_px ? first + kSlideRows : in.height_px;
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
  const Tile tile = tile_of_strips(points.filter_channels(), kSide / 2, kStripRows);
  const LaunchFrames frames = tiles_of(in, out, tile);
  const auto bytes = static_cast<std::size_t>(tile.wide_elements());
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
    return rectangles_of(shape.width_px * shape.channels, shape.height_px, kThreads, kSlideRows);
  });
  const Grid strips = frames.grid(kThreads, 256 * kThreads * sizeof(std::uint16_t));
  return launch(slide_medians, strips, work.stream, frames, step.kernel_size_px);
}

}  // namespace framewright::kernels
