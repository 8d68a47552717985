#include "kernels/laplacian_of_gaussian.hpp"

#include "kernels/row_ring.hpp"
#include "kernels/shape.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/laplacian_of_gaussian.cpp"
#include <hwy/foreach_target.h>

#include "kernels/wide_rows-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {

/// As weigh_neighbours() of pixel_math.hpp, for a vector of values.
template <typename Load>
HWY_INLINE Wide smooth_of(const GaussianKernel& kernel, Load load) {
  const WideTag d16;
  const Wide centre = load(0);
  Wide sum = hn::Sub(centre, hn::MulFixedPoint15(centre, hn::Set(d16, kernel.around)));
  for (int i = 1; i <= kernel.taps; ++i) {
    const Wide weight = hn::Set(d16, kernel.side[static_cast<std::size_t>(i - 1)]);
    sum = hn::Add(sum, hn::MulFixedPoint15(hn::Add(load(-i), load(i)), weight));
  }
  return sum;
}

/// As curve_of_neighbours() of edge_math.hpp, for a vector of values. Twice 255 with kPassBits still fits 16
/// bits.
template <typename Load>
HWY_INLINE Wide curve_of(const LogKernel& kernel, Load load) {
  const WideTag d16;
  const Wide centre = load(0);
  const Wide twice = hn::Add(centre, centre);
  Wide sum = hn::Zero(d16);
  for (int i = 1; i <= kernel.smooth.taps; ++i) {
    const Wide weight = hn::Set(d16, kernel.curve[static_cast<std::size_t>(i - 1)]);
    const Wide difference = hn::Sub(hn::Add(load(-i), load(i)), twice);
    sum = hn::Add(sum, hn::MulFixedPoint15(difference, weight));
  }
  return sum;
}

/// Working rows of one call: the last ones, smoothed along and curved along.
struct LogRows {
  LogRows(std::byte* scratch, const RowExtent& extent)
      : wide(reinterpret_cast<std::int16_t*>(scratch)),
        smooth(scratch + scratch_row_bytes<std::int16_t>(extent.elements()), extent.row_elements(),
               extent.radius_px),
        curve(scratch + scratch_row_bytes<std::int16_t>(extent.elements()) +
                  RowRing::bytes(extent.row_elements(), extent.radius_px),
              extent.row_elements(), extent.radius_px) {}

  std::int16_t* wide;
  RowRing smooth;
  RowRing curve;
};

void respond_along(const LogKernel& kernel, const LogRows& rows, const RowExtent& extent, int y) {
  const WideTag d16;
  const std::int16_t* pixels = rows.wide + extent.border_elements();
  const std::ptrdiff_t channels = extent.channels;
  for (std::size_t i = 0; i < extent.row_elements(); i += hn::Lanes(d16)) {
    const auto load = [&](int offset) HWY_ATTR { return hn::LoadU(d16, pixels + offset * channels + i); };
    hn::Store(smooth_of(kernel.smooth, load), d16, rows.smooth.row(y) + i);
    hn::Store(curve_of(kernel, load), d16, rows.curve.row(y) + i);
  }
}

HWY_INLINE Wide show(Wide response, LogOutput output) {
  const WideTag d16;
  const Wide half = hn::Set(d16, 1 << (kPassBits - 1));
  const Wide shown = output == LogOutput::Signed ? response : hn::Abs(response);
  const Wide rounded = hn::ShiftRight<kPassBits>(hn::Add(shown, half));
  return output == LogOutput::Signed ? hn::Add(rounded, hn::Set(d16, 128)) : rounded;
}

void respond_down(const LogKernel& kernel, LogOutput output, const LogRows& rows, int y, std::size_t count,
                  std::uint8_t* out) {
  const WideTag d16;
  const int radius = kernel.smooth.taps;
  const std::int16_t* smooth[2 * kGaussianMaxTaps + 1];
  const std::int16_t* curve[2 * kGaussianMaxTaps + 1];
  for (int i = 0; i < 2 * radius + 1; ++i) {
    smooth[i] = rows.smooth.row(y - radius + i);
    curve[i] = rows.curve.row(y - radius + i);
  }
  store_bytes(count, out, [&](std::size_t i) HWY_ATTR {
    const Wide across =
        curve_of(kernel, [&](int offset) HWY_ATTR { return hn::Load(d16, smooth[radius + offset] + i); });
    const Wide along = smooth_of(
        kernel.smooth, [&](int offset) HWY_ATTR { return hn::Load(d16, curve[radius + offset] + i); });
    return show(hn::Add(across, along), output);
  });
}

void respond(const ConstImageView& in, const LogKernel& kernel, LogOutput output, const OutputRows& out,
             std::byte* scratch) {
  const RowExtent extent{in.width_px, in.channels, kernel.smooth.taps, Border::Reflect};
  const LogRows rows(scratch, extent);
  for (int below = out.first - extent.radius_px; below < out.end + extent.radius_px; ++below) {
    widen_row<kPassBits>(in.row(border_index(below, in.height_px, extent.border)), extent, rows.wide);
    respond_along(kernel, rows, extent, below);
    const int y = below - extent.radius_px;
    if (y < out.first) continue;
    respond_down(kernel, output, rows, y, extent.row_elements(), out.picture.row(y));
    copy_alpha(in.row(y), in.width_px, in.channels, out.picture.row(y));
  }
}

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace framewright::kernels {

HWY_EXPORT(respond);

std::size_t laplacian_of_gaussian_scratch_bytes(int width_px, int channels,
                                                const LogKernel& kernel) noexcept {
  const auto row = static_cast<std::size_t>(width_px * channels);
  const auto borders = static_cast<std::size_t>(2 * kernel.smooth.taps * channels);
  return scratch_row_bytes<std::int16_t>(row + borders) + 2 * RowRing::bytes(row, kernel.smooth.taps);
}

Status laplacian_of_gaussian(const ConstImageView& in, const LogKernel& kernel, LogOutput output,
                             const OutputRows& out, Scratch scratch) noexcept {
  if (!same_shape(in, out.picture) || !out.are_within()) return Status::BadShape;
  const bool is_made = is_gaussian_kernel(kernel.smooth) && kernel.smooth.spacing_px == 1;
  if (!is_made ||
      scratch.size_bytes < laplacian_of_gaussian_scratch_bytes(in.width_px, in.channels, kernel)) {
    return Status::BadParameter;
  }
  HWY_DYNAMIC_DISPATCH(respond)(in, kernel, output, out, scratch.bytes);
  return Status::Ok;
}

}  // namespace framewright::kernels
#endif
