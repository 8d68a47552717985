// A picture at another size: down columns into scratch, then across rows. Places and weights are found by
// the host, which has the sines of Lanczos to the last bit, and are copied ahead of the kernels.
#include "kernels/four_values.cuh"
#include "kernels/pixel_groups.cuh"
#include "kernels/resample_math.hpp"

namespace framewright::kernels {
namespace {

constexpr int kThreads = 256;

/// What a launch needs of each picture beside its frame: what of the output is made, where its tables lie,
/// and where the picture between the passes begins.
struct ResizePlace {
  std::uint16_t left_px;
  std::uint16_t top_px;
  std::uint16_t width_px;
  std::uint16_t height_px;
  std::uint16_t row_px;  ///< of the output
  std::uint16_t across_count;
  std::uint16_t down_count;
  std::uint32_t across_at;  ///< in the tables, in bytes
  std::uint32_t down_at;
  std::uint32_t between_at;  ///< in values

  FW_HOST_DEVICE int pixels() const { return width_px * height_px; }
  __device__ int corner_px() const { return top_px * row_px + left_px; }
  __device__ DeviceTaps across(const std::byte* tables) const {
    return taps(tables + across_at, width_px, across_count);
  }
  __device__ DeviceTaps down(const std::byte* tables) const {
    return taps(tables + down_at, height_px, down_count);
  }

 private:
  static __device__ DeviceTaps taps(const std::byte* table, int positions, int count) {
    const auto* places = reinterpret_cast<const TapPlace*>(table);
    return {places, reinterpret_cast<const std::int32_t*>(places + positions), count};
  }
};

struct ResizePlaces {
  ResizePlace of[kMaxBatch];
};

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

/// Four pixels for a thread, written as words where they are whole rows and begin at a word.
template <int kChannels>
__global__ void take_nearest(LaunchFrames frames, ResizePlaces places) {
  const BlockFrame frame = frames.of_block();
  const DevicePicture& in = frame.in;
  const ResizePlace& out = places.of[frame.picture];
  const int first = (frame.block * kThreads + static_cast<int>(threadIdx.x)) * kGroupPixels;
  if (first >= out.pixels()) return;
  const int corner = out.corner_px() * kChannels;
  Pixel pixels[kGroupPixels];
  int at[kGroupPixels];
  FW_UNROLL
  for (int i = 0; i < kGroupPixels; ++i) {
    const int number = first + i < out.pixels() ? first + i : first;
    const int x = number % out.width_px;
    const int y = number / out.width_px;
    const int column = nearest_of(x, in.width_px, out.width_px);
    const int row = nearest_of(y, in.height_px, out.height_px);
    pixels[i] = read_pixel<kChannels>(in, row * in.width_px + column);
    at[i] = corner + (y * out.row_px + x) * kChannels;
  }
  const bool is_whole = out.width_px == out.row_px && corner % 4 == 0;
  if (is_whole && first + kGroupPixels <= out.pixels()) {
    pack<kChannels>(pixels, reinterpret_cast<std::uint32_t*>(frame.out + corner + first * kChannels));
    return;
  }
  FW_UNROLL
  for (int i = 0; i < kGroupPixels; ++i) {
    if (first + i >= out.pixels()) break;
    FW_UNROLL
    for (int c = 0; c < kChannels; ++c) frame.out[at[i] + c] = pixels[i].value[c];
  }
}

/// The element that a thread makes.
struct Element {
  int at;  ///< in its row
  int row;

  static __device__ Element of(const BlockFrame& frame, int row_elements) {
    return {frame.left(row_elements, kThreads) + static_cast<int>(threadIdx.x),
            frame.top(row_elements, kThreads, 1)};
  }
};

/// Four elements for a thread. Narrow rows keep kPassBits, wide ones are exact sums.
__global__ void weigh_narrow_down(LaunchFrames frames, ResizePlaces places, const std::byte* tables,
                                  std::int16_t* rows) {
  const BlockFrame frame = frames.of_block();
  const std::uint8_t* pixels = frame.in.pixels;
  const int row_elements = frame.in.width_px * frame.in.channels;
  const Element word = Element::of(frame, (row_elements + 3) / 4);
  const int column = 4 * word.at;
  const int left = row_elements - column;
  if (left <= 0) return;
  const DeviceTaps taps = places.of[frame.picture].down(tables);
  const TapPlace place = taps.places[word.row];
  const auto values_at = [&](int tap) {
    const int at = (place.first + tap) * row_elements + column;
    if (left >= 4) return passed_bytes(pixels, at);
    return FourValues::from([&](int i) { return i < left ? pixels[at + i] << kPassBits : 0; });
  };
  const auto at = static_cast<std::uint32_t>(word.row * row_elements + column);
  weigh_narrow(taps.weights + word.row * taps.count, taps.count, place.heaviest, values_at)
      .write_shorts(rows + places.of[frame.picture].between_at + at, left);
}

/// What a thread of the pass across weighs, and where it goes.
struct Weighing {
  const std::int32_t* weights;
  int count;     ///< of taps
  int heaviest;  ///< of these
  int first;     ///< value of the picture between the passes
  int step;      ///< from one tap to the next
  std::uint8_t* to;

  /// None for a thread beside the row.
  static __device__ Weighing across(const BlockFrame& frame, const ResizePlace& out,
                                    const std::byte* tables) {
    const int channels = frame.in.channels;
    const Element element = Element::of(frame, out.width_px * channels);
    if (element.at >= out.width_px * channels) return {nullptr, 0, 0, 0, 0, nullptr};
    const int x = element.at / channels;
    const DeviceTaps taps = out.across(tables);
    const TapPlace place = taps.places[x];
    return {taps.weights + x * taps.count,
            taps.count,
            place.heaviest,
            (element.row * frame.in.width_px + place.first) * channels + element.at % channels,
            channels,
            frame.out + (out.corner_px() + element.row * out.row_px) * channels + element.at};
  }
};

__global__ void weigh_narrow_across(LaunchFrames frames, ResizePlaces places, const std::byte* tables,
                                    const std::int16_t* rows) {
  const BlockFrame frame = frames.of_block();
  const ResizePlace& out = places.of[frame.picture];
  const Weighing weighing = Weighing::across(frame, out, tables);
  if (weighing.to == nullptr) return;
  const std::int16_t* first = rows + out.between_at + weighing.first;
  *weighing.to = round_narrow(weigh_narrow(weighing.weights, weighing.count, weighing.heaviest,
                                           [&](int tap) { return int{first[tap * weighing.step]}; }));
}

__global__ void weigh_wide_down(LaunchFrames frames, ResizePlaces places, const std::byte* tables,
                                std::int32_t* rows) {
  const BlockFrame frame = frames.of_block();
  const int row_elements = frame.in.width_px * frame.in.channels;
  const Element element = Element::of(frame, row_elements);
  if (element.at >= row_elements) return;
  const DeviceTaps taps = places.of[frame.picture].down(tables);
  const std::uint8_t* first = frame.in.pixels + taps.places[element.row].first * row_elements + element.at;
  std::int32_t sum = 0;
  for (int tap = 0; tap < taps.count; ++tap)
    sum += taps.weights[element.row * taps.count + tap] * first[tap * row_elements];
  const auto at = static_cast<std::uint32_t>(element.row * row_elements + element.at);
  rows[places.of[frame.picture].between_at + at] = sum;
}

__global__ void weigh_wide_across(LaunchFrames frames, ResizePlaces places, const std::byte* tables,
                                  const std::int32_t* rows) {
  const BlockFrame frame = frames.of_block();
  const ResizePlace& out = places.of[frame.picture];
  const Weighing weighing = Weighing::across(frame, out, tables);
  if (weighing.to == nullptr) return;
  const std::int32_t* first = rows + out.between_at + weighing.first;
  std::int64_t sum = 0;
  for (int tap = 0; tap < weighing.count; ++tap) {
    sum += std::int64_t{weighing.weights[tap]} * first[tap * weighing.step];
  }
  *weighing.to = round_wide(sum);
}

__global__ void fill_background(unsigned level, int words, uint4* out) {
  const int i = thread_number();
  if (i < words) out[i] = {level, level, level, level};
}

/// What is resized into what, and how. A part that is given is of the only picture there is; otherwise each
/// fills its output.
struct Resizing {
  const DevicePictures& in;
  const DevicePictures& out;
  Interpolation interpolation;
  const PixelRectangle* part;

  PixelRectangle part_of(int i) const {
    return part != nullptr ? *part : PixelRectangle{0, 0, out.shape(i).width_px, out.shape(i).height_px};
  }
  ResizeLayout layout(int i) const {
    const PixelRectangle made = part_of(i);
    return {in.shape(i), {made.width_px, made.height_px, in.channels()}, interpolation};
  }
};

ResizePlace place_of(const Resizing& resizing, int i) {
  const auto narrow = [](int value) { return static_cast<std::uint16_t>(value); };
  const PixelRectangle part = resizing.part_of(i);
  ResizePlace place{};
  place.left_px = narrow(part.x);
  place.top_px = narrow(part.y);
  place.width_px = narrow(part.width_px);
  place.height_px = narrow(part.height_px);
  place.row_px = narrow(resizing.out.shape(i).width_px);
  return place;
}

cudaError_t take_all_nearest(const Resizing& resizing, cudaStream_t stream) {
  ResizePlaces places{};
  for (int i = 0; i < resizing.in.count(); ++i) places.of[i] = place_of(resizing, i);
  const LaunchFrames frames(resizing.in, resizing.out, [&](const DeviceShape&, int i) {
    return blocks_for(static_cast<std::size_t>(places.of[i].pixels()), kGroupPixels * kThreads);
  });
  return launch(for_channels(resizing.in.channels(), [](auto channels) { return take_nearest<channels()>; }),
                frames.grid(kThreads), stream, frames, places);
}

/// Of all pictures those that are narrow, or those that are not.
struct Weighed {
  DevicePictures in;
  DevicePictures out;
  ResizePlaces places{};
  const std::byte* tables;  ///< in scratch; what is between the passes follows those of all pictures
  std::byte* between;
};

/// A thread of `down` makes so many values.
template <typename Value, int kDownValues, typename Down, typename Across>
cudaError_t weigh(const Weighed& weighed, Down down, Across across, cudaStream_t stream) {
  if (weighed.in.count() == 0) return cudaSuccess;
  auto* rows = reinterpret_cast<Value*>(weighed.between);
  const LaunchFrames columns(weighed.in, weighed.out, [&](const DeviceShape& in, int i) {
    const int row = (in.width_px * in.channels + kDownValues - 1) / kDownValues;
    return rectangles_of(row, weighed.places.of[i].height_px, kThreads, 1);
  });
  const cudaError_t error =
      launch(down, columns.grid(kThreads), stream, columns, weighed.places, weighed.tables, rows);
  if (error != cudaSuccess) return error;
  const LaunchFrames lines(weighed.in, weighed.out, [&](const DeviceShape& in, int i) {
    const ResizePlace& place = weighed.places.of[i];
    return rectangles_of(place.width_px * in.channels, place.height_px, kThreads, 1);
  });
  return launch(across, lines.grid(kThreads), stream, lines, weighed.places, weighed.tables, rows);
}

cudaError_t resize_all(const Resizing& resizing, const DeviceWorkspace& work) {
  const auto& [in, out, interpolation, part] = resizing;
  if (interpolation == Interpolation::Nearest) return take_all_nearest(resizing, work.stream);
  std::size_t table_bytes = 0;
  for (int i = 0; i < in.count(); ++i) table_bytes += resizing.layout(i).table_bytes();
  const std::byte* staged = work.take_staging(table_bytes);
  const cudaError_t error =
      cudaMemcpyAsync(work.scratch, staged, table_bytes, cudaMemcpyHostToDevice, work.stream);
  if (error != cudaSuccess) return error;
  std::byte* const between = work.scratch + table_bytes;
  const Weighed none{{in.pixels(), in.channels()}, {out.pixels(), out.channels()}, {}, work.scratch, between};
  Weighed narrow = none;
  Weighed wide = none;
  std::size_t table_at = 0;
  std::size_t between_at = 0;
  for (int i = 0; i < in.count(); ++i) {
    const ResizeLayout layout = resizing.layout(i);
    Weighed& weighed = layout.narrow() ? narrow : wide;
    const std::size_t value_bytes = layout.narrow() ? sizeof(std::int16_t) : sizeof(std::int32_t);
    ResizePlace place = place_of(resizing, i);
    place.across_count = static_cast<std::uint16_t>(tap_count(layout.across()));
    place.down_count = static_cast<std::uint16_t>(tap_count(layout.down()));
    place.across_at = static_cast<std::uint32_t>(table_at);
    place.down_at = static_cast<std::uint32_t>(table_at + ResizeLayout::axis_bytes(layout.across()));
    place.between_at = static_cast<std::uint32_t>(between_at / value_bytes);
    weighed.places.of[weighed.in.count()] = place;
    weighed.in.add(in.at_px(i), in.shape(i));
    weighed.out.add(out.at_px(i), out.shape(i));
    table_at += layout.table_bytes();
    const DeviceShape rows{in.shape(i).width_px, place.height_px, in.channels()};
    between_at += device_bytes(rows.bytes() * value_bytes);
  }
  const cudaError_t failed =
      weigh<std::int16_t, 4>(narrow, weigh_narrow_down, weigh_narrow_across, work.stream);
  if (failed != cudaSuccess) return failed;
  return weigh<std::int32_t, 1>(wide, weigh_wide_down, weigh_wide_across, work.stream);
}

}  // namespace

cudaError_t enqueue(const DeviceResize& step, const DevicePictures& in, const DevicePictures& out,
                    const DeviceWorkspace& work) {
  return resize_all({in, out, step.interpolation, nullptr}, work);
}

cudaError_t enqueue(const DeviceLetterbox& step, const DevicePicture& in, const DevicePicture& out,
                    const DeviceWorkspace& work) {
  const std::size_t words = device_bytes(out.shape().bytes()) / sizeof(uint4);
  const unsigned gray = step.background * 0x01010101U;
  const unsigned level = out.channels == 4 ? gray | 0xFF000000U : gray;
  const cudaError_t error = launch(fill_background, {blocks_for(words, kThreads), kThreads}, work.stream,
                                   level, static_cast<int>(words), reinterpret_cast<uint4*>(out.pixels));
  if (error != cudaSuccess) return error;
  return resize_all({DevicePictures(in), DevicePictures(out), step.interpolation, &step.picture}, work);
}

}  // namespace framewright::kernels
