#include "kernels/bilateral_math.hpp"
#include "kernels/cuda_tile.cuh"

namespace framewright::kernels {
namespace {

/// Sums over the neighbours of one pixel.
template <int kColours>
struct WeightedColours {
  int weights = 0;
  int sums[kColours] = {};

  __device__ void add(const std::uint8_t* centre, const std::uint8_t* neighbour, const ColourCurve& curve,
                      int place_weight) {
    int difference = 0;
    FW_UNROLL
    for (int c = 0; c < kColours; ++c) {
      const int apart = neighbour[c] - centre[c];
      difference += apart < 0 ? -apart : apart;
    }
    const int weight = bilateral_weight(curve, difference, place_weight);
    weights += weight;
    FW_UNROLL
    for (int c = 0; c < kColours; ++c) sums[c] += weight * neighbour[c];
  }
};

/// As the lowest bytes of a word. Alpha is copied.
template <int kColours>
__device__ std::uint32_t smooth_pixel(const BilateralKernel& kernel, const Tile& tile,
                                      const std::uint8_t* centre) {
  WeightedColours<kColours> colours;
  colours.add(centre, centre, kernel.curve, kCentreWeight);
  for (std::size_t i = 0; i < kernel.tap_count; ++i) {
    const BilateralTap& tap = kernel.taps[i];
    const int away = tap.dy * tile.wide() + tap.dx * tile.channels;
    colours.add(centre, centre + away, kernel.curve, tap.weight);
    colours.add(centre, centre - away, kernel.curve, tap.weight);
  }
  return word_of([&](int c) {
    if (c < kColours) return static_cast<std::uint8_t>(weighted_mean(colours.sums[c], colours.weights));
    return c == 3 && tile.channels == 4 ? centre[3] : std::uint8_t{0};
  });
}

template <int kColours, typename Points>
__global__ void smooth_tile(LaunchFrames frames, BilateralKernel kernel, Points points) {
  auto* wide = shared_memory<std::uint8_t>();
  const BlockFrame frame = frames.of_block();
  const DevicePicture& in = frame.in;
  const Tile tile = Tile{points.channels(in), kernel.radius}.at(frame);
  load_tile(in, tile, Border::Reflect, points, wide);
  for (int i = static_cast<int>(threadIdx.x); i < Tile::kWidth * Tile::kHeight; i += kTileThreads) {
    const int x = tile.left + i % Tile::kWidth;
    const int y = tile.top + i / Tile::kWidth;
    if (x >= in.width_px || y >= in.height_px) continue;
    const std::uint8_t* centre = wide + (i / Tile::kWidth + tile.radius) * tile.wide() +
                                 (i % Tile::kWidth + tile.radius) * tile.channels;
    points.store(frame, i * tile.channels, (y * in.width_px + x) * tile.channels,
                 smooth_pixel<kColours>(kernel, tile, centre), tile.channels);
  }
  points.finish(frame, tile.pixels());
}

}  // namespace

cudaError_t enqueue(const DeviceBilateral& step, const PointChain& points, const DevicePictures& in,
                    const DevicePictures& out, const DeviceWorkspace& work) {
  const Tile tile{points.filter_channels(), step.kernel.radius};
  const LaunchFrames frames = tiles_of(in, out, tile);
  const Grid grid = frames.grid(kTileThreads, static_cast<std::size_t>(tile.wide_elements()));
  const auto run = [&](auto* alone, auto* fused) {
    return PointLaunch{points, work}.run(alone, fused, grid, frames, step.kernel);
  };
  return tile.channels == 1 ? run(smooth_tile<1, NoPoints>, smooth_tile<1, WithPoints>)
                            : run(smooth_tile<3, NoPoints>, smooth_tile<3, WithPoints>);
}

}  // namespace framewright::kernels
