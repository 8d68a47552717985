#include "kernels/gaussian_blur.hpp"

#include "kernels/row_ring.hpp"
#include "kernels/shape.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/gaussian_blur.cpp"
#include <hwy/foreach_target.h>

#include "kernels/wide_rows-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {

/// Weights of one pass in vectors. kRadius 0 stands for a radius known only at run time.
template <int kRadius>
class Pass {
 public:
  explicit Pass(const GaussianKernel& kernel) : kernel_(kernel) {}

  /// As weigh_neighbours() of pixel_math.hpp, for a vector of values; load(offset) gives the one at that
  /// distance.
  template <typename Load>
  HWY_INLINE Wide operator()(Load load) const {
    const WideTag d16;
    const int radius = kRadius != 0 ? kRadius : kernel_.radius;
    const Wide centre = load(0);
    Wide sum = hn::Sub(centre, hn::MulFixedPoint15(centre, hn::Set(d16, kernel_.around)));
    for (int i = 1; i <= radius; ++i) {
      const Wide both = hn::Add(load(-i), load(i));
      const Wide weight = hn::Set(d16, kernel_.side[static_cast<std::size_t>(i - 1)]);
      sum = hn::Add(sum, hn::MulFixedPoint15(both, weight));
    }
    return sum;
  }

 private:
  const GaussianKernel kernel_;
};

template <int kRadius>
void blur_along(const Pass<kRadius>& pass, const std::int16_t* wide, const RowExtent& extent,
                std::int16_t* out) {
  const WideTag d16;
  const std::int16_t* pixels = wide + extent.border_elements();
  const std::ptrdiff_t channels = extent.channels;
  for (std::size_t i = 0; i < extent.row_elements(); i += hn::Lanes(d16)) {
    const Wide sum =
        pass([&](int offset) HWY_ATTR { return hn::LoadU(d16, pixels + offset * channels + i); });
    hn::Store(sum, d16, out + i);
  }
}

/// `middle[0]` is the row to blur, `middle[-1]` the one above it.
template <int kRadius>
void blur_down(const Pass<kRadius>& pass, const std::int16_t* const* middle, std::size_t count,
               std::uint8_t* out) {
  const WideTag d16;
  const Wide half = hn::Set(d16, 1 << (kPassBits - 1));
  store_bytes(count, out, [&](std::size_t i) HWY_ATTR {
    const Wide sum = pass([&](int offset) HWY_ATTR { return hn::Load(d16, middle[offset] + i); });
    return hn::ShiftRight<kPassBits>(hn::Add(sum, half));
  });
}

template <int kRadius>
void blur_rows(const ConstImageView& in, const GaussianKernel& kernel, Border border, const ImageView& out,
               std::byte* scratch) {
  const RowExtent extent{in.width_px, in.channels, kernel.radius, border};
  const Pass<kRadius> pass(kernel);
  auto* wide = reinterpret_cast<std::int16_t*>(scratch);
  const RowRing ring(scratch + scratch_row_bytes<std::int16_t>(extent.elements()), extent.row_elements(),
                     kernel.radius);
  for (int below = -kernel.radius; below < in.height_px + kernel.radius; ++below) {
    widen_row<kPassBits>(in.row(border_index(below, in.height_px, border)), extent, wide);
    blur_along(pass, wide, extent, ring.row(below));
    const int y = below - kernel.radius;
    if (y < 0) continue;
    const std::int16_t* rows[kGaussianMaxSize];
    for (int i = 0; i < 2 * kernel.radius + 1; ++i) rows[i] = ring.row(y - kernel.radius + i);
    blur_down(pass, rows + kernel.radius, extent.row_elements(), out.row(y));
    copy_alpha(in.row(y), in.width_px, in.channels, out.row(y));
  }
}

void blur(const ConstImageView& in, const GaussianKernel& kernel, Border border, const ImageView& out,
          std::byte* scratch) {
  switch (kernel.radius) {
    case 1: return blur_rows<1>(in, kernel, border, out, scratch);
    case 2: return blur_rows<2>(in, kernel, border, out, scratch);
    case 3: return blur_rows<3>(in, kernel, border, out, scratch);
    default: return blur_rows<0>(in, kernel, border, out, scratch);
  }
}

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace framewright::kernels {

HWY_EXPORT(blur);

std::size_t gaussian_blur_scratch_bytes(int width_px, int channels, const GaussianKernel& kernel) noexcept {
  const auto row = static_cast<std::size_t>(width_px * channels);
  const auto borders = static_cast<std::size_t>(2 * kernel.radius * channels);
  return scratch_row_bytes<std::int16_t>(row + borders) + RowRing::bytes(row, kernel.radius);
}

Status gaussian_blur(const ConstImageView& in, const GaussianKernel& kernel, Border border,
                     const ImageView& out, Scratch scratch) noexcept {
  if (!same_shape(in, out)) return Status::BadShape;
  const bool is_made = kernel.radius >= kGaussianMinSize / 2 && kernel.radius <= kGaussianMaxSize / 2;
  if (!is_made || scratch.size_bytes < gaussian_blur_scratch_bytes(in.width_px, in.channels, kernel)) {
    return Status::BadParameter;
  }
  HWY_DYNAMIC_DISPATCH(blur)(in, kernel, border, out, scratch.bytes);
  return Status::Ok;
}

}  // namespace framewright::kernels
#endif
