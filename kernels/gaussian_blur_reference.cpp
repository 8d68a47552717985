#include "kernels/pixel_math.hpp"
#include "kernels/reference.hpp"
#include "kernels/reference_pixels.hpp"
#include "kernels/shape.hpp"

namespace framewright::kernels::reference {
namespace {

/// The blurred row `y` at pixel x, with kPassBits fractional bits.
int blurred_along_row(const ConstImageView& in, const GaussianKernel& kernel, Border border, int x, int y,
                      int channel) {
  const auto at = [&](int offset) {
    return value_at(in, border_index(x + offset, in.width_px, border), y, channel) << kPassBits;
  };
  return weigh_neighbours(kernel, at);
}

}  // namespace

Status gaussian_blur(const ConstImageView& in, const GaussianKernel& kernel, Border border,
                     const ImageView& out) noexcept {
  if (!same_shape(in, out)) return Status::BadShape;
  for_each_colour_value(in, out, [&](int x, int y, int channel) {
    return round_pass(weigh_neighbours(kernel, [&](int offset) {
      return blurred_along_row(in, kernel, border, x, border_index(y + offset, in.height_px, border),
                               channel);
    }));
  });
  return Status::Ok;
}

}  // namespace framewright::kernels::reference
