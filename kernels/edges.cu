// Filters of three by three pixels, and the Laplacian of Gaussian.
#include "kernels/edge_math.hpp"
#include "kernels/pixel_groups.cuh"
#include "kernels/tile_strips.cuh"

namespace framewright::kernels {
namespace {

constexpr int kStripRows = 8;

/// The rows that a strip sees, from the one above it to the one below.
template <int kChannels>
class StripRows {
 public:
  __device__ StripRows(const std::uint8_t* wide, const Tile& tile, const StripPlace& place) {
    const auto* first = reinterpret_cast<const std::uint32_t*>(wide + place.row * tile.wide() + place.column);
    FW_UNROLL
    for (int i = 0; i < kStripRows + 2; ++i) rows_[i] = Row(first + i * (tile.wide() / 4));
  }
  /// In the row that is so far below the first of the strip; offsets are -1 to 1.
  __device__ FourValues values(int row, int offset_px) const { return rows_[row + 1].values(offset_px); }

 private:
  using Row = RowWindow<kChannels, 1, 1>;
  Row rows_[kStripRows + 2];
};

/// slope_of() for a strip: what lies in a row, its difference and its sum, counts for three rows.
template <int kSide, int kMiddle, int kChannels, typename Magnitude>
__device__ void make_slopes(const StripRows<kChannels>& around, Magnitude magnitude, std::uint32_t* made) {
  FourValues across[3];
  FourValues weighed[3];
  FW_UNROLL
  for (int row = -1; row <= kStripRows; ++row) {
    const FourValues left = around.values(row, -1);
    const FourValues right = around.values(row, 1);
    const int slot = (row + 3) % 3;
    across[slot] = left - right;
    weighed[slot] = kSide * (left + right) + kMiddle * around.values(row, 0);
    if (row < 1) continue;
    const int above = (slot + 1) % 3;
    const int middle = (slot + 2) % 3;
    const FourValues x = kSide * (across[above] + across[slot]) + kMiddle * across[middle];
    const FourValues y = weighed[above] - weighed[slot];
    made[row - 1] = FourValues::from([&](int i) { return magnitude(x.of[i], y.of[i]); }).bytes();
  }
}

template <int kChannels>
__device__ void sharpen(const StripRows<kChannels>& around, const SharpenWeight& strength,
                        std::uint32_t* made) {
  FW_UNROLL
  for (int row = 0; row < kStripRows; ++row) {
    const FourValues centre = around.values(row, 0);
    const FourValues beside = around.values(row - 1, 0) + around.values(row + 1, 0) + around.values(row, -1) +
                              around.values(row, 1);
    made[row] = FourValues::from([&](int i) {
                  return sharpened(centre.of[i], 4 * centre.of[i] - beside.of[i], strength.weight);
                }).bytes();
  }
}

template <int kChannels, typename Points>
__global__ void run_tile(LaunchFrames frames, DeviceNeighbourhood step, Points points) {
  auto* wide = shared_memory<std::uint8_t>();
  const BlockFrame frame = frames.of_block();
  const Tile tile = tile_of_strips(kChannels, 1, kStripRows).at(frame);
  load_tile(frame.in, tile, Border::Reflect, points, wide);
  make_strips<kStripRows>(frame, tile, points, [&](const StripPlace& place, std::uint32_t* made) {
    const StripRows<kChannels> around(wide, tile, place);
    switch (step.kind) {
      case NeighbourhoodKind::Sobel:
        make_slopes<kSobelSide, kSobelMiddle>(around, rounded_magnitude, made);
        break;
      case NeighbourhoodKind::Scharr:
        make_slopes<kScharrSide, kScharrMiddle>(around, scharr_magnitude, made);
        break;
      case NeighbourhoodKind::Sharpen: sharpen(around, step.strength, made); break;
    }
    if constexpr (kChannels == 4) {
      FW_UNROLL
      for (int i = 0; i < kStripRows; ++i) made[i] = with_alpha_of(around.values(i, 0).bytes(), made[i]);
    }
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
  const Tile tile = tile_of_strips(points.filter_channels(), 1, kStripRows);
  const LaunchFrames frames = tiles_of(in, out, tile);
  const Grid grid = frames.grid(kTileThreads, static_cast<std::size_t>(tile.wide_elements()));
  return for_channels(tile.channels, [&](auto channels) {
    constexpr int kChannels = channels();
    return PointLaunch{points, work}.run(run_tile<kChannels, NoPoints>, run_tile<kChannels, WithPoints>, grid,
                                         frames, step);
  });
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
