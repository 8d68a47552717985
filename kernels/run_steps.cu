// From a list of steps to launches.
#include "kernels/cuda_steps.cuh"
#include "kernels/point_chain.cuh"

namespace framewright::kernels {
namespace {

/// Steps that a PointChain takes do not come here.
template <typename Step>
cudaError_t enqueue_step(const Step& step, const DevicePicture& in, const DevicePicture& out,
                         const DeviceWorkspace& work) {
  if constexpr (is_point_step<Step>) {
    return cudaErrorInvalidValue;
  } else {
    return enqueue(step, in, out, work);
  }
}

}  // namespace

/// As many point filters as follow each other, up to what a chain holds, are one launch.
cudaError_t enqueue_steps(const DeviceSteps& steps, const PictureBuffers& buffers,
                          const DeviceWorkspace& work, DevicePicture& picture) {
  std::size_t i = 0;
  while (i < steps.size()) {
    const DevicePicture in = picture;
    PointChain chain(in.shape());
    while (i < steps.size() && chain.add(steps[i])) ++i;
    cudaError_t error = cudaSuccess;
    if (chain.is_empty()) {
      picture = buffers.beside(in, output_shape(steps[i], in.shape()));
      error = std::visit([&](const auto& step) { return enqueue_step(step, in, picture, work); }, steps[i]);
      ++i;
    } else {
      picture = buffers.beside(in, {in.width_px, in.height_px, chain.channels()});
      error = chain.enqueue(in, picture, work);
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
