// From a list of steps to launches.
#include <type_traits>

#include "kernels/cuda_tile.cuh"

namespace framewright::kernels {
namespace {

/// On which sides of a filter points may be fused into it.
struct Fusing {
  bool before = false;
  bool behind = false;
};

/// Points before run again for the surroundings of each tile: only as long as that is not more than the tile
/// itself, for less than what writing and reading a picture between costs.
Fusing fusing_of_tiles(int radius) {
  const Tile tile{1, radius};
  return {tile.wide_elements() <= 2 * Tile::kWidth * Tile::kHeight, true};
}

template <typename Step>
Fusing fusing_of(const Step&) {
  return {};
}
Fusing fusing_of(const DeviceGaussian& step) {
  return blurs_in_one_pass(step.kernel) ? fusing_of_tiles(step.kernel.taps) : Fusing{};
}
Fusing fusing_of(const DeviceBoxBlur&) { return {false, true}; }
Fusing fusing_of(const DeviceNeighbourhood&) { return fusing_of_tiles(1); }
Fusing fusing_of(const DeviceLog& step) { return fusing_of_tiles(step.kernel.smooth.taps); }
/// By its last pass, where that looks at neighbours.
Fusing fusing_of(const DeviceMorphology& step) {
  switch (step.operation) {
    case Morphology::Erode:
    case Morphology::Dilate:
    case Morphology::Open:
    case Morphology::Close: return {false, true};
    case Morphology::Gradient:
    case Morphology::TopHat:
    case Morphology::BlackHat: break;
  }
  return {};
}
Fusing fusing_of(const DeviceMedian& step) {
  return step.kernel_size_px <= 5 ? fusing_of_tiles(step.kernel_size_px / 2) : Fusing{};
}
Fusing fusing_of(const DeviceCanny&) { return {true, false}; }
Fusing fusing_of(const DeviceBilateral& step) { return fusing_of_tiles(step.kernel.radius); }

template <typename Step>
inline constexpr bool takes_points =
    std::is_same_v<Step, DeviceGaussian> || std::is_same_v<Step, DeviceBoxBlur> ||
    std::is_same_v<Step, DeviceNeighbourhood> || std::is_same_v<Step, DeviceLog> ||
    std::is_same_v<Step, DeviceMorphology> || std::is_same_v<Step, DeviceMedian> ||
    std::is_same_v<Step, DeviceBilateral> || std::is_same_v<Step, DeviceCanny>;

/// Steps that a PointChain takes do not come here.
cudaError_t enqueue_filter(const DeviceStep& step, const PointChain& points, const DevicePicture& in,
                           const DevicePicture& out, const DeviceWorkspace& work) {
  return std::visit(
      [&](const auto& each) {
        using Step = std::decay_t<decltype(each)>;
        if constexpr (is_point_step<Step>) {
          return cudaErrorInvalidValue;
        } else if constexpr (takes_points<Step>) {
          return enqueue(each, points, in, out, work);
        } else {
          return enqueue(each, in, out, work);
        }
      },
      step);
}

}  // namespace

/// As many point filters as follow each other, up to what a chain holds, are one launch, or none where the
/// filter before or behind them takes them along.
cudaError_t enqueue_steps(const DeviceSteps& steps, const PictureBuffers& buffers,
                          const DeviceWorkspace& work, DevicePicture& picture) {
  std::size_t i = 0;
  while (i < steps.size()) {
    const DevicePicture in = picture;
    PointChain points(in.shape());
    const auto take_points = [&] {
      while (i < steps.size() && points.add(steps[i])) ++i;
    };
    take_points();
    const Fusing fusing =
        i < steps.size() ? std::visit([](const auto& step) { return fusing_of(step); }, steps[i]) : Fusing{};
    cudaError_t error = cudaSuccess;
    if (!points.is_empty() && !fusing.before) {
      picture = buffers.beside(in, {in.width_px, in.height_px, points.channels()});
      error = points.enqueue(in, picture, work);
    } else {
      const DeviceStep& filter = steps[i++];
      points.put_filter();
      if (fusing.behind) take_points();
      const DeviceShape made = output_shape(filter, in.shape());
      const int channels = points.is_empty() ? made.channels : points.channels();
      picture = buffers.beside(in, {made.width_px, made.height_px, channels});
      error = enqueue_filter(filter, points, in, picture, work);
    }
    if (error != cudaSuccess) return error;
  }
  return cudaSuccess;
}

/// The parts have pictures of their own in scratch; what is left of it is for their steps.
cudaError_t enqueue(const DeviceBlend& step, const DevicePicture& in, const DevicePicture& out,
                    const DeviceWorkspace& work) {
  DeviceWorkspace rest = work;
  const auto run_part = [&](const DeviceSteps& steps, DevicePicture& picture) {
    const std::size_t bytes = blend_picture_bytes(steps, in.shape());
    auto* first = reinterpret_cast<std::uint8_t*>(rest.scratch);
    rest.scratch += blend_buffers(steps) * bytes;
    return enqueue_steps(steps, {first, first + bytes}, rest, picture);
  };
  DevicePicture first = in;
  DevicePicture second = in;
  cudaError_t error = run_part(step.first, first);
  if (error == cudaSuccess) error = run_part(step.second, second);
  return error != cudaSuccess ? error : enqueue_mix(first, second, step.weight, out, work.stream);
}

}  // namespace framewright::kernels
