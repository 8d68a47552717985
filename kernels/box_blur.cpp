#include "kernels/box_blur.hpp"

#include "kernels/box_blur_rows.hpp"
#include "kernels/shape.hpp"

namespace framewright::kernels {
namespace {

bool is_small(int kernel_size_px) { return kernel_size_px > 1 && kernel_size_px <= kBoxBlurMaxSmallSize; }

}  // namespace

std::size_t box_blur_scratch_bytes(int width_px, int channels, int kernel_size_px) noexcept {
  return is_small(kernel_size_px) ? box_blur_small_scratch_bytes(width_px, channels, kernel_size_px)
                                  : box_blur_large_scratch_bytes(width_px, channels, kernel_size_px);
}

Status box_blur(const ConstImageView& in, int kernel_size_px, const OutputRows& out,
                Scratch scratch) noexcept {
  if (!same_shape(in, out.picture) || !out.are_within()) return Status::BadShape;
  if (!is_box_blur_size(kernel_size_px) ||
      scratch.size_bytes < box_blur_scratch_bytes(in.width_px, in.channels, kernel_size_px)) {
    return Status::BadParameter;
  }
  if (is_small(kernel_size_px)) {
    box_blur_small(in, kernel_size_px, out, scratch.bytes);
  } else {
    box_blur_large(in, kernel_size_px, out, scratch.bytes);
  }
  return Status::Ok;
}

}  // namespace framewright::kernels
