#include "kernels/device_batch.hpp"

#include <algorithm>
#include <array>
#include <tuple>

namespace framewright::kernels {
namespace {

// What makes two steps of one kind the same.

auto numbers_of(const DeviceGrayscale& step) { return std::tie(step.algorithm); }
auto numbers_of(const DevicePointTable& step) { return std::tie(step.table); }
auto numbers_of(const DeviceColourMatrix& step) { return std::tie(step.matrix.weights, step.matrix.shift); }
auto numbers_of(const DeviceConversion& step) { return std::tie(step.conversion); }
auto numbers_of(const DeviceVignette& step) {
  const Vignette& vignette = step.vignette;
  return std::tie(vignette.strength, vignette.start, vignette.gain, vignette.shift);
}
auto numbers_of(const GaussianKernel& kernel) {
  return std::tie(kernel.taps, kernel.spacing_px, kernel.edge_taps, kernel.around, kernel.side);
}
auto numbers_of(const DeviceGaussian& step) {
  return std::tuple_cat(numbers_of(step.kernel),
                        std::tie(step.border, step.use, step.weights.amount, step.weights.threshold));
}
auto numbers_of(const DeviceBoxBlur& step) {
  return std::tie(step.kernel_size_px, step.use, step.offset, step.polarity);
}
auto numbers_of(const DeviceNeighbourhood& step) { return std::tie(step.kind, step.strength.weight); }
auto numbers_of(const DeviceLog& step) {
  return std::tuple_cat(numbers_of(step.kernel.smooth), std::tie(step.kernel.curve, step.output));
}
auto numbers_of(const DeviceMorphology& step) {
  return std::tie(step.operation, step.element.radius_px, step.element.half_width_px);
}
auto numbers_of(const DeviceMedian& step) { return std::tie(step.kernel_size_px); }
auto numbers_of(const BilateralTap& tap) { return std::tie(tap.dx, tap.dy, tap.weight); }
auto numbers_of(const DeviceOilPainting& step) { return std::tie(step.radius_px); }
auto numbers_of(const DevicePixelate& step) { return std::tie(step.block_size_px); }
auto numbers_of(const DeviceTurn& step) {
  return std::tie(step.turn.swap_axes, step.turn.from_right, step.turn.from_bottom);
}
/// The sizes have tables of their own.
auto numbers_of(const DeviceResize& step) { return std::tie(step.interpolation); }
auto numbers_of(const DeviceCrop& step) {
  return std::tie(step.part.x, step.part.y, step.part.width_px, step.part.height_px);
}

template <typename Step>
bool is_same(const Step& first, const Step& second) {
  return numbers_of(first) == numbers_of(second);
}
bool is_same(const DeviceBilateral& first, const DeviceBilateral& second) {
  const BilateralKernel& a = first.kernel;
  const BilateralKernel& b = second.kernel;
  const auto end = a.taps.begin() + static_cast<std::ptrdiff_t>(a.tap_count);
  return a.radius == b.radius && a.tap_count == b.tap_count && a.curve.far == b.curve.far &&
         a.curve.shift == b.curve.shift && a.curve.factor == b.curve.factor &&
         std::equal(a.taps.begin(), end, b.taps.begin(), is_same<BilateralTap>);
}

int channels_after(const DeviceStep& step, int channels) {
  return output_shape(step, {1, 1, channels}).channels;
}

/// Whether two steps of one place in their lists can be taken together.
bool go_together(const DeviceStep& first, const DeviceStep& second, int channels) {
  if (first.index() != second.index()) return false;
  return std::visit(
      [&](const auto& step) {
        using Step = std::decay_t<decltype(step)>;
        if constexpr (launches_by_picture<Step>) {
          return channels_after(first, channels) == channels_after(second, channels);
        } else {
          return is_same(step, std::get<Step>(second));
        }
      },
      first);
}

}  // namespace

std::size_t device_room_px(const DeviceSteps& steps, const DeviceShape& in) {
  DeviceShape shape = in;
  std::size_t most = shape.pixels();
  for (const DeviceStep& step : steps) {
    shape = output_shape(step, shape);
    most = std::max(most, shape.pixels());
  }
  return device_bytes(most);
}

/// No step makes more channels.
std::size_t device_room(const DeviceSteps& steps, const DeviceShape& in) {
  return device_room_px(steps, in) * static_cast<std::size_t>(in.channels);
}

std::size_t device_staging_of_all(const DeviceSteps& steps, const DeviceShape& in) {
  DeviceShape shape = in;
  std::size_t all = 0;
  for (const DeviceStep& step : steps) {
    all += device_staging_bytes(step, shape);
    shape = output_shape(step, shape);
  }
  return all;
}

bool run_together(const BatchSteps& batch) {
  const auto goes_with_first = [&](const DeviceSteps& steps) {
    int channels = batch.in[0].channels;
    const DeviceSteps& first = *batch.lists[0];
    return std::equal(first.begin(), first.end(), steps.begin(), steps.end(),
                      [&](const DeviceStep& a, const DeviceStep& b) {
                        const int before = channels;
                        channels = channels_after(a, channels);
                        return go_together(a, b, before);
                      });
  };
  for (std::size_t i = 1; i < batch.count; ++i) {
    if (batch.in[i].channels != batch.in[0].channels || !goes_with_first(*batch.lists[i])) return false;
  }
  return true;
}

std::size_t device_scratch_together(const BatchSteps& batch) {
  std::array<DeviceShape, kMaxBatch> shapes;
  std::copy_n(batch.in, batch.count, shapes.begin());
  std::size_t room_px = 0;
  for (std::size_t i = 0; i < batch.count; ++i) room_px += device_room_px(*batch.lists[i], batch.in[i]);
  std::size_t most = 0;
  for (std::size_t at = 0; at < batch.lists[0]->size(); ++at) {
    const DeviceStep& step = (*batch.lists[0])[at];
    // Most find the place of a picture in scratch by its room: all of them with their rooms are one row.
    const DeviceShape row{static_cast<int>(room_px), 1, shapes[0].channels};
    const bool has_places = std::holds_alternative<DeviceResize>(step);
    const bool is_by_picture =
        std::visit([](const auto& each) { return launches_by_picture<std::decay_t<decltype(each)>>; }, step);
    std::size_t bytes = has_places || is_by_picture ? 0 : device_scratch_bytes(step, row);
    for (std::size_t i = 0; i < batch.count; ++i) {
      const DeviceStep& own = (*batch.lists[i])[at];
      if (has_places) bytes += device_scratch_bytes(own, shapes[i]) + kDeviceRounding;
      shapes[i] = output_shape(own, shapes[i]);
    }
    most = std::max(most, bytes);
  }
  return most;
}

}  // namespace framewright::kernels
