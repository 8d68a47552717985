// Extremes of a neighbourhood by doubling: level k of a row holds the extreme of 2^k values from each on,
// and two of those, which may overlap, make a window of any width. Van Herk's running extremes need two
// operations for a value, doubling seven at most, but all threads of a block take part in each step.
#include "kernels/cuda_tile.cuh"
#include "kernels/morphology.hpp"

namespace framewright::kernels {
namespace {

enum class Extreme : std::uint8_t { Darkest, Lightest };

template <Extreme kExtreme>
struct Extremes {
  static constexpr std::uint8_t kNeutral = kExtreme == Extreme::Darkest ? 255 : 0;

  static __device__ std::uint8_t of(std::uint8_t a, std::uint8_t b) {
    return (a < b) == (kExtreme == Extreme::Darkest) ? a : b;
  }

  /// What lies outside the picture does not count.
  static __device__ void load(const DevicePicture& in, const Tile& tile, int channel, std::uint32_t* wide) {
    const int words = tile.wide() / 4;
    for_each_place(tile.rows(), words, [&](int row, int word) {
      const int x = tile.left - tile.radius + 4 * word;
      const int y = tile.top - tile.radius + row;
      const bool is_row = y >= 0 && y < in.height_px;
      const bool is_one_word = is_row && in.channels == 1 && x >= 0 && x + 4 <= in.width_px;
      wide[row * words + word] =
          is_one_word ? four_bytes(in.pixels, y * in.width_px + x) : word_of([&](int i) {
            const bool is_inside = is_row && x + i >= 0 && x + i < in.width_px;
            return is_inside ? in.pixels[(y * in.width_px + x + i) * in.channels + channel] : kNeutral;
          });
    });
    __syncthreads();
  }

  /// The next level of `count` values. Beyond the end of a row it holds what no window reads.
  static __device__ void double_up(const std::uint8_t* from, int count, int distance, std::uint8_t* to) {
    for (int i = static_cast<int>(threadIdx.x); i < count; i += kTileThreads) {
      to[i] = i + distance < count ? of(from[i], from[i + distance]) : from[i];
    }
    __syncthreads();
  }
};

__device__ int level_of(int width) {
  int level = 0;
  while (2 << level <= width) ++level;
  return level;
}

constexpr int kResultsOfThread = Tile::kWidth * Tile::kHeight / kTileThreads;

/// Rows of the element one level after the other, each where its width belongs.
template <Extreme kExtreme>
__device__ void find_by_rows(const std::uint8_t* half_widths, const Tile& tile, std::uint8_t* from,
                             std::uint8_t* to, std::uint8_t* results) {
  using E = Extremes<kExtreme>;
  const int wide = tile.wide();
  for (int level = 0; level <= level_of(2 * tile.radius + 1); ++level) {
    for (int d = -tile.radius; d <= tile.radius; ++d) {
      const int half = half_widths[d < 0 ? -d : d];
      if (level_of(2 * half + 1) != level) continue;
      FW_UNROLL
      for (int k = 0; k < kResultsOfThread; ++k) {
        const int i = static_cast<int>(threadIdx.x) + k * kTileThreads;
        const int centre = (i / Tile::kWidth + tile.radius + d) * wide + i % Tile::kWidth + tile.radius;
        const std::uint8_t both = E::of(from[centre - half], from[centre + half + 1 - (1 << level)]);
        results[k] = E::of(results[k], both);
      }
    }
    __syncthreads();
    E::double_up(from, tile.rows() * wide, 1 << level, to);
    std::uint8_t* const made = to;
    to = from;
    from = made;
  }
}

/// A square has the same width everywhere: along rows, then the same along columns.
template <Extreme kExtreme>
__device__ void find_in_square(const Tile& tile, std::uint8_t* from, std::uint8_t* to,
                               std::uint8_t* results) {
  using E = Extremes<kExtreme>;
  const int window = 2 * tile.radius + 1;
  const int level = level_of(window);
  const auto swap = [&] {
    std::uint8_t* const made = to;
    to = from;
    from = made;
  };
  for (int k = 0; k < level; ++k, swap()) E::double_up(from, tile.wide_elements(), 1 << k, to);
  const int narrow = tile.rows() * Tile::kWidth;
  for (int i = static_cast<int>(threadIdx.x); i < narrow; i += kTileThreads) {
    const std::uint8_t* first = from + i / Tile::kWidth * tile.wide() + i % Tile::kWidth;
    to[i] = E::of(first[0], first[window - (1 << level)]);
  }
  __syncthreads();
  swap();
  for (int k = 0; k < level; ++k, swap()) E::double_up(from, narrow, Tile::kWidth << k, to);
  FW_UNROLL
  for (int k = 0; k < kResultsOfThread; ++k) {
    const int i = static_cast<int>(threadIdx.x) + k * kTileThreads;
    results[k] = E::of(from[i], from[i + (window - (1 << level)) * Tile::kWidth]);
  }
  __syncthreads();
}

/// Points may come behind it, none before.
template <Extreme kExtreme, typename Points>
__global__ void find_extremes(LaunchFrames frames, StructuringElement element, bool is_square,
                              Points points) {
  const BlockFrame frame = frames.of_block();
  const DevicePicture& in = frame.in;
  const Tile tile = Tile{1, element.radius_px}.at(frame);
  points.prepare();
  auto* wide = shared_memory<std::uint8_t>();
  // A thread that looks up its argument by a number that is not known beforehand would copy it to memory
  // of its own.
  __shared__ std::uint8_t half_widths[kMorphologyMaxSize / 2 + 1];
  if (threadIdx.x == 0) {
    FW_UNROLL
    for (unsigned i = 0; i <= kMorphologyMaxSize / 2; ++i) half_widths[i] = element.half_width_px[i];
  }
  __syncthreads();
  for (int channel = 0; channel < in.channels; ++channel) {
    std::uint8_t results[kResultsOfThread];
    for (std::uint8_t& result : results) result = Extremes<kExtreme>::kNeutral;
    if (channel < 3) {
      Extremes<kExtreme>::load(in, tile, channel, reinterpret_cast<std::uint32_t*>(wide));
      std::uint8_t* const other = wide + tile.wide_elements();
      if (is_square) {
        find_in_square<kExtreme>(tile, wide, other, results);
      } else {
        find_by_rows<kExtreme>(half_widths, tile, wide, other, results);
      }
    }
    FW_UNROLL
    for (int k = 0; k < kResultsOfThread; ++k) {
      const int i = static_cast<int>(threadIdx.x) + k * kTileThreads;
      const int x = tile.left + i % Tile::kWidth;
      const int y = tile.top + i / Tile::kWidth;
      if (x >= in.width_px || y >= in.height_px) continue;
      const int at = (y * in.width_px + x) * in.channels + channel;
      points.store(frame, i * in.channels + channel, at, channel < 3 ? results[k] : in.pixels[at], 1);
    }
  }
  points.finish(frame, tile.pixels());
}

/// from - what, sixteen values for a thread. None is below nothing, so that words are subtracted whole: what
/// is behind the last value borrows from nobody before it. `kept` has the bits that stay as they are.
__global__ void subtract(const uint4* from, const uint4* what, int words, unsigned kept, uint4* out) {
  const int i = thread_number();
  if (i >= words) return;
  const uint4 a = from[i];
  const uint4 b = what[i];
  out[i] = {a.x - (b.x & ~kept), a.y - (b.y & ~kept), a.z - (b.z & ~kept), a.w - (b.w & ~kept)};
}

/// The passes of one operation.
struct Passes {
  const StructuringElement& element;
  const DeviceWorkspace& work;
  const PointChain& none;

  cudaError_t run(Extreme extreme, const DevicePictures& from, const DevicePictures& to,
                  const PointChain& points) const {
    const Tile tile{1, element.radius_px};
    const LaunchFrames frames = tiles_of(from, to, tile);
    const Grid grid = frames.grid(kTileThreads, 2 * static_cast<std::size_t>(tile.wide_elements()));
    const auto run_pass = [&](auto* alone, auto* fused) {
      return PointLaunch{points, work}.run(alone, fused, grid, frames, element, element.is_square());
    };
    return extreme == Extreme::Darkest ? run_pass(find_extremes<Extreme::Darkest, NoPoints>,
                                                  find_extremes<Extreme::Darkest, WithPoints>)
                                       : run_pass(find_extremes<Extreme::Lightest, NoPoints>,
                                                  find_extremes<Extreme::Lightest, WithPoints>);
  }
  /// The opposite follows.
  cudaError_t two(Extreme first, const DevicePictures& from, const DevicePictures& between,
                  const DevicePictures& to, const PointChain& points) const {
    const Extreme second = first == Extreme::Darkest ? Extreme::Lightest : Extreme::Darkest;
    const cudaError_t error = run(first, from, between, none);
    return error != cudaSuccess ? error : run(second, between, to, points);
  }
  /// Of several pictures with the gaps between them, which nobody reads.
  cudaError_t difference(const DevicePictures& from, const DevicePictures& what,
                         const DevicePictures& to) const {
    const std::size_t words = from.bytes() / sizeof(uint4);
    const unsigned alpha = from.channels() == 4 ? 0xFF000000U : 0;
    return launch(subtract, {blocks_for(words, kTileThreads), kTileThreads}, work.stream,
                  reinterpret_cast<const uint4*>(from.pixels()),
                  reinterpret_cast<const uint4*>(what.pixels()), static_cast<int>(words), alpha,
                  reinterpret_cast<uint4*>(to.pixels()));
  }
};

}  // namespace

cudaError_t enqueue(const DeviceMorphology& step, const PointChain& points, const DevicePictures& in,
                    const DevicePictures& out, const DeviceWorkspace& work) {
  const PointChain none(in.channels());
  const Passes passes{step.element, work, none};
  const DevicePictures between = in.in_buffer(reinterpret_cast<std::uint8_t*>(work.scratch));
  cudaError_t error = cudaSuccess;
  switch (step.operation) {
    case Morphology::Erode: return passes.run(Extreme::Darkest, in, out, points);
    case Morphology::Dilate: return passes.run(Extreme::Lightest, in, out, points);
    case Morphology::Open: return passes.two(Extreme::Darkest, in, between, out, points);
    case Morphology::Close: return passes.two(Extreme::Lightest, in, between, out, points);
    case Morphology::Gradient:
      error = passes.run(Extreme::Darkest, in, between, none);
      if (error == cudaSuccess) error = passes.run(Extreme::Lightest, in, out, none);
      return error != cudaSuccess ? error : passes.difference(out, between, out);
    case Morphology::TopHat:
      error = passes.two(Extreme::Darkest, in, between, out, none);
      return error != cudaSuccess ? error : passes.difference(in, out, out);
    case Morphology::BlackHat:
      error = passes.two(Extreme::Lightest, in, between, out, none);
      return error != cudaSuccess ? error : passes.difference(out, in, out);
  }
  return cudaErrorInvalidValue;
}

}  // namespace framewright::kernels
