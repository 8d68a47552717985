#include "kernels/pixel_math.hpp"
#include "kernels/reference.hpp"
#include "kernels/reference_pixels.hpp"
#include "kernels/shape.hpp"

namespace framewright::kernels::reference {

Status apply_table(const ConstImageView& in, const PointTable& table, const ImageView& out) noexcept {
  if (!same_shape(in, out)) return Status::BadShape;
  for_each_colour_value(in, out, [&](int x, int y, int channel) {
    return table[static_cast<std::size_t>(value_at(in, x, y, channel))];
  });
  return Status::Ok;
}

Status invert(const ConstImageView& in, const ImageView& out) noexcept {
  if (!same_shape(in, out)) return Status::BadShape;
  for_each_colour_value(in, out,
                        [&](int x, int y, int channel) { return 255 - value_at(in, x, y, channel); });
  return Status::Ok;
}

Status sepia(const ConstImageView& in, const SepiaMatrix& matrix, const ImageView& out) noexcept {
  if (!same_shape(in, out)) return Status::BadShape;
  for (int y = 0; y < in.height_px; ++y) {
    for (int x = 0; x < in.width_px; ++x) {
      const std::uint8_t* from = in.row(y) + x * in.channels;
      std::uint8_t* to = out.row(y) + x * in.channels;
      tone_pixel(matrix, in.channels, from, to);
    }
  }
  return Status::Ok;
}

}  // namespace framewright::kernels::reference
