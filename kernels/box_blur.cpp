#include "kernels/box_blur.hpp"

#include "kernels/box_blur_rows.hpp"
#include "kernels/shape.hpp"

namespace framewright::kernels {
namespace {

/// One of the three ways of box_blur.
struct Way {
  std::size_t (*scratch_bytes)(int width_px, int channels, int kernel_size_px);
  void (*blur)(const ConstImageView& in, int kernel_size_px, const OutputRows& out, std::byte* scratch);
};

Way way_for(int kernel_size_px) {
  if (kernel_size_px == 1 || kernel_size_px > kBoxBlurMaxMiddleSize) {
    return {box_blur_large_scratch_bytes, box_blur_large};
  }
  if (kernel_size_px > kBoxBlurMaxSmallSize) return {box_blur_middle_scratch_bytes, box_blur_middle};
  return {box_blur_small_scratch_bytes, box_blur_small};
}

}  // namespace

std::size_t box_blur_scratch_bytes(int width_px, int channels, int kernel_size_px) noexcept {
  return way_for(kernel_size_px).scratch_bytes(width_px, channels, kernel_size_px);
}

Status box_blur(const ConstImageView& in, int kernel_size_px, const OutputRows& out,
                Scratch scratch) noexcept {
  if (!same_shape(in, out.picture) || !out.are_within()) return Status::BadShape;
  if (!is_box_blur_size(kernel_size_px) ||
      scratch.size_bytes < box_blur_scratch_bytes(in.width_px, in.channels, kernel_size_px)) {
    return Status::BadParameter;
  }
  way_for(kernel_size_px).blur(in, kernel_size_px, out, scratch.bytes);
  return Status::Ok;
}

}  // namespace framewright::kernels
