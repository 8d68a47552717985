// Pictures that take a step together, and how one launch shares out its blocks among them. A picture that
// comes alone is a batch of one, so that one kernel serves both.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "kernels/cuda_launch.cuh"
#include "kernels/device_batch.hpp"
#include "kernels/device_step.hpp"

namespace framewright::kernels {

/// In device memory, packed, with room up to kDeviceRounding.
struct DevicePicture {
  std::uint8_t* pixels;
  int width_px;
  int height_px;
  int channels;

  DeviceShape shape() const { return {width_px, height_px, channels}; }
};

/// Pictures of equally many channels in one buffer. Each has a room that begins at the same pixel in every
/// buffer: rooms shrink with the channels, and what was made of all of them lies close together.
class DevicePictures {
 public:
  DevicePictures(std::uint8_t* pixels, int channels) : pixels_(pixels), channels_(channels) {}
  /// One alone.
  explicit DevicePictures(const DevicePicture& picture) : DevicePictures(picture.pixels, picture.channels) {
    add(0, picture.shape());
  }

  /// At most kMaxBatch; rooms begin at multiples of kDeviceRounding pixels, so that their bytes are aligned
  /// whatever the channels are.
  void add(std::size_t at_px, const DeviceShape& shape) {
    places_[count_++] = {static_cast<std::uint32_t>(at_px), static_cast<std::uint16_t>(shape.width_px),
                         static_cast<std::uint16_t>(shape.height_px)};
  }

  int count() const { return count_; }
  int channels() const { return channels_; }
  std::uint8_t* pixels() const { return pixels_; }
  std::size_t at_px(int i) const { return places_[i].at_px; }
  DeviceShape shape(int i) const { return {places_[i].width_px, places_[i].height_px, channels_}; }
  DevicePicture operator[](int i) const {
    return {pixels_ + at_px(i) * static_cast<unsigned>(channels_), places_[i].width_px, places_[i].height_px,
            channels_};
  }
  /// From the start of the buffer to the end of the last, rounded as a picture alone is.
  std::size_t bytes() const {
    const int last = count_ - 1;
    return at_px(last) * static_cast<unsigned>(channels_) + device_bytes(shape(last).bytes());
  }
  /// Pictures of the same sizes in another buffer.
  DevicePictures in_buffer(std::uint8_t* pixels) const {
    DevicePictures others = *this;
    others.pixels_ = pixels;
    return others;
  }

 private:
  struct Place {
    std::uint32_t at_px;
    std::uint16_t width_px;
    std::uint16_t height_px;
  };
  static_assert(kDeviceMaxSide <= 0xFFFF);

  std::uint8_t* pixels_;
  int channels_;
  int count_ = 0;
  Place places_[kMaxBatch] = {};
};

/// What one block of a launch works on.
struct BlockFrame {
  DevicePicture in;
  std::uint8_t* out;
  int at_value;  ///< of the picture's first value among those of all: its place in scratch
  int picture;   ///< its number in the launch
  int block;     ///< counted from the picture's first

  /// Where its rectangle begins, when rows of so many positions are cut into blocks of so many.
  __device__ int left(int row, int block_width) const {
    return block % across(row, block_width) * block_width;
  }
  __device__ int top(int row, int block_width, int block_height) const {
    return block / across(row, block_width) * block_height;
  }

 private:
  static __device__ int across(int row, int block_width) { return (row + block_width - 1) / block_width; }
};

/// The pictures of a launch. Its blocks have one dimension and are numbered through, picture after picture,
/// so that sizes may differ as much as they like and no block is idle. Plain numbers, because it travels as
/// an argument: beside a PointChain and the numbers of a step there is room for it in 4 KiB.
class LaunchFrames {
 public:
  /// blocks_of(shape) of a picture of `in`, or blocks_of(shape, i) with its number, gives how many blocks it
  /// has, at least one.
  template <typename BlocksOf>
  LaunchFrames(const DevicePictures& in, const DevicePictures& out, BlocksOf blocks_of)
      : in_(in.pixels()),
        out_(out.pixels()),
        in_channels_(in.channels()),
        out_channels_(out.channels()),
        count_(static_cast<unsigned>(in.count())) {
    for (int i = 0; i < in.count(); ++i) {
      const DeviceShape shape = in.shape(i);
      first_blocks_[i] = blocks_;
      if constexpr (std::is_invocable_v<BlocksOf, const DeviceShape&>) {
        blocks_ += blocks_of(shape);
      } else {
        blocks_ += blocks_of(shape, i);
      }
      at_px_[i] = static_cast<std::uint32_t>(in.at_px(i));
      widths_px_[i] = static_cast<std::uint16_t>(shape.width_px);
      heights_px_[i] = static_cast<std::uint16_t>(shape.height_px);
    }
    for (unsigned power = 1; power < count_; power *= 2) stride_ = power;
  }

  Grid grid(unsigned threads, std::size_t shared_bytes = 0) const { return {blocks_, threads, shared_bytes}; }

  /// For the block that asks.
  __device__ BlockFrame of_block() const {
    unsigned i = 0;
    for (unsigned stride = stride_; stride > 0; stride /= 2) {
      if (i + stride < count_ && first_blocks_[i + stride] <= blockIdx.x) i += stride;
    }
    const auto at_px = static_cast<int>(at_px_[i]);
    const DevicePicture in{in_ + at_px * in_channels_, widths_px_[i], heights_px_[i], in_channels_};
    return {in, out_ + at_px * out_channels_, at_px * in_channels_, static_cast<int>(i),
            static_cast<int>(blockIdx.x - first_blocks_[i])};
  }

 private:
  std::uint8_t* in_;
  std::uint8_t* out_;
  int in_channels_;
  int out_channels_;
  unsigned count_;
  unsigned blocks_ = 0;
  unsigned stride_ = 0;  ///< the first of the search by halves: the largest power of two below the count
  std::uint32_t first_blocks_[kMaxBatch] = {};
  std::uint32_t at_px_[kMaxBatch] = {};
  std::uint16_t widths_px_[kMaxBatch] = {};
  std::uint16_t heights_px_[kMaxBatch] = {};
};

/// Blocks of rectangles that cover a picture.
inline unsigned rectangles_of(int width, int height, int block_width, int block_height) {
  return blocks_for(static_cast<std::size_t>(width), static_cast<std::size_t>(block_width)) *
         blocks_for(static_cast<std::size_t>(height), static_cast<std::size_t>(block_height));
}

}  // namespace framewright::kernels
