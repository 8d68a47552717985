#include <algorithm>
#include <cmath>
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

Status crop(const ConstImageView& in, const PixelRectangle& part, const ImageView& out) noexcept {
  const bool is_within = part.x >= 0 && part.x + part.width_px <= in.width_px && part.y >= 0 &&
                         part.y + part.height_px <= in.height_px;
  if (!is_well_formed(in) || !is_well_formed(out) || in.channels != out.channels || !is_within ||
      out.width_px != part.width_px || out.height_px != part.height_px) {
    return Status::BadShape;
  }
  for (int y = 0; y < out.height_px; ++y) {
    for (int x = 0; x < out.width_px; ++x) {
      for (int channel = 0; channel < out.channels; ++channel) {
        out.row(y)[x * out.channels + channel] =
            static_cast<std::uint8_t>(value_at(in, part.x + x, part.y + y, channel));
      }
    }
  }
  return Status::Ok;
}

Status letterbox(const ConstImageView& in, std::uint8_t background, const ImageView& box) noexcept {
  if (!is_well_formed(in) || !is_well_formed(box) || in.channels != box.channels) return Status::BadShape;
  for (int y = 0; y < box.height_px; ++y) {
    for (int x = 0; x < box.width_px; ++x) {
      for (int channel = 0; channel < box.channels; ++channel)
        box.row(y)[x * box.channels + channel] = channel == 3 ? 255 : background;
    }
  }
  // As wide as the full height of the box makes it, and as high as its full width, as far as they reach.
  const double wide = static_cast<double>(in.width_px) * box.height_px / in.height_px;
  const double high = static_cast<double>(in.height_px) * box.width_px / in.width_px;
  const auto side = [](double exact_px, int most_px) {
    return std::clamp(static_cast<int>(std::floor(exact_px + 0.5)), 1, most_px);
  };
  const int width = side(wide, box.width_px);
  const int height = side(high, box.height_px);
  const int left = (box.width_px - width) / 2;
  const int top = (box.height_px - height) / 2;
  return resize(in, width < in.width_px ? Interpolation::Area : Interpolation::Bilinear,
                {box.row(top) + left * box.channels, width, height, box.channels, box.pitch_bytes});
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
