#include "kernels/device_step.hpp"

namespace framewright::kernels {
namespace {

// One overload for each step that is not as most are: of the shape of its input, without scratch, and good
// for every picture.

template <typename Step>
DeviceShape shape_after(const Step&, const DeviceShape& in) {
  return in;
}
DeviceShape shape_after(const DeviceGrayscale&, const DeviceShape& in) {
  return {in.width_px, in.height_px, 1};
}

template <typename Step>
std::size_t scratch_of(const Step&, const DeviceShape&) {
  return 0;
}
/// The picture between the two passes.
std::size_t scratch_of(const DeviceGaussian& step, const DeviceShape& in) {
  return blurs_in_one_pass(step.kernel) ? 0 : in.bytes() * sizeof(std::int16_t);
}

template <typename Step>
Status check(const Step&, const DeviceShape&) {
  return Status::Ok;
}
Status check(const DeviceGaussian& step, const DeviceShape&) {
  return is_gaussian_kernel(step.kernel) ? Status::Ok : Status::BadParameter;
}

}  // namespace

DeviceShape output_shape(const DeviceStep& step, const DeviceShape& in) {
  return std::visit([&](const auto& each) { return shape_after(each, in); }, step);
}

std::size_t device_scratch_bytes(const DeviceStep& step, const DeviceShape& in) {
  return std::visit([&](const auto& each) { return scratch_of(each, in); }, step);
}

Status check_device_steps(const DeviceSteps& steps, const DeviceShape& in, const DeviceLimits& limits,
                          DeviceShape& out) {
  const auto fits = [&](const DeviceShape& shape) {
    const bool has_sides = shape.width_px >= 1 && shape.width_px <= kDeviceMaxSide && shape.height_px >= 1 &&
                           shape.height_px <= kDeviceMaxSide;
    const bool has_channels = shape.channels == 1 || shape.channels == 3 || shape.channels == 4;
    return has_sides && has_channels && shape.bytes() <= limits.frame_bytes;
  };
  out = in;
  if (!fits(in)) return Status::BadShape;
  for (const DeviceStep& step : steps) {
    const Status status = std::visit([&](const auto& each) { return check(each, out); }, step);
    if (status != Status::Ok) return status;
    if (device_scratch_bytes(step, out) > limits.scratch_bytes) return Status::BadShape;
    out = output_shape(step, out);
    if (!fits(out)) return Status::BadShape;
  }
  return Status::Ok;
}

}  // namespace framewright::kernels
