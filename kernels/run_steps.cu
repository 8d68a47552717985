// From a list of steps to launches.
#include <type_traits>

#include "kernels/cuda_tile.cuh"
#include "kernels/device_passes.hpp"

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
Fusing fusing_of(const DeviceBoxBlur& step) {
  return averages_in_one_pass(step) ? fusing_of_tiles(step.kernel_size_px / 2) : Fusing{false, true};
}
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

template <typename Step, typename Pictures>
cudaError_t enqueue_filter(const Step& step, const PointChain& points, const Pictures& in,
                           const Pictures& out, const DeviceWorkspace& work) {
  if constexpr (takes_points<Step>) {
    return enqueue(step, points, in, out, work);
  } else {
    return enqueue(step, in, out, work);
  }
}

/// Steps that lie at the same place of the lists of several pictures.
struct StepOfEach {
  const DeviceSteps* const* lists;
  std::size_t at;

  const DeviceStep& of(int picture) const { return (*lists[picture])[at]; }
};

/// Steps that a PointChain takes do not come here.
cudaError_t enqueue_filters(const StepOfEach& steps, const PointChain& points, const DevicePictures& in,
                            const DevicePictures& out, const DeviceWorkspace& work) {
  return std::visit(
      [&](const auto& first) {
        using Step = std::decay_t<decltype(first)>;
        cudaError_t error = cudaSuccess;
        if constexpr (is_point_step<Step>) {
          error = cudaErrorInvalidValue;
        } else if constexpr (!launches_by_picture<Step>) {
          error = enqueue_filter(first, points, in, out, work);
        } else {
          for (int i = 0; i < in.count() && error == cudaSuccess; ++i) {
            error = enqueue_filter(std::get<Step>(steps.of(i)), points, in[i], out[i], work);
          }
        }
        return error;
      },
      steps.of(0));
}

/// Whatever the channels of a picture are, it has its room in the other buffer.
DevicePictures beside(const PictureBuffers& buffers, const DevicePictures& in, const StepOfEach* filters,
                      int channels) {
  DevicePictures out(buffers.beside(in.pixels()), channels);
  for (int i = 0; i < in.count(); ++i) {
    const DeviceShape shape = in.shape(i);
    out.add(in.at_px(i), filters == nullptr ? shape : output_shape(filters->of(i), shape));
  }
  return out;
}

}  // namespace

/// As many point filters as follow each other, up to what a chain holds, are one launch, or none where the
/// filter before or behind them takes them along.
cudaError_t enqueue_steps(const DeviceSteps* const* lists, const PictureBuffers& buffers,
                          const DeviceWorkspace& work, DevicePictures& pictures) {
  const DeviceSteps& steps = *lists[0];
  std::size_t i = 0;
  while (i < steps.size()) {
    const DevicePictures in = pictures;
    PointChain points(in.channels());
    const auto take_points = [&] {
      while (i < steps.size() && points.add(steps[i])) ++i;
    };
    take_points();
    const Fusing fusing =
        i < steps.size() ? std::visit([](const auto& step) { return fusing_of(step); }, steps[i]) : Fusing{};
    cudaError_t error = cudaSuccess;
    if (!points.is_empty() && !fusing.before) {
      pictures = beside(buffers, in, nullptr, points.channels());
      error = points.enqueue(in, pictures, work);
    } else {
      const StepOfEach filters{lists, i++};
      points.put_filter();
      if (fusing.behind) take_points();
      const int made = output_shape(filters.of(0), in.shape(0)).channels;
      pictures = beside(buffers, in, &filters, points.is_empty() ? made : points.channels());
      error = enqueue_filters(filters, points, in, pictures, work);
    }
    if (error != cudaSuccess) return error;
  }
  return cudaSuccess;
}

/// The parts have pictures of their own in scratch; what is left of it is for their steps.
cudaError_t enqueue(const DeviceBlend& step, const DevicePicture& in, const DevicePicture& out,
                    const DeviceWorkspace& work) {
  DeviceWorkspace rest = work;
  const auto run_part = [&](const DeviceSteps& steps, DevicePictures& picture) {
    const std::size_t bytes = blend_picture_bytes(steps, in.shape());
    auto* first = reinterpret_cast<std::uint8_t*>(rest.scratch);
    rest.scratch += blend_buffers(steps) * bytes;
    const DeviceSteps* const list = &steps;
    return enqueue_steps(&list, {first, first + bytes}, rest, picture);
  };
  DevicePictures first(in);
  DevicePictures second(in);
  cudaError_t error = run_part(step.first, first);
  if (error == cudaSuccess) error = run_part(step.second, second);
  return error != cudaSuccess ? error : enqueue_mix(first[0], second[0], step.weight, out, work.stream);
}

}  // namespace framewright::kernels
