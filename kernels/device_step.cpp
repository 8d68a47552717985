#include "kernels/device_step.hpp"

#include <algorithm>

#include "kernels/box_blur.hpp"
#include "kernels/device_passes.hpp"
#include "kernels/median_blur.hpp"
#include "kernels/oil_painting.hpp"
#include "kernels/pixelate.hpp"
#include "kernels/resize_device.hpp"
#include "kernels/tone_math.hpp"

namespace framewright::kernels {
namespace {

DeviceShape shape_after_all(const DeviceSteps& steps, DeviceShape shape) {
  for (const DeviceStep& step : steps) shape = output_shape(step, shape);
  return shape;
}

// One overload for each step that is not as most are: of the shape of its input, without scratch or
// staging, and good for every picture.

template <typename Step>
DeviceShape shape_after(const Step&, const DeviceShape& in) {
  return in;
}
DeviceShape shape_after(const DeviceGrayscale&, const DeviceShape& in) {
  return {in.width_px, in.height_px, 1};
}
DeviceShape shape_after(const DeviceTurn& step, const DeviceShape& in) {
  return step.turn.swap_axes ? DeviceShape{in.height_px, in.width_px, in.channels} : in;
}
DeviceShape shape_after(const DeviceCrop& step, const DeviceShape& in) {
  return {step.part.width_px, step.part.height_px, in.channels};
}
DeviceShape shape_after(const DeviceResize& step, const DeviceShape& in) {
  return {step.width_px, step.height_px, in.channels};
}
DeviceShape shape_after(const DeviceLetterbox& step, const DeviceShape& in) {
  return {step.width_px, step.height_px, in.channels};
}
DeviceShape shape_after(const DeviceBlend& step, const DeviceShape& in) {
  const int first = shape_after_all(step.first, in).channels;
  const int second = shape_after_all(step.second, in).channels;
  return {in.width_px, in.height_px, first > second ? first : second};
}

std::size_t resize_tables(const DeviceShape& in, const DeviceShape& out, Interpolation interpolation) {
  return interpolation == Interpolation::Nearest ? 0 : ResizeLayout(in, out, interpolation).table_bytes();
}

/// The tables, and the picture between the passes: columns of the output, rows of the input.
std::size_t resize_scratch(const DeviceShape& in, const DeviceShape& out, Interpolation interpolation) {
  if (interpolation == Interpolation::Nearest) return 0;
  const ResizeLayout layout(in, out, interpolation);
  const DeviceShape between{in.width_px, out.height_px, in.channels};
  return layout.table_bytes() +
         between.bytes() * (layout.narrow() ? sizeof(std::int16_t) : sizeof(std::int32_t));
}

DeviceShape inside(const DeviceLetterbox& step, const DeviceShape& in) {
  return {step.picture.width_px, step.picture.height_px, in.channels};
}

template <typename Step>
std::size_t scratch_of(const Step&, const DeviceShape&) {
  return 0;
}
/// The picture between the two passes.
std::size_t scratch_of(const DeviceGaussian& step, const DeviceShape& in) {
  return blurs_in_one_pass(step.kernel) ? 0 : in.bytes() * sizeof(std::int16_t);
}
std::size_t scratch_of(const DeviceBoxBlur& step, const DeviceShape& in) {
  return averages_in_one_pass(step) ? 0 : in.bytes() * sizeof(std::uint16_t);
}
std::size_t scratch_of(const DeviceMorphology& step, const DeviceShape& in) {
  const bool is_one_pass = step.operation == Morphology::Erode || step.operation == Morphology::Dilate;
  return is_one_pass ? 0 : device_bytes(in.bytes());
}
std::size_t scratch_of(const DeviceEqualize&, const DeviceShape&) { return kHistogramScratchBytes; }
std::size_t scratch_of(const DeviceOtsu&, const DeviceShape&) { return kHistogramScratchBytes; }
std::size_t scratch_of(const DeviceWhiteBalance&, const DeviceShape&) { return kHistogramScratchBytes; }
/// Counts and a table for each tile, and where each column and each row lies between tiles.
std::size_t scratch_of(const DeviceClahe& step, const DeviceShape& in) {
  const auto tiles = static_cast<std::size_t>(step.grid.columns * step.grid.rows);
  const auto lines = static_cast<std::size_t>(in.width_px + in.height_px);
  return tiles * 256 * (sizeof(std::uint32_t) + 1) + lines * sizeof(BetweenTiles);
}
/// A level and the piece of edge that each pixel belongs to.
std::size_t scratch_of(const DeviceCanny&, const DeviceShape& in) {
  return in.pixels() * (1 + sizeof(std::int32_t));
}
std::size_t scratch_of(const DeviceResize& step, const DeviceShape& in) {
  return resize_scratch(in, shape_after(step, in), step.interpolation);
}
std::size_t scratch_of(const DeviceLetterbox& step, const DeviceShape& in) {
  return resize_scratch(in, inside(step, in), step.interpolation);
}
std::size_t scratch_of(const DeviceBlend& step, const DeviceShape& in) {
  std::size_t pictures = 0;
  std::size_t most = 0;
  for (const DeviceSteps* part : {&step.first, &step.second}) {
    pictures += blend_buffers(*part) * blend_picture_bytes(*part, in);
    DeviceShape shape = in;
    for (const DeviceStep& each : *part) {
      most = std::max(most, device_scratch_bytes(each, shape));
      shape = output_shape(each, shape);
    }
  }
  return pictures + most;
}

template <typename Step>
std::size_t staging_of(const Step&, const DeviceShape&) {
  return 0;
}
std::size_t staging_of(const DeviceResize& step, const DeviceShape& in) {
  return resize_tables(in, shape_after(step, in), step.interpolation);
}
std::size_t staging_of(const DeviceLetterbox& step, const DeviceShape& in) {
  return resize_tables(in, inside(step, in), step.interpolation);
}
std::size_t staging_of(const DeviceBlend& step, const DeviceShape& in) {
  std::size_t all = 0;
  for (const DeviceSteps* part : {&step.first, &step.second}) {
    DeviceShape shape = in;
    for (const DeviceStep& each : *part) {
      all += device_staging_bytes(each, shape);
      shape = output_shape(each, shape);
    }
  }
  return all;
}

Status good(bool is_good, Status otherwise) { return is_good ? Status::Ok : otherwise; }

/// The picture between the passes has columns of the one and rows of the other.
static_assert(std::size_t{kResizeMaxSide} * kResizeMaxSide * 4 <= kDeviceMaxBytes);

/// By the sizes alone.
bool can_resize(const DeviceShape& in, const DeviceShape& out) {
  const auto is_short = [](const DeviceShape& shape) {
    return shape.width_px <= kResizeMaxSide && shape.height_px <= kResizeMaxSide;
  };
  return is_short(in) && is_short(out);
}

bool is_side(int side_px) { return side_px >= 1 && side_px <= kDeviceMaxSide; }

/// Whether a part lies in a picture of this size.
bool lies_within(const PixelRectangle& part, int width_px, int height_px) {
  return is_side(part.width_px) && is_side(part.height_px) && part.x >= 0 && part.y >= 0 &&
         part.x <= width_px - part.width_px && part.y <= height_px - part.height_px;
}

template <typename Step>
Status check(const Step&, const DeviceShape&, const DeviceLimits&) {
  return Status::Ok;
}
Status check(const DeviceGaussian& step, const DeviceShape&, const DeviceLimits&) {
  return good(is_gaussian_kernel(step.kernel), Status::BadParameter);
}
Status check(const DeviceBoxBlur& step, const DeviceShape&, const DeviceLimits&) {
  return good(is_box_blur_size(step.kernel_size_px), Status::BadParameter);
}
Status check(const DeviceLog& step, const DeviceShape&, const DeviceLimits&) {
  return good(is_gaussian_kernel(step.kernel.smooth) && blurs_in_one_pass(step.kernel.smooth),
              Status::BadParameter);
}
Status check(const DeviceMorphology& step, const DeviceShape&, const DeviceLimits&) {
  const int radius = step.element.radius_px;
  bool is_made = radius >= 1 && radius <= kMorphologyMaxSize / 2;
  for (int d = 0; is_made && d <= radius; ++d) {
    is_made = step.element.half_width_px[static_cast<unsigned>(d)] <= radius;
  }
  return good(is_made, Status::BadParameter);
}
Status check(const DeviceMedian& step, const DeviceShape&, const DeviceLimits&) {
  return good(is_median_size(step.kernel_size_px), Status::BadParameter);
}
Status check(const DeviceBilateral& step, const DeviceShape&, const DeviceLimits&) {
  const BilateralKernel& kernel = step.kernel;
  return good(kernel.radius >= 1 && kernel.radius <= kBilateralMaxSize / 2 &&
                  kernel.tap_count <= BilateralKernel::kMaxTaps,
              Status::BadParameter);
}
Status check(const DeviceOilPainting& step, const DeviceShape&, const DeviceLimits&) {
  return good(step.radius_px >= 1 && step.radius_px <= kOilPaintingMaxRadius, Status::BadParameter);
}
Status check(const DeviceCanny& step, const DeviceShape& in, const DeviceLimits&) {
  if (in.channels != 1) return Status::BadShape;
  return good(are_canny_thresholds(step.thresholds), Status::BadParameter);
}
Status check(const DeviceClahe& step, const DeviceShape&, const DeviceLimits&) {
  const auto is_count = [](int tiles) { return tiles >= 1 && tiles <= kClaheMaxTiles; };
  return good(is_count(step.grid.columns) && is_count(step.grid.rows), Status::BadParameter);
}
Status check(const DevicePixelate& step, const DeviceShape&, const DeviceLimits&) {
  return good(step.block_size_px >= 1 && step.block_size_px <= kPixelateMaxBlock, Status::BadParameter);
}
Status check(const DeviceCrop& step, const DeviceShape& in, const DeviceLimits&) {
  return good(lies_within(step.part, in.width_px, in.height_px), Status::BadShape);
}
Status check(const DeviceResize& step, const DeviceShape& in, const DeviceLimits&) {
  return good(is_side(step.width_px) && is_side(step.height_px) && can_resize(in, shape_after(step, in)),
              Status::BadShape);
}
Status check(const DeviceLetterbox& step, const DeviceShape& in, const DeviceLimits&) {
  return good(is_side(step.width_px) && is_side(step.height_px) &&
                  lies_within(step.picture, step.width_px, step.height_px) &&
                  can_resize(in, inside(step, in)),
              Status::BadShape);
}
Status check(const DeviceBlend& step, const DeviceShape& in, const DeviceLimits& limits) {
  DeviceShape first;
  DeviceShape second;
  Status status = check_device_steps(step.first, in, limits, first);
  if (status == Status::Ok) status = check_device_steps(step.second, in, limits, second);
  if (status != Status::Ok) return status;
  const auto fits = [&](const DeviceShape& shape) {
    return shape.width_px == in.width_px && shape.height_px == in.height_px &&
           is_blendable(shape.channels, shape_after(step, in).channels);
  };
  if (!fits(first) || !fits(second)) return Status::BadShape;
  return good(step.weight.second <= 1 << 15, Status::BadParameter);
}

}  // namespace

DeviceShape output_shape(const DeviceStep& step, const DeviceShape& in) {
  return std::visit([&](const auto& each) { return shape_after(each, in); }, step);
}

std::size_t device_scratch_bytes(const DeviceStep& step, const DeviceShape& in) {
  return std::visit([&](const auto& each) { return scratch_of(each, in); }, step);
}

std::size_t device_staging_bytes(const DeviceStep& step, const DeviceShape& in) {
  return std::visit([&](const auto& each) { return staging_of(each, in); }, step);
}

std::size_t blend_buffers(const DeviceSteps& steps) { return std::min<std::size_t>(steps.size(), 2); }

std::size_t blend_picture_bytes(const DeviceSteps& steps, const DeviceShape& in) {
  DeviceShape shape = in;
  std::size_t most = 0;
  for (const DeviceStep& step : steps) {
    shape = output_shape(step, shape);
    most = std::max(most, device_bytes(shape.bytes()));
  }
  return most;
}

Status check_device_steps(const DeviceSteps& steps, const DeviceShape& in, const DeviceLimits& limits,
                          DeviceShape& out) {
  const auto fits = [&](const DeviceShape& shape) {
    const bool has_sides = shape.width_px >= 1 && shape.width_px <= kDeviceMaxSide && shape.height_px >= 1 &&
                           shape.height_px <= kDeviceMaxSide;
    const bool has_channels = shape.channels == 1 || shape.channels == 3 || shape.channels == 4;
    return has_sides && has_channels && shape.bytes() <= std::min(limits.frame_bytes, kDeviceMaxBytes);
  };
  out = in;
  if (!fits(in)) return Status::BadShape;
  std::size_t staging_bytes = 0;
  for (const DeviceStep& step : steps) {
    const Status status = std::visit([&](const auto& each) { return check(each, out, limits); }, step);
    if (status != Status::Ok) return status;
    if (device_scratch_bytes(step, out) > limits.scratch_bytes) return Status::BadShape;
    staging_bytes += device_staging_bytes(step, out);
    if (staging_bytes > limits.staging_bytes) return Status::BadShape;
    out = output_shape(step, out);
    if (!fits(out)) return Status::BadShape;
  }
  return Status::Ok;
}

}  // namespace framewright::kernels
