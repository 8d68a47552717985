// A picture at another size: down columns into scratch, then across rows. Places and weights are found by
// the host, which has the sines of Lanczos to the last bit, and are copied ahead of the kernels.
#include "kernels/pixel_groups.cuh"
#include "kernels/resample_math.hpp"

namespace framewright::kernels {
namespace {

constexpr int kThreads = 256;

/// A rectangle of a packed picture.
struct OutRectangle {
  std::uint8_t* corner;
  int width_px;
  int height_px;
  int row_bytes;

  FW_HOST_DEVICE int pixels() const { return width_px * height_px; }
};

__device__ int element_number() { return static_cast<int>(blockIdx.x * kThreads + threadIdx.x); }

/// As nearest_index(), which takes longer sides, in 32 bits.
__device__ int nearest_of(int position, int in, int out) {
  static_assert(2 * std::uint64_t{kResizeMaxSide} * kResizeMaxSide <= 0xFFFFFFFF);
  const auto middle = 2 * static_cast<unsigned>(position) + 1;
  return static_cast<int>(middle * static_cast<unsigned>(in) / (2 * static_cast<unsigned>(out)));
}

template <int kChannels>
__device__ Pixel read_pixel(const DevicePicture& in, int number) {
  Pixel pixel{};
  if constexpr (kChannels == 4) {
    const std::uint32_t word = reinterpret_cast<const std::uint32_t*>(in.pixels)[number];
    FW_UNROLL
    for (int c = 0; c < 4; ++c) pixel.value[c] = static_cast<std::uint8_t>(word >> (8 * c));
  } else {
    FW_UNROLL
    for (int c = 0; c < kChannels; ++c) pixel.value[c] = in.pixels[number * kChannels + c];
  }
  return pixel;
}

/// Four pixels for a thread, written as words where the rectangle is whole rows and begins at a word.
template <int kChannels>
__global__ void take_nearest(DevicePicture in, OutRectangle out, bool is_whole) {
  const int first = thread_number() * kGroupPixels;
  if (first >= out.pixels()) return;
  Pixel pixels[kGroupPixels];
  int places[kGroupPixels];
  FW_UNROLL
  for (int i = 0; i < kGroupPixels; ++i) {
    const int number = first + i < out.pixels() ? first + i : first;
    const int x = number % out.width_px;
    const int y = number / out.width_px;
    const int column = nearest_of(x, in.width_px, out.width_px);
    const int row = nearest_of(y, in.height_px, out.height_px);
    pixels[i] = read_pixel<kChannels>(in, row * in.width_px + column);
    places[i] = y * out.row_bytes + x * kChannels;
  }
  if (is_whole && first + kGroupPixels <= out.pixels()) {
    pack<kChannels>(pixels, reinterpret_cast<std::uint32_t*>(out.corner) + first / kGroupPixels * kChannels);
    return;
  }
  FW_UNROLL
  for (int i = 0; i < kGroupPixels; ++i) {
    if (first + i >= out.pixels()) break;
    FW_UNROLL
    for (int c = 0; c < kChannels; ++c) out.corner[places[i] + c] = pixels[i].value[c];
  }
}

/// Narrow rows keep kPassBits, wide ones are exact sums.
__global__ void weigh_narrow_down(DevicePicture in, DeviceTaps taps, std::int16_t* rows) {
  const int row_elements = in.width_px * in.channels;
  const int element = element_number();
  if (element >= row_elements) return;
  const int y = static_cast<int>(blockIdx.y);
  const TapPlace place = taps.places[y];
  const std::uint8_t* first = in.pixels + place.first * row_elements + element;
  rows[y * row_elements + element] = static_cast<std::int16_t>(
      weigh_narrow(taps.weights + y * taps.count, taps.count, place.heaviest,
                   [&](int tap) { return first[tap * row_elements] << kPassBits; }));
}

__global__ void weigh_narrow_across(const std::int16_t* rows, int row_elements, int channels, DeviceTaps taps,
                                    OutRectangle out) {
  const int element = element_number();
  if (element >= out.width_px * channels) return;
  const int x = element / channels;
  const TapPlace place = taps.places[x];
  const int y = static_cast<int>(blockIdx.y);
  const std::int16_t* first = rows + y * row_elements + place.first * channels + element % channels;
  const int sum = weigh_narrow(taps.weights + x * taps.count, taps.count, place.heaviest,
                               [&](int tap) { return int{first[tap * channels]}; });
  out.corner[y * out.row_bytes + element] = round_narrow(sum);
}

__global__ void weigh_wide_down(DevicePicture in, DeviceTaps taps, std::int32_t* rows) {
  const int row_elements = in.width_px * in.channels;
  const int element = element_number();
  if (element >= row_elements) return;
  const int y = static_cast<int>(blockIdx.y);
  const std::uint8_t* first = in.pixels + taps.places[y].first * row_elements + element;
  std::int32_t sum = 0;
  for (int tap = 0; tap < taps.count; ++tap)
    sum += taps.weights[y * taps.count + tap] * first[tap * row_elements];
  rows[y * row_elements + element] = sum;
}

__global__ void weigh_wide_across(const std::int32_t* rows, int row_elements, int channels, DeviceTaps taps,
                                  OutRectangle out) {
  const int element = element_number();
  if (element >= out.width_px * channels) return;
  const int x = element / channels;
  const int y = static_cast<int>(blockIdx.y);
  const std::int32_t* first = rows + y * row_elements + taps.places[x].first * channels + element % channels;
  std::int64_t sum = 0;
  for (int tap = 0; tap < taps.count; ++tap) {
    sum += std::int64_t{taps.weights[x * taps.count + tap]} * first[tap * channels];
  }
  out.corner[y * out.row_bytes + element] = round_wide(sum);
}

__global__ void fill_background(unsigned level, int words, uint4* out) {
  const int i = thread_number();
  if (i < words) out[i] = {level, level, level, level};
}

/// The part of `out` that is resized into.
struct Target {
  PixelRectangle part;
  Interpolation interpolation;
};

Grid row_grid(int elements, int rows) {
  return {{blocks_for(static_cast<std::size_t>(elements), kThreads), static_cast<unsigned>(rows)}, kThreads};
}

cudaError_t resize_into(const Target& target, const DevicePicture& in, const DevicePicture& out,
                        const DeviceWorkspace& work) {
  const auto& [left, top, width, height] = target.part;
  const int out_row = out.width_px * out.channels;
  const int corner = (top * out.width_px + left) * out.channels;
  const OutRectangle rectangle{out.pixels + corner, width, height, out_row};
  if (target.interpolation == Interpolation::Nearest) {
    const bool is_whole = width == out.width_px && corner % 4 == 0;
    const unsigned blocks = blocks_for(static_cast<std::size_t>(rectangle.pixels()), kGroupPixels * kThreads);
    return launch(for_channels(in.channels, [](auto channels) { return take_nearest<channels()>; }),
                  {blocks, kThreads}, work.stream, in, rectangle, is_whole);
  }
  const Grid across = row_grid(width * in.channels, height);
  const ResizeLayout layout(in.shape(), {width, height, in.channels}, target.interpolation);
  const std::byte* staged = work.take_staging(layout.table_bytes());
  cudaError_t error =
      cudaMemcpyAsync(work.scratch, staged, layout.table_bytes(), cudaMemcpyHostToDevice, work.stream);
  if (error != cudaSuccess) return error;
  const int row_elements = in.width_px * in.channels;
  const Grid down = row_grid(row_elements, height);
  if (layout.narrow()) {
    auto* rows = reinterpret_cast<std::int16_t*>(work.scratch + layout.table_bytes());
    error = launch(weigh_narrow_down, down, work.stream, in, layout.down(work.scratch), rows);
    if (error != cudaSuccess) return error;
    return launch(weigh_narrow_across, across, work.stream, rows, row_elements, in.channels,
                  layout.across(work.scratch), rectangle);
  }
  auto* rows = reinterpret_cast<std::int32_t*>(work.scratch + layout.table_bytes());
  error = launch(weigh_wide_down, down, work.stream, in, layout.down(work.scratch), rows);
  if (error != cudaSuccess) return error;
  return launch(weigh_wide_across, across, work.stream, rows, row_elements, in.channels,
                layout.across(work.scratch), rectangle);
}

}  // namespace

cudaError_t enqueue(const DeviceResize& step, const DevicePicture& in, const DevicePicture& out,
                    const DeviceWorkspace& work) {
  return resize_into({{0, 0, out.width_px, out.height_px}, step.interpolation}, in, out, work);
}

cudaError_t enqueue(const DeviceLetterbox& step, const DevicePicture& in, const DevicePicture& out,
                    const DeviceWorkspace& work) {
  const std::size_t words = device_bytes(out.shape().bytes()) / sizeof(uint4);
  const unsigned gray = step.background * 0x01010101U;
  const unsigned level = out.channels == 4 ? gray | 0xFF000000U : gray;
  const cudaError_t error = launch(fill_background, {blocks_for(words, kThreads), kThreads}, work.stream,
                                   level, static_cast<int>(words), reinterpret_cast<uint4*>(out.pixels));
  if (error != cudaSuccess) return error;
  return resize_into({step.picture, step.interpolation}, in, out, work);
}

}  // namespace framewright::kernels
