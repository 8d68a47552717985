#include "kernels/resize.hpp"

#include "kernels/resample_math.hpp"
#include "kernels/resize_rows.hpp"

namespace framewright::kernels {

std::size_t resize_scratch_bytes(const ConstImageView& in, const ConstImageView& out,
                                 Interpolation interpolation) noexcept {
  switch (interpolation) {
    case Interpolation::Area: return resize_area_scratch_bytes(in, out);
    case Interpolation::Bilinear: return resize_bilinear_scratch_bytes(in, out);
    case Interpolation::Nearest: return resize_nearest_scratch_bytes(in, out);
  }
  return 0;
}

Status resize(const ConstImageView& in, Interpolation interpolation, const ImageView& out,
              Scratch scratch) noexcept {
  if (!can_resize(in, out)) return Status::BadShape;
  if (scratch.size_bytes < resize_scratch_bytes(in, out, interpolation)) return Status::BadParameter;
  switch (interpolation) {
    case Interpolation::Area: resize_area(in, out, scratch.bytes); break;
    case Interpolation::Bilinear: resize_bilinear(in, out, scratch.bytes); break;
    case Interpolation::Nearest: resize_nearest(in, out, scratch.bytes); break;
  }
  return Status::Ok;
}

}  // namespace framewright::kernels
