#include "kernels/oil_painting_math.hpp"
#include "kernels/pixel_math.hpp"
#include "kernels/reference.hpp"
#include "kernels/reference_pixels.hpp"
#include "kernels/shape.hpp"

namespace framewright::kernels::reference {
namespace {

struct Square {
  int left;
  int top;
  int side_px;
};

template <typename Function>
std::uint32_t sum_over(const Square& square, Function value_of) {
  std::uint32_t sum = 0;
  for (int y = square.top; y < square.top + square.side_px; ++y) {
    for (int x = square.left; x < square.left + square.side_px; ++x) sum += value_of(x, y);
  }
  return sum;
}

}  // namespace

Status oil_painting(const ConstImageView& in, int radius_px, const ImageView& out) noexcept {
  if (!same_shape(in, out)) return Status::BadShape;
  if (radius_px < 1 || radius_px > kOilPaintingMaxRadius) return Status::BadParameter;
  const auto value = [&](int x, int y, int channel) {
    return static_cast<std::uint32_t>(value_at(in, border_index(x, in.width_px, Border::Reflect),
                                               border_index(y, in.height_px, Border::Reflect), channel));
  };
  const auto luma = [&](int x, int y) -> std::uint32_t {
    if (in.channels == 1) return value(x, y, 0);
    return gray_of(GrayscaleAlgorithm::Bt601, static_cast<int>(value(x, y, 0)),
                   static_cast<int>(value(x, y, 1)), static_cast<int>(value(x, y, 2)));
  };
  const int side_px = radius_px + 1;
  const auto count = static_cast<std::uint32_t>(side_px * side_px);
  for_each_colour_value(in, out, [&](int x, int y, int channel) {
    Square calmest{};
    std::uint32_t least = UINT32_MAX;
    for (const int top : {y - radius_px, y}) {
      for (const int left : {x - radius_px, x}) {
        const Square square{left, top, side_px};
        const std::uint32_t sum = sum_over(square, luma);
        const std::uint32_t squares =
            sum_over(square, [&](int column, int row) { return luma(column, row) * luma(column, row); });
        const std::uint32_t spread = square_spread(count, sum, squares);
        if (spread >= least) continue;
        least = spread;
        calmest = square;
      }
    }
    const std::uint32_t sum =
        sum_over(calmest, [&](int column, int row) { return value(column, row, channel); });
    return static_cast<int>(square_mean(count, sum));
  });
  return Status::Ok;
}

}  // namespace framewright::kernels::reference
