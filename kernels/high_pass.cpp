#include "kernels/high_pass.hpp"

#include "kernels/gaussian_strip.hpp"
#include "kernels/shape.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/high_pass.cpp"
#include <hwy/foreach_target.h>

#include "kernels/gaussian_rows-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {

void pass_rows(const ConstImageView& in, const GaussianKernel& kernel, const OutputRows& out,
               std::byte* scratch) {
  blur_strips(in, kernel, Border::Reflect, out, scratch, [](Wide value, Wide blurred) HWY_ATTR {
    const Wide difference = hn::Sub(hn::ShiftLeft<kPassBits>(value), blurred);
    return hn::Add(hn::Set(WideTag(), 128), round_values(difference));
  });
}

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace framewright::kernels {

HWY_EXPORT(pass_rows);

std::size_t high_pass_scratch_bytes(int width_px, int channels, const GaussianKernel& kernel) noexcept {
  return gaussian_blur_scratch_bytes(width_px, channels, kernel);
}

Status high_pass(const ConstImageView& in, const GaussianKernel& kernel, const OutputRows& out,
                 Scratch scratch) noexcept {
  if (!same_shape(in, out.picture) || !out.are_within()) return Status::BadShape;
  if (!is_gaussian_kernel(kernel) ||
      scratch.size_bytes < high_pass_scratch_bytes(in.width_px, in.channels, kernel)) {
    return Status::BadParameter;
  }
  HWY_DYNAMIC_DISPATCH(pass_rows)(in, kernel, out, scratch.bytes);
  return Status::Ok;
}

}  // namespace framewright::kernels
#endif
