#include "kernels/lab.hpp"

#include <cstddef>
#include <cstdint>

#include "kernels/lab_rows.hpp"
#include "kernels/lab_tables.hpp"
#include "kernels/packed_rows.hpp"
#include "kernels/shape.hpp"

// To L*a*b* there is no SIMD: every step is a lookup, and vectors look up slower than scalars (gathers)
// wherever the table is not tiny.

namespace framewright::kernels {
namespace {

/// Calls `pixel(first, second, third, to)` for every pixel with its three bytes.
template <int kChannels, typename Pixel>
void convert_rows(const ConstImageView& in, const ImageView& out, Pixel pixel) {
  const PackedRows packed = packed_rows(in, out);
  for (int y = 0; y < packed.rows; ++y) {
    const std::uint8_t* from = in.row(y);
    std::uint8_t* to = out.row(y);
    for (std::size_t i = 0; i < packed.pixels; ++i, from += kChannels, to += kChannels) {
      std::uint8_t converted[3];
      pixel(from[0], from[1], from[2], converted);
      for (int channel = 0; channel < 3; ++channel) to[channel] = converted[channel];
      if (kChannels == 4) to[3] = from[3];
    }
  }
}

/// A gray value as `gray(value)` has it.
template <typename Gray>
void convert_grays(const ConstImageView& in, const ImageView& out, Gray gray) {
  const PackedRows packed = packed_rows(in, out);
  for (int y = 0; y < packed.rows; ++y) {
    for (std::size_t i = 0; i < packed.pixels; ++i) out.row(y)[i] = gray(in.row(y)[i]);
  }
}

template <typename Pixel, typename Gray>
Status convert(const ConstImageView& in, const ImageView& out, Pixel pixel, Gray gray) {
  if (!same_shape(in, out)) return Status::BadShape;
  switch (in.channels) {
    case 1: convert_grays(in, out, gray); break;
    case 3: convert_rows<3>(in, out, pixel); break;
    default: convert_rows<4>(in, out, pixel); break;
  }
  return Status::Ok;
}

}  // namespace

Status rgb_to_lab(const ConstImageView& in, const ImageView& out) noexcept {
  const ToLabTables& tables = to_lab_tables();
  const auto pixel = [&](int red, int green, int blue, std::uint8_t* lab) {
    rgb_to_lab_pixel(tables, red, green, blue, lab);
  };
  return convert(in, out, pixel, [&](int value) {
    std::uint8_t lab[3];
    pixel(value, value, value, lab);
    return lab[0];
  });
}

Status lab_to_rgb(const ConstImageView& in, const ImageView& out) noexcept {
  if (!same_shape(in, out)) return Status::BadShape;
  const FromLabTables& tables = from_lab_tables();
  if (in.channels == 1) {
    convert_grays(in, out, [&](int value) {
      std::uint8_t rgb[3];
      lab_to_rgb_pixel(tables, value, 128, 128, rgb);
      return rgb[0];
    });
    return Status::Ok;
  }
  const PackedRows packed = packed_rows(in, out);
  for (int y = 0; y < packed.rows; ++y) {
    lab_row_to_rgb(tables, in.channels, in.row(y), packed.pixels, out.row(y));
  }
  return Status::Ok;
}

}  // namespace framewright::kernels
