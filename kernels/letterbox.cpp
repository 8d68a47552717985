#include "kernels/letterbox.hpp"

#include <algorithm>
#include <cstring>

#include "kernels/resample_math.hpp"
#include "kernels/shape.hpp"

namespace framewright::kernels {
namespace {

int proportional(std::int64_t length, int divisor) {
  return std::max(1, static_cast<int>((2 * length + divisor) / (2 * std::int64_t{divisor})));
}

ImageView part_of(const ImageView& box, const PixelRectangle& part) {
  return {box.row(part.y) + std::ptrdiff_t{part.x} * box.channels, part.width_px, part.height_px,
          box.channels, box.pitch_bytes};
}

void fill(const ImageView& bar, std::uint8_t background) {
  const auto row_bytes = static_cast<std::size_t>(bar.width_px) * static_cast<std::size_t>(bar.channels);
  for (int y = 0; y < bar.height_px; ++y) {
    std::memset(bar.row(y), background, row_bytes);
    for (int x = 0; bar.channels == 4 && x < bar.width_px; ++x) bar.row(y)[4 * x + 3] = 255;
  }
}

}  // namespace

LetterboxPlace place_in_box(const ConstImageView& in, const ConstImageView& box) noexcept {
  const std::int64_t by_width = std::int64_t{box.width_px} * in.height_px;
  const std::int64_t by_height = std::int64_t{box.height_px} * in.width_px;
  const bool fills_width = by_width <= by_height;
  const int width = fills_width ? box.width_px : proportional(by_height, in.height_px);
  const int height = fills_width ? proportional(by_width, in.width_px) : box.height_px;
  return {{(box.width_px - width) / 2, (box.height_px - height) / 2, width, height},
          width < in.width_px ? Interpolation::Area : Interpolation::Bilinear};
}

std::size_t letterbox_scratch_bytes(const ConstImageView& in, const ConstImageView& box) noexcept {
  const auto [picture, interpolation] = place_in_box(in, box);
  return resize_scratch_bytes(in, {nullptr, picture.width_px, picture.height_px, in.channels, 0},
                              interpolation);
}

Status letterbox(const ConstImageView& in, std::uint8_t background, const ImageView& box,
                 Scratch scratch) noexcept {
  if (!can_resize(in, box)) return Status::BadShape;
  const auto [picture, interpolation] = place_in_box(in, box);
  const int right = picture.x + picture.width_px;
  const int bottom = picture.y + picture.height_px;
  for (const PixelRectangle& bar : {PixelRectangle{0, 0, box.width_px, picture.y},
                                    {0, picture.y, picture.x, picture.height_px},
                                    {right, picture.y, box.width_px - right, picture.height_px},
                                    {0, bottom, box.width_px, box.height_px - bottom}})
    fill(part_of(box, bar), background);
  return resize(in, interpolation, part_of(box, picture), scratch);
}

}  // namespace framewright::kernels
