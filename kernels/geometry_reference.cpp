#include <algorithm>
#include <cstdint>
#include <utility>

#include "kernels/reference.hpp"
#include "kernels/reference_pixels.hpp"

namespace framewright::kernels::reference {

Status turn(const ConstImageView& in, Turn turn, const ImageView& out) noexcept {
  ConstImageView turned = in;
  if (turn.swap_axes) std::swap(turned.width_px, turned.height_px);
  if (!is_well_formed(in) || !is_well_formed(out) || !same_size(turned, out) || in.channels != out.channels) {
    return Status::BadShape;
  }
  for (int y = 0; y < out.height_px; ++y) {
    for (int x = 0; x < out.width_px; ++x) {
      const int column = turn.swap_axes ? y : x;
      const int row = turn.swap_axes ? x : y;
      for (int channel = 0; channel < out.channels; ++channel) {
        out.row(y)[x * out.channels + channel] =
            static_cast<std::uint8_t>(value_at(in, turn.from_right ? in.width_px - 1 - column : column,
                                               turn.from_bottom ? in.height_px - 1 - row : row, channel));
      }
    }
  }
  return Status::Ok;
}

Status pixelate(const ConstImageView& in, int block_size_px, const ImageView& out) noexcept {
  if (!same_shape(in, out)) return Status::BadShape;
  if (block_size_px < 1 || block_size_px > kPixelateMaxBlock) return Status::BadParameter;
  const auto mean = [&](int left, int top, int channel) {
    const int right = std::min(left + block_size_px, in.width_px);
    const int bottom = std::min(top + block_size_px, in.height_px);
    int sum = 0;
    for (int y = top; y < bottom; ++y) {
      for (int x = left; x < right; ++x) sum += value_at(in, x, y, channel);
    }
    const int area = (right - left) * (bottom - top);
    return (2 * sum + area) / (2 * area);
  };
  for (int y = 0; y < out.height_px; ++y) {
    for (int x = 0; x < out.width_px; ++x) {
      for (int channel = 0; channel < out.channels; ++channel) {
        out.row(y)[x * out.channels + channel] =
            static_cast<std::uint8_t>(mean(x - x % block_size_px, y - y % block_size_px, channel));
      }
    }
  }
  return Status::Ok;
}

}  // namespace framewright::kernels::reference
