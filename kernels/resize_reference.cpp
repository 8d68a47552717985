#include <algorithm>
#include <cstdint>

#include "kernels/reference.hpp"
#include "kernels/reference_pixels.hpp"
#include "kernels/resample_math.hpp"

namespace framewright::kernels::reference {
namespace {

int nearest(const ConstImageView& in, const ImageView& out, int x, int y, int channel) {
  return value_at(in, nearest_index(x, in.width_px, out.width_px),
                  nearest_index(y, in.height_px, out.height_px), channel);
}

int bilinear(const ConstImageView& in, const ImageView& out, int x, int y, int channel) {
  const LinearTap across = linear_tap(x, in.width_px, out.width_px);
  const LinearTap down = linear_tap(y, in.height_px, out.height_px);
  const auto along_row = [&](int row) {
    return between(value_at(in, across.first, row, channel) << kPassBits,
                   value_at(in, across.second, row, channel) << kPassBits, across.weight_q15);
  };
  return round_pass(between(along_row(down.first), along_row(down.second), down.weight_q15));
}

/// How much of input pixel i is covered by output pixel x, in units of 1/out of an input pixel.
std::int64_t covered(int i, int x, int in, int out) {
  const std::int64_t begin = std::max(std::int64_t{x} * in, std::int64_t{i} * out);
  const std::int64_t end = std::min(std::int64_t{x + 1} * in, std::int64_t{i + 1} * out);
  return std::max<std::int64_t>(0, end - begin);
}

int area(const ConstImageView& in, const ImageView& out, int x, int y, int channel) {
  std::int64_t sum = 0;
  for (int row = 0; row < in.height_px; ++row) {
    const std::int64_t down = covered(row, y, in.height_px, out.height_px);
    for (int column = 0; down != 0 && column < in.width_px; ++column) {
      const std::int64_t across = covered(column, x, in.width_px, out.width_px);
      sum += down * across * value_at(in, column, row, channel);
    }
  }
  const std::int64_t whole = std::int64_t{in.width_px} * in.height_px;
  return static_cast<int>((2 * sum + whole) / (2 * whole));
}

}  // namespace

Status resize(const ConstImageView& in, Interpolation interpolation, const ImageView& out) noexcept {
  if (!can_resize(in, out)) return Status::BadShape;
  for (int y = 0; y < out.height_px; ++y) {
    for (int x = 0; x < out.width_px; ++x) {
      for (int channel = 0; channel < out.channels; ++channel) {
        const auto sample = interpolation == Interpolation::Area       ? area
                            : interpolation == Interpolation::Bilinear ? bilinear
                                                                       : nearest;
        out.row(y)[x * out.channels + channel] = static_cast<std::uint8_t>(sample(in, out, x, y, channel));
      }
    }
  }
  return Status::Ok;
}

}  // namespace framewright::kernels::reference
