#include "kernels/pixel_math.hpp"
#include "kernels/reference.hpp"
#include "kernels/reference_pixels.hpp"
#include "kernels/shape.hpp"

namespace framewright::kernels::reference {

Status box_blur(const ConstImageView& in, int kernel_size_px, const ImageView& out) noexcept {
  if (!same_shape(in, out)) return Status::BadShape;
  if (!is_box_blur_size(kernel_size_px)) return Status::BadParameter;
  const int radius = kernel_size_px / 2;
  const int count = kernel_size_px * kernel_size_px;
  for_each_colour_value(in, out, [&](int x, int y, int channel) {
    int sum = 0;
    for (int dy = -radius; dy <= radius; ++dy) {
      for (int dx = -radius; dx <= radius; ++dx) {
        const int column = border_index(x + dx, in.width_px, Border::Reflect);
        const int row = border_index(y + dy, in.height_px, Border::Reflect);
        sum += value_at(in, column, row, channel);
      }
    }
    return (sum + count / 2) / count;
  });
  return Status::Ok;
}

}  // namespace framewright::kernels::reference
