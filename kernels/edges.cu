// Filters of three by three pixels.
#include "kernels/cuda_tile.cuh"
#include "kernels/edge_math.hpp"
#include "kernels/four_values.cuh"

namespace framewright::kernels {
namespace {

/// At(dx, dy) gives the value at that distance.
template <typename At>
__device__ int neighbourhood_value(const DeviceNeighbourhood& step, At at) {
  switch (step.kind) {
    case NeighbourhoodKind::Sobel: {
      const Slope slope = slope_of<kSobelSide, kSobelMiddle>(at);
      return rounded_magnitude(slope.x, slope.y);
    }
    case NeighbourhoodKind::Scharr: {
      const Slope slope = slope_of<kScharrSide, kScharrMiddle>(at);
      return scharr_magnitude(slope.x, slope.y);
    }
    case NeighbourhoodKind::Sharpen: break;
  }
  const int difference = 4 * at(0, 0) - at(0, -1) - at(0, 1) - at(-1, 0) - at(1, 0);
  return sharpened(at(0, 0), difference, step.strength.weight);
}

/// The squares around four neighbours.
class FourNeighbourhoods {
 public:
  __device__ FourNeighbourhoods(const std::uint8_t* wide, const Tile& tile, const TileWord& word) {
    FW_UNROLL
    for (int dy = -1; dy <= 1; ++dy) {
      FW_UNROLL
      for (int dx = -1; dx <= 1; ++dx) {
        words_[dy + 1][dx + 1] = four_bytes(wide, word.in_wide + dy * tile.wide() + dx * tile.channels);
      }
    }
  }
  /// Of the i-th.
  __device__ int value(int dx, int dy, int i) const {
    return static_cast<int>(words_[dy + 1][dx + 1] >> (8 * i) & 0xFF);
  }

 private:
  std::uint32_t words_[3][3];
};

template <typename Points>
__global__ void run_tile(LaunchFrames frames, DeviceNeighbourhood step, Points points) {
  auto* wide = shared_memory<std::uint8_t>();
  const BlockFrame frame = frames.of_block();
  const Tile tile = Tile::of_words(points.channels(frame.in), 1).at(frame);
  load_tile(frame.in, tile, Border::Reflect, points, wide);
  make_words(frame, tile, points, [&](const TileWord& word) {
    const FourNeighbourhoods around(wide, tile, word);
    return word_of([&](int i) {
      const auto at = [&](int dx, int dy) { return around.value(dx, dy, i); };
      return static_cast<std::uint8_t>(word.is_alpha(i) ? at(0, 0) : neighbourhood_value(step, at));
    });
  });
  points.finish(frame, tile.pixels());
}

// The Laplacian of Gaussian: both curves along rows, then each along columns with the other.

std::size_t log_shared_bytes(const Tile& tile) {
  const int elements =
      2 * tile.rows() * tile.narrow() * static_cast<int>(sizeof(std::int16_t)) + tile.wide_elements();
  return static_cast<std::size_t>(elements);
}

template <typename Points>
__global__ void run_log_tile(LaunchFrames frames, LogKernel kernel, LogOutput output, Points points) {
  auto* smooth = shared_memory<std::int16_t>();
  const BlockFrame frame = frames.of_block();
  const Tile tile = Tile::of_words(points.channels(frame.in), kernel.smooth.taps).at(frame);
  auto* curved = smooth + tile.rows() * tile.narrow();
  auto* wide = reinterpret_cast<std::uint8_t*>(curved + tile.rows() * tile.narrow());
  load_tile(frame.in, tile, Border::Reflect, points, wide);
  for_each_place(tile.rows(), tile.narrow() / 4, [&](int row, int word) {
    const int centre = row * tile.wide() + 4 * word + tile.radius * tile.channels;
    const auto at = [&](int offset) { return passed_bytes(wide, centre + offset * tile.channels); };
    const int i = row * tile.narrow() + 4 * word;
    weigh_neighbours(kernel.smooth, at).write_shorts(smooth + i);
    curve_of_neighbours(kernel, at).write_shorts(curved + i);
  });
  __syncthreads();
  make_words(frame, tile, points, [&](const TileWord& word) {
    const int centre = (word.row + tile.radius) * tile.narrow() + word.column;
    const auto in_column = [&](const std::int16_t* values) {
      return [&tile, values = values + centre](int offset) {
        return FourValues::of_shorts(values + offset * tile.narrow());
      };
    };
    const FourValues response =
        curve_of_neighbours(kernel, in_column(smooth)) + weigh_neighbours(kernel.smooth, in_column(curved));
    const std::uint32_t old = four_bytes(wide, word.in_wide);
    return word_of([&](int i) {
      return word.is_alpha(i) ? static_cast<std::uint8_t>(old >> (8 * i))
                              : shown_response(response.of[i], output);
    });
  });
  points.finish(frame, tile.pixels());
}

}  // namespace

cudaError_t enqueue(const DeviceNeighbourhood& step, const PointChain& points, const DevicePictures& in,
                    const DevicePictures& out, const DeviceWorkspace& work) {
  const Tile tile = Tile::of_words(points.filter_channels(), 1);
  const LaunchFrames frames = tiles_of(in, out, tile);
  const Grid grid = frames.grid(kTileThreads, static_cast<std::size_t>(tile.wide_elements()));
  return PointLaunch{points, work}.run(run_tile<NoPoints>, run_tile<WithPoints>, grid, frames, step);
}

cudaError_t enqueue(const DeviceLog& step, const PointChain& points, const DevicePictures& in,
                    const DevicePictures& out, const DeviceWorkspace& work) {
  const Tile tile = Tile::of_words(points.filter_channels(), step.kernel.smooth.taps);
  const LaunchFrames frames = tiles_of(in, out, tile);
  const Grid grid = frames.grid(kTileThreads, log_shared_bytes(tile));
  return PointLaunch{points, work}.run(run_log_tile<NoPoints>, run_log_tile<WithPoints>, grid, frames,
                                       step.kernel, step.output);
}

}  // namespace framewright::kernels
