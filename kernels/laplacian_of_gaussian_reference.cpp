#include "kernels/edge_math.hpp"
#include "kernels/reference.hpp"
#include "kernels/reference_pixels.hpp"
#include "kernels/shape.hpp"

namespace framewright::kernels::reference {

Status laplacian_of_gaussian(const ConstImageView& in, const LogKernel& kernel, LogOutput output,
                             const ImageView& out) noexcept {
  if (!same_shape(in, out)) return Status::BadShape;
  for_each_colour_value(in, out, [&](int x, int y, int channel) {
    const auto value = [&](int dx, int dy) {
      const int from_x = border_index(x + dx, in.width_px, Border::Reflect);
      const int from_y = border_index(y + dy, in.height_px, Border::Reflect);
      return value_at(in, from_x, from_y, channel) << kPassBits;
    };
    const auto smooth_along = [&](int dy) {
      return weigh_neighbours(kernel.smooth, [&](int dx) { return value(dx, dy); });
    };
    const auto curve_along = [&](int dy) {
      return curve_of_neighbours(kernel, [&](int dx) { return value(dx, dy); });
    };
    return shown_response(
        curve_of_neighbours(kernel, smooth_along) + weigh_neighbours(kernel.smooth, curve_along), output);
  });
  return Status::Ok;
}

}  // namespace framewright::kernels::reference
