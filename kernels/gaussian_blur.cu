#include "kernels/device_passes.hpp"
#include "kernels/gaussian_tile.cuh"

namespace framewright::kernels {
namespace {

constexpr int kThreads = kTileThreads;

/// Both passes of a kernel that is not that small.
struct GaussianWeights {
  GaussianKernel kernel;
  GaussianFinish to;

  FW_HOST_DEVICE int radius() const { return kernel.taps; }
  template <typename At>
  __device__ FourValues along(int taps, At at) const {
    return weigh<15 - kPassBits>(taps, at);
  }
  template <typename At>
  __device__ FourValues down(int taps, At at) const {
    return weigh<15>(taps, at);
  }
  template <typename Old>
  __device__ std::uint32_t finish(const FourValues& blurred, Old old) const {
    if (to.use == BlurUse::Blur) {
      constexpr int kHalf = 1 << (kPassBits - 1);
      return FourValues::from([&](int i) { return (blurred.of[i] + kHalf) >> kPassBits; }).bytes();
    }
    const FourValues values = FourValues::of_bytes(old());
    return FourValues::from([&](int i) { return to.value(values.of[i], blurred.of[i]); }).bytes();
  }

 private:
  /// weigh_neighbours() of values with 15 - kBits fractional bits, to kPassBits. Both have them in common, so
  /// that bytes are multiplied as they are. The centre's part, c - (c * around + half) / one rounded down, is
  /// (c * (one - around) + half - 1) / one rounded down, because minus a number rounded down is its opposite
  /// rounded up.
  template <int kBits, typename At>
  __device__ FourValues weigh(int taps, At at) const {
    constexpr int kHalf = 1 << (kBits - 1);
    const FourValues centre = at(0);
    const int left = 32768 - kernel.around;
    FourValues sum = FourValues::from([&](int i) { return (centre.of[i] * left + kHalf - 1) >> kBits; });
    for (int tap = 1; tap <= taps; ++tap) {
      const FourValues pair = at(-tap) + at(tap);
      const int weight = kernel.side[static_cast<unsigned>(tap - 1)];
      sum += FourValues::from([&](int i) { return (pair.of[i] * weight + kHalf) >> kBits; });
    }
    return sum;
  }
};

// Wide kernels go over the picture twice, by lines: those of one row lie `lanes` = channels apart, and so
// do those of neighbouring columns with `lanes` = columns.
constexpr int kRowSegment = 256;
constexpr int kColumnLanes = 32;
constexpr int kColumnSegment = 64;

/// A part of some lines, with what the kernel sees around it.
struct Segment {
  int begin;
  int count;
  int lanes;
  int reach;

  FW_HOST_DEVICE int elements() const { return (count + 2 * reach) * lanes; }
  FW_HOST_DEVICE int weighed_elements(int margin) const { return (count + 2 * margin) * lanes; }
};

/// out = in, smoothed at a distance of `gap` elements: the first `margin` elements on both sides have no
/// neighbours, and are not asked for afterwards.
__device__ void smooth_elements(const std::int16_t* in, int elements, int gap, int margin,
                                std::int16_t* out) {
  for (int i = static_cast<int>(threadIdx.x) + margin; i < elements - margin; i += kThreads) {
    const std::int16_t* at = in + i;
    const int smoothed = margin == gap ? smooth_three(at[-gap], at[0], at[gap])
                                       : smooth_five(at[-2 * gap], at[-gap], at[0], at[gap], at[2 * gap]);
    out[i] = static_cast<std::int16_t>(smoothed);
  }
}

/// As GaussianKernel::smoothed_neighbours(), which the host alone can call.
FW_HOST_DEVICE int smoothed_neighbours(const GaussianKernel& kernel) {
  return kernel.spacing_px > 1 && kernel.edge_taps == 0 ? 2 : 1;
}

/// As GaussianKernel::smoothing_px() and reach_px().
FW_HOST_DEVICE int smoothing_of(const GaussianKernel& kernel) {
  return smoothed_neighbours(kernel) * (kernel.spacing_px - 1);
}
FW_HOST_DEVICE int reach_of(const GaussianKernel& kernel) {
  return kernel.taps * kernel.spacing_px + smoothing_of(kernel);
}

/// Calls store(position, lane, blurred) for every position of the segment.
template <typename Load, typename Store>
__device__ void blur_segment(const GaussianKernel& kernel, const Segment& segment, Load load, Store store) {
  auto* values = shared_memory<std::int16_t>();
  const int first = static_cast<int>(threadIdx.x);
  const int lanes = segment.lanes;
  for (int i = first; i < segment.elements(); i += kThreads) {
    values[i] = static_cast<std::int16_t>(load(segment.begin - segment.reach + i / lanes, i % lanes));
  }
  __syncthreads();
  // Weighed values begin with those that smoothing sees before the first position.
  const int margin = smoothing_of(kernel);
  const int elements = segment.weighed_elements(margin);
  auto* weighed = values + segment.elements();
  auto* other = weighed + elements;
  for (int i = first; i < elements; i += kThreads) {
    const std::int16_t* centre = values + (segment.reach - margin) * lanes + i;
    weighed[i] = static_cast<std::int16_t>(
        weigh_neighbours(kernel, [&](int offset) { return static_cast<int>(centre[offset * lanes]); }));
  }
  __syncthreads();
  for (int distance = 1; distance < kernel.spacing_px; distance *= 2) {
    const int gap = distance * lanes;
    smooth_elements(weighed, elements, gap, smoothed_neighbours(kernel) * gap, other);
    __syncthreads();
    auto* const smoothed = other;
    other = weighed;
    weighed = smoothed;
  }
  for (int i = first; i < segment.count * lanes; i += kThreads) {
    const std::int16_t* centre = values + segment.reach * lanes + i;
    const int edges =
        weigh_edges(kernel, [&](int offset) { return static_cast<int>(centre[offset * lanes]); });
    store(segment.begin + i / lanes, i % lanes, weighed[margin * lanes + i] + edges);
  }
}

__global__ void blur_rows(LaunchFrames frames, GaussianKernel kernel, Border border, std::int16_t* rows) {
  const BlockFrame frame = frames.of_block();
  const DevicePicture& in = frame.in;
  const int row = frame.top(in.width_px, kRowSegment, 1) * in.width_px * in.channels;
  const std::uint8_t* from = in.pixels + row;
  std::int16_t* to = rows + frame.at_value + row;
  const Segment segment{frame.left(in.width_px, kRowSegment), kRowSegment, in.channels, reach_of(kernel)};
  blur_segment(
      kernel, segment,
      [&](int x, int channel) {
        return from[border_index(x, in.width_px, border) * in.channels + channel] << kPassBits;
      },
      [&](int x, int channel, int blurred) {
        if (x < in.width_px) to[x * in.channels + channel] = static_cast<std::int16_t>(blurred);
      });
}

__global__ void blur_columns(LaunchFrames frames, GaussianKernel kernel, Border border, GaussianFinish finish,
                             const std::int16_t* rows) {
  const BlockFrame frame = frames.of_block();
  const DevicePicture& in = frame.in;
  const int row_elements = in.width_px * in.channels;
  const int left = frame.left(row_elements, kColumnLanes);
  const Segment segment{frame.top(row_elements, kColumnLanes, kColumnSegment), kColumnSegment, kColumnLanes,
                        reach_of(kernel)};
  rows += frame.at_value;
  blur_segment(
      kernel, segment,
      [&](int y, int lane) {
        const int column = left + lane < row_elements ? left + lane : row_elements - 1;
        return static_cast<int>(rows[border_index(y, in.height_px, border) * row_elements + column]);
      },
      [&](int y, int lane, int blurred) {
        const int column = left + lane;
        if (y >= in.height_px || column >= row_elements) return;
        const int at = y * row_elements + column;
        const int old = in.pixels[at];
        const bool is_alpha = column % in.channels == 3;
        frame.out[at] = static_cast<std::uint8_t>(is_alpha ? old : finish.value(old, blurred));
      });
}

/// Shared memory: values, and what is weighed twice.
std::size_t segment_bytes(const Segment& segment, const GaussianKernel& kernel) {
  const int weighed = segment.weighed_elements(smoothing_of(kernel));
  return sizeof(std::int16_t) * static_cast<std::size_t>(segment.elements() + 2 * weighed);
}

cudaError_t blur_by_lines(const DeviceGaussian& step, const DevicePictures& in, const DevicePictures& out,
                          const DeviceWorkspace& work) {
  auto* rows = reinterpret_cast<std::int16_t*>(work.scratch);
  const int reach = reach_of(step.kernel);
  const LaunchFrames along(in, out, [](const DeviceShape& shape) {
    return rectangles_of(shape.width_px, shape.height_px, kRowSegment, 1);
  });
  const Grid segments =
      along.grid(kThreads, segment_bytes({0, kRowSegment, in.channels(), reach}, step.kernel));
  const cudaError_t error = launch(blur_rows, segments, work.stream, along, step.kernel, step.border, rows);
  if (error != cudaSuccess) return error;
  const LaunchFrames down(in, out, [](const DeviceShape& shape) {
    return rectangles_of(shape.width_px * shape.channels, shape.height_px, kColumnLanes, kColumnSegment);
  });
  const Grid strips =
      down.grid(kThreads, segment_bytes({0, kColumnSegment, kColumnLanes, reach}, step.kernel));
  return launch(blur_columns, strips, work.stream, down, step.kernel, step.border,
                GaussianFinish{step.use, step.weights}, rows);
}

}  // namespace

cudaError_t enqueue(const DeviceGaussian& step, const PointChain& points, const DevicePictures& in,
                    const DevicePictures& out, const DeviceWorkspace& work) {
  if (!blurs_in_one_pass(step.kernel)) return blur_by_lines(step, in, out, work);
  const GaussianFinish finish{step.use, step.weights};
  if (has_odd_weights(step.kernel)) {
    return enqueue_small(step.kernel, finish, step.border, points, in, out, work);
  }
  const GaussianWeights weights{step.kernel, finish};
  return enqueue_separable(weights, step.border, points, in, out, work);
}

}  // namespace framewright::kernels
