// The mean of a square. Of a small one by tiles; of a large one at a cost that does not grow with it: sums of
// columns that slide down, then differences of running totals along rows.
#include "kernels/device_passes.hpp"
#include "kernels/separable_tile.cuh"
#include "kernels/tone_math.hpp"

namespace framewright::kernels {
namespace {

constexpr int kThreads = kTileThreads;

/// What becomes of a value and the mean of its square.
struct BoxFinish {
  BoxUse use;
  int offset;
  Polarity polarity;

  __device__ int value(int old, int mean) const {
    return use == BoxUse::Mean ? mean : thresholded(static_cast<std::uint8_t>(old), mean - offset, polarity);
  }
};

/// Both passes of a square that averages_in_one_pass().
class BoxWeights {
 public:
  explicit BoxWeights(const DeviceBoxBlur& step)
      : to_{step.use, step.offset, step.polarity},
        radius_(step.kernel_size_px / 2),
        half_(step.kernel_size_px * step.kernel_size_px / 2),
        reciprocal_(~std::uint32_t{0} / static_cast<unsigned>(2 * half_ + 1) + 1) {}

  FW_HOST_DEVICE int radius() const { return radius_; }
  template <typename At>
  __device__ FourValues along(int radius, At at) const {
    FourValues sum = at(0);
    for (int distance = 1; distance <= radius; ++distance) sum += at(-distance) + at(distance);
    return sum;
  }
  template <typename At>
  __device__ FourValues down(int radius, At at) const {
    return along(radius, at);
  }
  template <typename Old>
  __device__ std::uint32_t finish(const FourValues& sums, Old old) const {
    const FourValues means = FourValues::from([&](int i) { return mean_of(sums.of[i]); });
    if (to_.use == BoxUse::Mean) return means.bytes();
    const FourValues values = FourValues::of_bytes(old());
    return FourValues::from([&](int i) { return to_.value(values.of[i], means.of[i]); }).bytes();
  }

 private:
  /// (sum + half) / count by 2^32 / count rounded up: what that is too large by, less than count / 2^32,
  /// makes less than 1 / count for numbers below 2^24.
  __device__ int mean_of(int sum) const {
    const auto number = static_cast<std::uint64_t>(static_cast<unsigned>(sum + half_));
    return static_cast<int>(number * reciprocal_ >> 32);
  }

  BoxFinish to_;
  int radius_;
  int half_;
  std::uint32_t reciprocal_;
};

/// Rows that one thread slides over: its first sum costs as much as the square is high, the others two
/// values.
constexpr int kStripRows = 64;

/// Sums of radius values up and down from each; 255 values of 255 fit 16 bits.
__global__ void add_columns(LaunchFrames frames, int radius, std::uint16_t* sums) {
  const BlockFrame frame = frames.of_block();
  const DevicePicture& in = frame.in;
  const int row_elements = in.width_px * in.channels;
  const int column = frame.left(row_elements, kThreads) + static_cast<int>(threadIdx.x);
  if (column >= row_elements) return;
  sums += frame.at_value;
  const int first = frame.top(row_elements, kThreads, kStripRows);
  const int end = first + kStripRows < in.height_px ? first + kStripRows : in.height_px;
  const auto value = [&](int y) {
    return int{in.pixels[border_index(y, in.height_px, Border::Reflect) * row_elements + column]};
  };
  int sum = 0;
  for (int y = first - radius; y <= first + radius; ++y) sum += value(y);
  for (int y = first; y < end; ++y) {
    sums[y * row_elements + column] = static_cast<std::uint16_t>(sum);
    sum += value(y + radius + 1) - value(y - radius);
  }
}

constexpr int kSegmentPixels = 256;
static_assert(4 * kSegmentPixels <= kMaxBlockElements);

struct Totals {
  int radius;
  int channels;

  /// The segment with what is around it and the position before that, where nothing was added up yet.
  FW_HOST_DEVICE int elements() const { return (kSegmentPixels + 2 * radius + 1) * channels; }
  std::size_t shared_bytes() const {
    return 2 * sizeof(std::uint32_t) * static_cast<std::size_t>(elements());
  }
};

/// Running totals along the row, channel by channel: each step adds what lies twice as far away.
__device__ const std::uint32_t* add_up(const Totals& totals, std::uint32_t* from, std::uint32_t* to) {
  for (int distance = totals.channels; distance < totals.elements(); distance *= 2) {
    for (int i = static_cast<int>(threadIdx.x); i < totals.elements(); i += kThreads) {
      to[i] = from[i] + (i >= distance ? from[i - distance] : 0);
    }
    __syncthreads();
    std::uint32_t* made = to;
    to = from;
    from = made;
  }
  return from;
}

/// Points may come behind it, none before.
template <typename Points>
__global__ void average_rows(LaunchFrames frames, DeviceBoxBlur step, const std::uint16_t* sums,
                             Points points) {
  points.prepare();
  const BlockFrame frame = frames.of_block();
  const DevicePicture& in = frame.in;
  const Totals totals{step.kernel_size_px / 2, in.channels};
  auto* values = shared_memory<std::uint32_t>();
  const int left = frame.left(in.width_px, kSegmentPixels);
  const int top = frame.top(in.width_px, kSegmentPixels, 1);
  const int row = top * in.width_px * in.channels;
  for (int i = static_cast<int>(threadIdx.x); i < totals.elements(); i += kThreads) {
    const int x = border_index(left - totals.radius - 1 + i / in.channels, in.width_px, Border::Reflect);
    values[i] = i < in.channels ? 0 : sums[frame.at_value + row + x * in.channels + i % in.channels];
  }
  __syncthreads();
  const std::uint32_t* before = add_up(totals, values, values + totals.elements());
  const std::uint32_t* after = before + (2 * totals.radius + 1) * in.channels;
  const auto count = static_cast<std::uint32_t>(step.kernel_size_px * step.kernel_size_px);
  const int elements =
      (in.width_px - left < kSegmentPixels ? in.width_px - left : kSegmentPixels) * in.channels;
  for (int first = 4 * static_cast<int>(threadIdx.x); first < elements; first += 4 * kThreads) {
    const int at = row + left * in.channels + first;
    const int rest = elements - first < 4 ? elements - first : 4;
    const std::uint32_t old =
        rest == 4 ? four_bytes(in.pixels, at)
                  : word_of([&](int i) { return i < rest ? in.pixels[at + i] : std::uint8_t{0}; });
    const std::uint32_t made = word_of([&](int i) {
      const auto value = static_cast<std::uint8_t>(old >> (8 * i));
      if (in.channels == 4 && i == 3) return value;
      const auto mean = static_cast<int>((after[first + i] - before[first + i] + count / 2) / count);
      return static_cast<std::uint8_t>(BoxFinish{step.use, step.offset, step.polarity}.value(value, mean));
    });
    points.store(frame, first, at, made, rest);
  }
  points.finish(frame, {left, top, kSegmentPixels, 1});
}

}  // namespace

cudaError_t enqueue(const DeviceBoxBlur& step, const PointChain& points, const DevicePictures& in,
                    const DevicePictures& out, const DeviceWorkspace& work) {
  if (averages_in_one_pass(step)) {
    return enqueue_separable(BoxWeights(step), Border::Reflect, points, in, out, work);
  }
  const int radius = step.kernel_size_px / 2;
  auto* sums = reinterpret_cast<std::uint16_t*>(work.scratch);
  const LaunchFrames down(in, out, [](const DeviceShape& shape) {
    return rectangles_of(shape.width_px * shape.channels, shape.height_px, kThreads, kStripRows);
  });
  const cudaError_t error = launch(add_columns, down.grid(kThreads), work.stream, down, radius, sums);
  if (error != cudaSuccess) return error;
  const LaunchFrames along(in, out, [](const DeviceShape& shape) {
    return rectangles_of(shape.width_px, shape.height_px, kSegmentPixels, 1);
  });
  const Grid segments = along.grid(kThreads, Totals{radius, in.channels()}.shared_bytes());
  return PointLaunch{points, work}.run(average_rows<NoPoints>, average_rows<WithPoints>, segments, along,
                                       step, sums);
}

}  // namespace framewright::kernels
