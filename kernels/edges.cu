// Filters of three by three pixels.
#include "kernels/cuda_tile.cuh"
#include "kernels/edge_math.hpp"

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

template <typename Points>
__global__ void run_tile(LaunchFrames frames, DeviceNeighbourhood step, Points points) {
  auto* wide = shared_memory<std::uint8_t>();
  const BlockFrame frame = frames.of_block();
  const Tile tile = Tile::of(frame, points.channels(frame.in), 1);
  load_tile(frame.in, tile, Border::Reflect, points, wide);
  for_each_element(frame.in, tile, [&](const TileElement& element) {
    const std::uint8_t* centre = wide + element.in_wide;
    const auto at = [&](int dx, int dy) { return int{centre[dy * tile.wide() + dx * tile.channels]}; };
    *points.place(frame, element.in_narrow, element.in_picture) =
        static_cast<std::uint8_t>(element.channel == 3 ? at(0, 0) : neighbourhood_value(step, at));
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
  const Tile tile = Tile::of(frame, points.channels(frame.in), kernel.smooth.taps);
  auto* curved = smooth + tile.rows() * tile.narrow();
  auto* wide = reinterpret_cast<std::uint8_t*>(curved + tile.rows() * tile.narrow());
  load_tile(frame.in, tile, Border::Reflect, points, wide);
  for_each_place(tile.rows(), tile.narrow(), [&](int row, int column) {
    const std::uint8_t* centre = wide + row * tile.wide() + column + tile.radius * tile.channels;
    const auto at = [&](int offset) { return centre[offset * tile.channels] << kPassBits; };
    const int i = row * tile.narrow() + column;
    smooth[i] = static_cast<std::int16_t>(weigh_neighbours(kernel.smooth, at));
    curved[i] = static_cast<std::int16_t>(curve_of_neighbours(kernel, at));
  });
  __syncthreads();
  for_each_element(frame.in, tile, [&](const TileElement& element) {
    const int centre = (element.row + tile.radius) * tile.narrow() + element.column;
    const auto smooth_at = [&](int offset) { return int{smooth[centre + offset * tile.narrow()]}; };
    const auto curved_at = [&](int offset) { return int{curved[centre + offset * tile.narrow()]}; };
    const int response = curve_of_neighbours(kernel, smooth_at) + weigh_neighbours(kernel.smooth, curved_at);
    *points.place(frame, element.in_narrow, element.in_picture) =
        element.channel == 3 ? wide[element.in_wide] : shown_response(response, output);
  });
  points.finish(frame, tile.pixels());
}

}  // namespace

cudaError_t enqueue(const DeviceNeighbourhood& step, const PointChain& points, const DevicePictures& in,
                    const DevicePictures& out, const DeviceWorkspace& work) {
  const auto shared = static_cast<std::size_t>(Tile{points.filter_channels(), 1}.wide_elements());
  const LaunchFrames frames = tiles_of(in, out);
  return PointLaunch{points, work}.run(run_tile<NoPoints>, run_tile<WithPoints>,
                                       frames.grid(kTileThreads, shared), frames, step);
}

cudaError_t enqueue(const DeviceLog& step, const PointChain& points, const DevicePictures& in,
                    const DevicePictures& out, const DeviceWorkspace& work) {
  const std::size_t shared = log_shared_bytes({points.filter_channels(), step.kernel.smooth.taps});
  const LaunchFrames frames = tiles_of(in, out);
  return PointLaunch{points, work}.run(run_log_tile<NoPoints>, run_log_tile<WithPoints>,
                                       frames.grid(kTileThreads, shared), frames, step.kernel, step.output);
}

}  // namespace framewright::kernels
