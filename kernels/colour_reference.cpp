#include "kernels/colour_math.hpp"
#include "kernels/hsv_math.hpp"
#include "kernels/lab_tables.hpp"
#include "kernels/reference.hpp"
#include "kernels/reference_pixels.hpp"
#include "kernels/shape.hpp"
#include "kernels/vignette_math.hpp"
#include "kernels/white_balance_math.hpp"

namespace framewright::kernels::reference {
namespace {

/// Calls `pixel(from, to)` for every pixel.
template <typename Function>
void for_each_pixel(const ConstImageView& in, const ImageView& out, Function pixel) {
  for (int y = 0; y < in.height_px; ++y) {
    for (int x = 0; x < in.width_px; ++x) pixel(in.row(y) + x * in.channels, out.row(y) + x * out.channels);
  }
}

/// How many pixels reach `value` in one colour.
int reaching(const ConstImageView& in, int channel, int value) {
  int pixels = 0;
  for (int y = 0; y < in.height_px; ++y) {
    for (int x = 0; x < in.width_px; ++x) pixels += value_at(in, x, y, channel) >= value ? 1 : 0;
  }
  return pixels;
}

/// Calls `colours(from, to)` for every pixel that has colours; gray and alpha are copied.
template <typename Function>
Status convert(const ConstImageView& in, const ImageView& out, Function colours) {
  if (!same_shape(in, out)) return Status::BadShape;
  for_each_pixel(in, out, [&](const std::uint8_t* from, std::uint8_t* to) {
    if (in.channels == 1) {
      to[0] = from[0];
    } else {
      colours(from, to);
      if (in.channels == 4) to[3] = from[3];
    }
  });
  return Status::Ok;
}

}  // namespace

Status rgb_to_hsv(const ConstImageView& in, const ImageView& out) noexcept {
  return convert(in, out, rgb_to_hsv_pixel);
}

Status hsv_to_rgb(const ConstImageView& in, const ImageView& out) noexcept {
  return convert(in, out, hsv_to_rgb_pixel);
}

Status apply_colour_matrix(const ConstImageView& in, const ColourMatrix& matrix,
                           const ImageView& out) noexcept {
  if (!same_shape(in, out)) return Status::BadShape;
  for_each_pixel(
      in, out, [&](const std::uint8_t* from, std::uint8_t* to) { mix_pixel(matrix, in.channels, from, to); });
  return Status::Ok;
}

Status balance_white(const ConstImageView& in, WhiteReference white, const ImageView& out) noexcept {
  if (!same_shape(in, out)) return Status::BadShape;
  ColourStatistics statistics{};
  for (int channel = 0; channel < 3 && in.channels > 1; ++channel) {
    const auto i = static_cast<std::size_t>(channel);
    for (int value = 1; value < 256; ++value) {
      const int pixels = reaching(in, channel, value);
      statistics.sum[i] += static_cast<std::uint64_t>(pixels);
      if (pixels * 100 >= in.width_px * in.height_px) statistics.bright[i] = value;
    }
  }
  return reference::apply_colour_matrix(in, find_white_balance(white, statistics), out);
}

Status rgb_to_lab(const ConstImageView& in, const ImageView& out) noexcept {
  if (!same_shape(in, out)) return Status::BadShape;
  for_each_pixel(in, out, [&](const std::uint8_t* from, std::uint8_t* to) {
    std::uint8_t lab[3];
    const bool is_gray = in.channels == 1;
    rgb_to_lab_pixel(to_lab_tables(), from[0], from[is_gray ? 0 : 1], from[is_gray ? 0 : 2], lab);
    for (int i = 0; i < in.channels; ++i) to[i] = i < 3 ? lab[i] : from[3];
  });
  return Status::Ok;
}

Status lab_to_rgb(const ConstImageView& in, const ImageView& out) noexcept {
  if (!same_shape(in, out)) return Status::BadShape;
  for_each_pixel(in, out, [&](const std::uint8_t* from, std::uint8_t* to) {
    std::uint8_t rgb[3];
    const bool is_gray = in.channels == 1;
    lab_to_rgb_pixel(from_lab_tables(), from[0], is_gray ? 128 : from[1], is_gray ? 128 : from[2], rgb);
    for (int i = 0; i < in.channels; ++i) to[i] = i < 3 ? rgb[i] : from[3];
  });
  return Status::Ok;
}

Status vignette(const ConstImageView& in, const Vignette& vignette, const ImageView& out) noexcept {
  if (!same_shape(in, out)) return Status::BadShape;
  for_each_colour_value(in, out, [&](int x, int y, int channel) {
    const int column = squared_share(x, in.width_px, in.height_px);
    const int row = squared_share(y, in.height_px, in.width_px);
    return kept_value(value_at(in, x, y, channel), kept_at(vignette, column + row));
  });
  return Status::Ok;
}

}  // namespace framewright::kernels::reference
