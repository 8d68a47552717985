// The mean of a square at a cost that does not grow with it: sums of columns that slide down, then
// differences of running totals along rows.
#include "kernels/tile_points.cuh"
#include "kernels/tone_math.hpp"

namespace framewright::kernels {
namespace {

constexpr int kThreads = kTileThreads;

/// Rows that one thread slides over: its first sum costs as much as the square is high, the others two
/// values.
constexpr int kStripRows = 64;

/// Sums of radius values up and down from each; 255 values of 255 fit 16 bits.
__global__ void add_columns(DevicePicture in, int radius, std::uint16_t* sums) {
  const int row_elements = in.width_px * in.channels;
  const int column = thread_number();
  if (column >= row_elements) return;
  const int first = static_cast<int>(blockIdx.y) * kStripRows;
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
static_assert(kSegmentPixels <= kMaxBlockPixels);

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
__global__ void average_rows(DevicePicture in, DeviceBoxBlur step, const std::uint16_t* sums, Points points) {
  points.prepare();
  const Totals totals{step.kernel_size_px / 2, in.channels};
  auto* values = shared_memory<std::uint32_t>();
  const int left = static_cast<int>(blockIdx.x) * kSegmentPixels;
  const int row = static_cast<int>(blockIdx.y) * in.width_px * in.channels;
  for (int i = static_cast<int>(threadIdx.x); i < totals.elements(); i += kThreads) {
    const int x = border_index(left - totals.radius - 1 + i / in.channels, in.width_px, Border::Reflect);
    values[i] = i < in.channels ? 0 : sums[row + x * in.channels + i % in.channels];
  }
  __syncthreads();
  const std::uint32_t* before = add_up(totals, values, values + totals.elements());
  const std::uint32_t* after = before + (2 * totals.radius + 1) * in.channels;
  const auto count = static_cast<std::uint32_t>(step.kernel_size_px * step.kernel_size_px);
  for (int i = static_cast<int>(threadIdx.x); i < kSegmentPixels * in.channels; i += kThreads) {
    if (left + i / in.channels >= in.width_px) break;
    const int at = row + left * in.channels + i;
    const int old = in.pixels[at];
    const auto mean = static_cast<int>((after[i] - before[i] + count / 2) / count);
    const bool is_alpha = i % in.channels == 3;
    const int made = step.use == BoxUse::Mean ? mean : thresholded(old, mean - step.offset, step.polarity);
    *points.place(i, at) = static_cast<std::uint8_t>(is_alpha ? old : made);
  }
  points.finish(in, {left, static_cast<int>(blockIdx.y), kSegmentPixels, 1});
}

}  // namespace

cudaError_t enqueue(const DeviceBoxBlur& step, const PointChain& points, const DevicePicture& in,
                    const DevicePicture& out, const DeviceWorkspace& work) {
  auto* sums = reinterpret_cast<std::uint16_t*>(work.scratch);
  const auto height = static_cast<unsigned>(in.height_px);
  const std::size_t row_elements = static_cast<std::size_t>(in.width_px) * static_cast<unsigned>(in.channels);
  const Grid down{{blocks_for(row_elements, kThreads), blocks_for(height, kStripRows)}, kThreads};
  const int radius = step.kernel_size_px / 2;
  const cudaError_t error = launch(add_columns, down, work.stream, in, radius, sums);
  if (error != cudaSuccess) return error;
  const Grid along{{blocks_for(static_cast<std::size_t>(in.width_px), kSegmentPixels), height},
                   kThreads,
                   Totals{radius, in.channels}.shared_bytes()};
  return PointLaunch{points, work, out.pixels}.run(average_rows<NoPoints>, average_rows<WithPoints>, along,
                                                   in, step, sums);
}

}  // namespace framewright::kernels
