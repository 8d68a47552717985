#include <algorithm>

#include "kernels/blend_math.hpp"
#include "kernels/reference.hpp"
#include "kernels/reference_pixels.hpp"
#include "kernels/shape.hpp"

namespace framewright::kernels::reference {
namespace {

/// A value of a picture that has the channels of `like` or is gray.
int value_as(const ConstImageView& view, const ConstImageView& like, int x, int y, int channel) {
  if (view.channels != 1 || like.channels == 1) return value_at(view, x, y, channel);
  return channel == 3 ? value_at(like, x, y, channel) : value_at(view, x, y, 0);
}

}  // namespace

Status blend(const ConstImageView& first, const ConstImageView& second, BlendWeight weight,
             const ImageView& out) noexcept {
  const auto status = check_blend(first, second, weight, out);
  if (status != Status::Ok) return status;
  for (int y = 0; y < out.height_px; ++y) {
    for (int x = 0; x < out.width_px; ++x) {
      for (int channel = 0; channel < out.channels; ++channel) {
        out.row(y)[x * out.channels + channel] = mixed_values(
            value_as(first, second, x, y, channel), value_as(second, first, x, y, channel), weight.second);
      }
    }
  }
  return Status::Ok;
}

}  // namespace framewright::kernels::reference
