#include "kernels/pixel_math.hpp"
#include "kernels/reference.hpp"
#include "kernels/shape.hpp"

namespace framewright::kernels::reference {

Status grayscale(const ConstImageView& in, GrayscaleAlgorithm algorithm, const ImageView& out) noexcept {
  if (!is_well_formed(in) || !is_well_formed(out) || !same_size(in, out) || out.channels != 1) {
    return Status::BadShape;
  }
  for (int y = 0; y < in.height_px; ++y) {
    for (int x = 0; x < in.width_px; ++x) {
      const std::uint8_t* pixel = in.row(y) + x * in.channels;
      out.row(y)[x] = in.channels == 1 ? pixel[0] : gray_of(algorithm, pixel[0], pixel[1], pixel[2]);
    }
  }
  return Status::Ok;
}

}  // namespace framewright::kernels::reference
