#include <algorithm>
#include <array>

#include "kernels/pixel_math.hpp"
#include "kernels/reference.hpp"
#include "kernels/reference_pixels.hpp"
#include "kernels/shape.hpp"

namespace framewright::kernels::reference {

Status median_blur(const ConstImageView& in, int kernel_size_px, const ImageView& out) noexcept {
  if (!same_shape(in, out)) return Status::BadShape;
  if (!is_median_size(kernel_size_px)) return Status::BadParameter;
  const int radius = kernel_size_px / 2;
  std::array<int, kMedianMaxSize * kMedianMaxSize> values{};
  for_each_colour_value(in, out, [&](int x, int y, int channel) {
    auto end = values.begin();
    for (int dy = -radius; dy <= radius; ++dy) {
      for (int dx = -radius; dx <= radius; ++dx) {
        *end++ = value_at(in, border_index(x + dx, in.width_px, Border::Reflect),
                          border_index(y + dy, in.height_px, Border::Reflect), channel);
      }
    }
    const auto middle = values.begin() + (end - values.begin()) / 2;
    std::nth_element(values.begin(), middle, end);
    return *middle;
  });
  return Status::Ok;
}

}  // namespace framewright::kernels::reference
