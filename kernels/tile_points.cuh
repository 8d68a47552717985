// The way of pixels into a filter that looks at neighbours, and out of it: as they are, or through filters of
// single pixels that are fused into it.
#pragma once

#include "kernels/point_run.cuh"
#include "kernels/wide_bytes.cuh"

namespace framewright::kernels {

inline constexpr int kTileThreads = 256;
/// That a block makes; channels are elements of their own.
inline constexpr int kMaxBlockElements = 4096;

/// The rectangle that a block makes; what of it lies outside the picture is not made.
struct BlockPixels {
  int left;
  int top;
  int width;
  int height;
};

// Kernels take one of these two as their last argument. Whatever the border is, a pixel outside is one of the
// picture's, so that points may come before it: a border of a colour of its own must not go through them.

/// The filter alone.
struct NoPoints {
  /// That the filter sees.
  __device__ int channels(const DevicePicture& in) const { return in.channels; }
  /// To be called before load(), by all threads of the block.
  __device__ void prepare() const {}
  /// Whether load() would change nothing, so that values may be read however they lie.
  __device__ bool loads_as_is() const { return true; }
  __device__ void load(const DevicePicture& in, const PixelPlace& from, std::uint8_t* to) const {
    const std::uint8_t* pixel = in.pixels + (from.y * in.width_px + from.x) * in.channels;
    for (int c = 0; c < in.channels; ++c) to[c] = pixel[c];
  }
  /// Takes up to four elements that lie side by side in the filter's block, and in its output.
  __device__ void store(const BlockFrame& frame, int /*in_block*/, int in_picture, std::uint32_t bytes,
                        int count) const {
    set_bytes(frame.out, in_picture, bytes, count);
  }
  /// To be called after the last store(), by all threads of the block.
  __device__ void finish(const BlockFrame& /*frame*/, const BlockPixels& /*block*/) const {}
};

/// The filter with points before it, behind it or both.
struct WithPoints {
  PointChain chain;
  DeviceTables tables;

  __device__ int channels(const DevicePicture& /*in*/) const { return chain.filter_channels(); }
  __device__ void prepare() const { PointRun::copy_tables(chain, tables_of_block()); }
  __device__ bool loads_as_is() const { return !PointRun::has_before(chain); }
  __device__ void load(const DevicePicture& in, const PixelPlace& from, std::uint8_t* to) const {
    std::uint8_t value[4];
    read(in.pixels + (from.y * in.width_px + from.x) * in.channels, in.channels, value);
    const PointRun run = points(in);
    run.for_each_before(
        [&](const PointOperation& operation) { run.apply(operation, [&] { return from; }, value); });
    write(value, chain.filter_channels(), to);
  }
  __device__ void store(const BlockFrame& frame, int in_block, int in_picture, std::uint32_t bytes,
                        int count) const {
    PointRun::has_behind(chain) ? set_bytes(made_by_block(), in_block, bytes, count)
                                : set_bytes(frame.out, in_picture, bytes, count);
  }
  __device__ void finish(const BlockFrame& frame, const BlockPixels& block) const {
    if (!PointRun::has_behind(chain)) return;
    __syncthreads();
    const DevicePicture& in = frame.in;
    const PointRun run = points(in);
    for (int i = static_cast<int>(threadIdx.x); i < block.width * block.height; i += kTileThreads) {
      const PixelPlace at{block.left + i % block.width, block.top + i / block.width};
      if (at.x >= in.width_px || at.y >= in.height_px) continue;
      std::uint8_t value[4];
      read(made_by_block() + i * chain.filter_channels(), chain.filter_channels(), value);
      run.for_each_behind(
          [&](const PointOperation& operation) { run.apply(operation, [&] { return at; }, value); });
      write(value, chain.channels(), frame.out + (at.y * in.width_px + at.x) * chain.channels());
    }
  }

 private:
  __device__ PointRun points(const DevicePicture& in) const {
    return {chain, tables, reinterpret_cast<const std::uint8_t*>(tables_of_block()), in};
  }

  static __device__ std::uint32_t* tables_of_block() {
    __shared__ std::uint32_t words[PointRun::kTableWords];
    return words;
  }
  static __device__ std::uint8_t* made_by_block() {
    __shared__ std::uint32_t words[kMaxBlockElements / 4];
    return reinterpret_cast<std::uint8_t*>(words);
  }

  // Unrolled, because what is looked up by a number that is not known beforehand is no register.
  static __device__ void read(const std::uint8_t* from, int channels, std::uint8_t* value) {
    FW_UNROLL
    for (int c = 0; c < 4; ++c) value[c] = c < channels ? from[c] : 0;
  }
  static __device__ void write(const std::uint8_t* value, int channels, std::uint8_t* to) {
    FW_UNROLL
    for (int c = 0; c < 4; ++c) {
      if (c < channels) to[c] = value[c];
    }
  }
};

/// Chooses between the two instances of such a kernel.
struct PointLaunch {
  const PointChain& points;
  const DeviceWorkspace& work;

  template <typename Alone, typename Fused, typename... Arguments>
  cudaError_t run(Alone alone, Fused fused, const Grid& grid, const Arguments&... arguments) const {
    if (points.is_empty()) return launch(alone, grid, work.stream, arguments..., NoPoints{});
    return launch(fused, grid, work.stream, arguments..., WithPoints{points, work.tables});
  }
};

}  // namespace framewright::kernels
