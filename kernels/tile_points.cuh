// The way of pixels into a filter that looks at neighbours, and out of it: as they are, or through filters of
// single pixels that are fused into it.
#pragma once

#include "kernels/point_run.cuh"
#include "kernels/wide_bytes.cuh"

namespace framewright::kernels {

inline constexpr int kTileThreads = 256;
/// That a block makes; channels are elements of their own.
inline constexpr int kMaxBlockElements = 8192;

/// The rectangle that a block makes; what of it lies outside the picture is not made.
struct BlockPixels {
  int left;
  int top;
  int width;
  int height;
};

/// Calls visit(row, column) for all of so many rows and columns, each in one thread, side by side for threads
/// that are neighbours. A thread divides once to find its first, and then counts on.
template <typename Visit>
__device__ void for_each_place(int rows, int columns, Visit visit) {
  const int first = static_cast<int>(threadIdx.x);
  const int down = kTileThreads / columns;
  const int across = kTileThreads % columns;
  int row = first / columns;
  int column = first % columns;
  while (row < rows) {
    visit(row, column);
    row += down;
    column += across;
    if (column < columns) continue;
    column -= columns;
    ++row;
  }
}

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
    Pixel pixel;
    read(in.pixels + (from.y * in.width_px + from.x) * in.channels, in.channels, pixel.value);
    const PointRun run = points(in);
    run.for_each_before(
        [&](const PointOperation& operation) { run.apply<1>(operation, [&](int) { return from; }, &pixel); });
    write(pixel.value, chain.filter_channels(), to);
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
    for_each_place(block.height, block.width, [&](int row, int column) {
      const PixelPlace at{block.left + column, block.top + row};
      if (at.x >= in.width_px || at.y >= in.height_px) return;
      Pixel pixel;
      const int in_block = (row * block.width + column) * chain.filter_channels();
      read(made_by_block() + in_block, chain.filter_channels(), pixel.value);
      run.for_each_behind(
          [&](const PointOperation& operation) { run.apply<1>(operation, [&](int) { return at; }, &pixel); });
      write(pixel.value, chain.channels(), frame.out + (at.y * in.width_px + at.x) * chain.channels());
    });
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
