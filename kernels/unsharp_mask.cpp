#include "kernels/unsharp_mask.hpp"

#include "kernels/gaussian_strip.hpp"
#include "kernels/shape.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/unsharp_mask.cpp"
#include <hwy/foreach_target.h>

#include "kernels/gaussian_rows-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {

void mask_rows(const ConstImageView& in, const GaussianKernel& kernel, UnsharpWeights weights,
               const OutputRows& out, std::byte* scratch) {
  const WideTag d16;
  const Wide amount = hn::Set(d16, weights.amount);
  const Wide below_threshold = hn::Set(d16, static_cast<std::int16_t>(weights.threshold - 1));
  blur_strips(in, kernel, Border::Reflect, out, scratch, [&](Wide value, Wide blurred) HWY_ATTR {
    const Wide difference = hn::Sub(hn::ShiftLeft<kPassBits>(value), blurred);
    const auto is_edge = hn::Gt(hn::Abs(difference), below_threshold);
    return hn::Add(value, hn::IfThenElseZero(is_edge, hn::MulFixedPoint15(difference, amount)));
  });
}

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace framewright::kernels {

HWY_EXPORT(mask_rows);

std::size_t unsharp_mask_scratch_bytes(int width_px, int channels, const GaussianKernel& kernel) noexcept {
  return gaussian_blur_scratch_bytes(width_px, channels, kernel);
}

Status unsharp_mask(const ConstImageView& in, const GaussianKernel& kernel, UnsharpWeights weights,
                    const OutputRows& out, Scratch scratch) noexcept {
  if (!same_shape(in, out.picture) || !out.are_within()) return Status::BadShape;
  if (!is_gaussian_kernel(kernel) ||
      scratch.size_bytes < unsharp_mask_scratch_bytes(in.width_px, in.channels, kernel)) {
    return Status::BadParameter;
  }
  HWY_DYNAMIC_DISPATCH(mask_rows)(in, kernel, weights, out, scratch.bytes);
  return Status::Ok;
}

}  // namespace framewright::kernels
#endif
