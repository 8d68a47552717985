// Filters that weigh what lies in a row, then what that makes in a column. A block reads its tile once, and
// what is half done stays in shared memory.
#pragma once

#include "kernels/pixel_groups.cuh"
#include "kernels/tile_strips.cuh"

namespace framewright::kernels {

/// Of kernels that find the radius among their arguments. Those of a radius that the compiler knows, and of
/// channels that it knows, take each value from a register.
inline constexpr int kAnyRadius = 0;
inline constexpr int kAnyChannels = 0;

/// Of a strip: shared memory has no room for more where the radius may be large.
FW_HOST_DEVICE constexpr int strip_rows(int known_radius) { return known_radius == kAnyRadius ? 4 : 8; }

/// Both passes of one block, over what it has read.
template <int kKnownChannels, int kKnownRadius, typename OfWeights>
struct SeparablePasses {
  using Weights = OfWeights;
  static constexpr int kChannels = kKnownChannels;
  static constexpr int kRadius = kKnownRadius;
  static constexpr int kRows = strip_rows(kRadius);

  const Tile& tile;
  const Weights& weights;
  const std::uint8_t* wide;  ///< of the tile with its surroundings
  std::int16_t* between;     ///< of all rows of it, as wide as the tile

  __device__ void along() const {
    if constexpr (kRadius == kAnyRadius) {
      for_each_place(tile.rows(), tile.narrow() / 4, [&](int row, int word) {
        const int centre = row * tile.wide() + 4 * word + tile.radius * tile.channels;
        const auto at = [&](int offset) {
          return FourValues::of_bytes(four_bytes(wide, centre + offset * tile.channels));
        };
        weights.along(tile.radius, at).write_shorts(between + row * tile.narrow() + 4 * word);
      });
    } else {
      for_each_place(tile.rows(), tile.narrow() / 8, [&](int row, int two_words) {
        const std::uint8_t* first = wide + row * tile.wide() + 8 * two_words;
        const RowWindow<kChannels, kRadius, 2> window(reinterpret_cast<const std::uint32_t*>(first));
        FW_UNROLL
        for (int word = 0; word < 2; ++word) {
          const auto at = [&](int offset) { return window.values(offset, word); };
          weights.along(kRadius, at).write_shorts(between + row * tile.narrow() + 8 * two_words + 4 * word);
        }
      });
    }
  }

  __device__ void down(const StripPlace& place, std::uint32_t* made) const {
    const std::int16_t* first = between + place.row * tile.narrow() + place.column;
    const auto of_row = [&](int row) { return FourValues::of_shorts(first + row * tile.narrow()); };
    constexpr int kKept = kRadius == kAnyRadius ? 0 : kRows + 2 * kRadius;
    FourValues kept[kKept + 1];  // one more, because there are no arrays of none
    FW_UNROLL
    for (int i = 0; i < kKept; ++i) kept[i] = of_row(i);
    FW_UNROLL
    for (int i = 0; i < kRows; ++i) {
      const auto at = [&](int offset) {
        if constexpr (kRadius == kAnyRadius) return of_row(i + tile.radius + offset);
        return kept[i + kRadius + offset];
      };
      const auto old = [&] {
        const int row = place.row + i + tile.radius;
        return four_bytes(wide, row * tile.wide() + place.column + tile.radius * tile.channels);
      };
      made[i] = weights.finish(weights.down(tile.radius, at), old);
      if (tile.channels == 4) made[i] = with_alpha_of(old(), made[i]);
    }
  }
};

/// Weights are an argument of the launch, and give
///   radius()            how far they look
///   along(radius, at)   FourValues of 16 bits with sign, made of the bytes at(offset)
///   down(radius, at)    FourValues made of those
///   finish(made, old)   the word of bytes that becomes of them, where old() gives that of the input
/// What they are given as the radius is known to the compiler where it is one. Passes are SeparablePasses or
/// what has the same members.
template <typename Passes, typename Points>
__global__ void separable_tile(LaunchFrames frames, typename Passes::Weights weights, Border border,
                               Points points) {
  auto* between = shared_memory<std::int16_t>();
  const BlockFrame frame = frames.of_block();
  const int radius = Passes::kRadius == kAnyRadius ? weights.radius() : Passes::kRadius;
  const int channels = Passes::kChannels == kAnyChannels ? points.channels(frame.in) : Passes::kChannels;
  const Tile tile = tile_of_strips(channels, radius, Passes::kRows).at(frame);
  auto* wide = reinterpret_cast<std::uint8_t*>(between + tile.rows() * tile.narrow());
  load_tile(frame.in, tile, border, points, wide);
  const Passes passes{tile, weights, wide, between};
  passes.along();
  __syncthreads();
  make_strips<Passes::kRows>(frame, tile, points,
                             [&](const StripPlace& place, std::uint32_t* made) { passes.down(place, made); });
  points.finish(frame, tile.pixels());
}

template <typename Passes>
cudaError_t enqueue_passes(const typename Passes::Weights& weights, Border border, const PointChain& points,
                           const DevicePictures& in, const DevicePictures& out, const DeviceWorkspace& work) {
  const Tile tile = tile_of_strips(points.filter_channels(), weights.radius(), Passes::kRows);
  const auto between = static_cast<std::size_t>(tile.rows() * tile.narrow()) * sizeof(std::int16_t);
  const auto wide = static_cast<std::size_t>(tile.wide_elements());
  const LaunchFrames frames = tiles_of(in, out, tile);
  return PointLaunch{points, work}.run(separable_tile<Passes, NoPoints>, separable_tile<Passes, WithPoints>,
                                       frames.grid(kTileThreads, between + wide), frames, weights, border);
}

/// Enqueues the instance for these channels and this radius.
template <typename Weights>
cudaError_t enqueue_separable(const Weights& weights, Border border, const PointChain& points,
                              const DevicePictures& in, const DevicePictures& out,
                              const DeviceWorkspace& work) {
  const auto run = [&](auto known_channels, auto known_radius) {
    return enqueue_passes<SeparablePasses<known_channels(), known_radius(), Weights>>(weights, border, points,
                                                                                      in, out, work);
  };
  const auto run_for_channels = [&](auto known_radius) {
    return for_channels(points.filter_channels(),
                        [&](auto known_channels) { return run(known_channels, known_radius); });
  };
  switch (weights.radius()) {
    case 1: return run_for_channels(std::integral_constant<int, 1>{});
    case 2: return run_for_channels(std::integral_constant<int, 2>{});
    default: break;
  }
  return run(std::integral_constant<int, kAnyChannels>{}, std::integral_constant<int, kAnyRadius>{});
}

}  // namespace framewright::kernels
