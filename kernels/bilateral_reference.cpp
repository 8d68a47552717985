#include <cstdlib>

#include "kernels/bilateral_math.hpp"
#include "kernels/pixel_math.hpp"
#include "kernels/reference.hpp"
#include "kernels/reference_pixels.hpp"
#include "kernels/shape.hpp"

namespace framewright::kernels::reference {

Status bilateral(const ConstImageView& in, const BilateralKernel& kernel, const ImageView& out) noexcept {
  if (!same_shape(in, out)) return Status::BadShape;
  const auto value = [&](int x, int y, int channel) {
    return value_at(in, border_index(x, in.width_px, Border::Reflect),
                    border_index(y, in.height_px, Border::Reflect), channel);
  };
  for_each_colour_value(in, out, [&](int x, int y, int channel) {
    int weights = 0;
    int sum = 0;
    const auto add = [&](int dx, int dy, int place_weight) {
      int difference = 0;
      for (int c = 0; c < colour_channels(in.channels); ++c) {
        difference += std::abs(value(x + dx, y + dy, c) - value(x, y, c));
      }
      const int weight = bilateral_weight(kernel.curve, difference, place_weight);
      weights += weight;
      sum += weight * value(x + dx, y + dy, channel);
    };
    add(0, 0, kCentreWeight);
    for (std::size_t i = 0; i < kernel.tap_count; ++i) {
      const BilateralTap& tap = kernel.taps[i];
      add(tap.dx, tap.dy, tap.weight);
      add(-tap.dx, -tap.dy, tap.weight);
    }
    return weighted_mean(sum, weights);
  });
  return Status::Ok;
}

}  // namespace framewright::kernels::reference
