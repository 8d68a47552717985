#include "kernels/gaussian_blur.hpp"

#include "kernels/gaussian_strip.hpp"
#include "kernels/shape.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/gaussian_blur.cpp"
#include <hwy/foreach_target.h>

#include "kernels/gaussian_rows-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {

void blur(const ConstImageView& in, const GaussianKernel& kernel, Border border, const OutputRows& out,
          std::byte* scratch) {
  blur_strips(in, kernel, border, out, scratch,
              [](Wide, Wide blurred) HWY_ATTR { return round_values(blurred); });
}

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace framewright::kernels {

HWY_EXPORT(blur);

std::size_t gaussian_blur_scratch_bytes(int width_px, int channels, const GaussianKernel& kernel) noexcept {
  const GaussianStrip strip = gaussian_strip(width_px, channels, kernel);
  if (kernel.spacing_px == 1) return strip.wide_bytes() + strip.ring_bytes(kernel.taps + 1);
  std::size_t bytes = 2 * strip.wide_bytes() + strip.ring_bytes(gaussian_rows_radius(kernel));
  for (int level = 0; level < kGaussianLevels; ++level) {
    bytes += strip.ring_bytes(gaussian_level_radius(kernel, level));
  }
  return bytes;
}

Status gaussian_blur(const ConstImageView& in, const GaussianKernel& kernel, Border border,
                     const OutputRows& out, Scratch scratch) noexcept {
  if (!same_shape(in, out.picture) || !out.are_within()) return Status::BadShape;
  if (!is_gaussian_kernel(kernel) ||
      scratch.size_bytes < gaussian_blur_scratch_bytes(in.width_px, in.channels, kernel)) {
    return Status::BadParameter;
  }
  HWY_DYNAMIC_DISPATCH(blur)(in, kernel, border, out, scratch.bytes);
  return Status::Ok;
}

}  // namespace framewright::kernels
#endif
