#include <vector>

#include "kernels/histogram.hpp"
#include "kernels/reference.hpp"
#include "kernels/reference_pixels.hpp"
#include "kernels/shape.hpp"
#include "kernels/tone_math.hpp"

namespace framewright::kernels::reference {
namespace {

int luma_at(const ConstImageView& in, int x, int y) {
  if (in.channels == 1) return value_at(in, x, y, 0);
  return gray_of(GrayscaleAlgorithm::Bt601, value_at(in, x, y, 0), value_at(in, x, y, 1),
                 value_at(in, x, y, 2));
}

/// Of the luma of a rectangle, which may stand out over the edge.
Histogram count_luma(const ConstImageView& in, int left, int top, int width_px, int height_px) {
  Histogram counts{};
  for (int y = top; y < top + height_px && y < in.height_px; ++y) {
    for (int x = left; x < left + width_px && x < in.width_px; ++x) {
      ++counts[static_cast<std::size_t>(luma_at(in, x, y))];
    }
  }
  return counts;
}

int entry(const PointTable& table, int value) { return table[static_cast<std::size_t>(value)]; }

}  // namespace

Status equalize(const ConstImageView& in, const ImageView& out) noexcept {
  if (!same_shape(in, out)) return Status::BadShape;
  const PointTable table = make_equalizing_table(count_luma(in, 0, 0, in.width_px, in.height_px));
  for_each_colour_value(in, out, [&](int x, int y, int channel) {
    const int luma = luma_at(in, x, y);
    return shifted_luma(value_at(in, x, y, channel), luma, entry(table, luma));
  });
  return Status::Ok;
}

Status clahe(const ConstImageView& in, ClipLimit limit, TileGrid grid, const ImageView& out) noexcept {
  if (!same_shape(in, out)) return Status::BadShape;
  const TileAxis across = make_tile_axis(in.width_px, grid.columns);
  const TileAxis down = make_tile_axis(in.height_px, grid.rows);
  std::vector<PointTable> tables;
  for (int row = 0; row < down.tiles; ++row) {
    for (int column = 0; column < across.tiles; ++column) {
      const Histogram counts =
          count_luma(in, column * across.tile_px, row * down.tile_px, across.tile_px, down.tile_px);
      tables.push_back(make_clahe_table(counts, limit));
    }
  }
  for_each_colour_value(in, out, [&](int x, int y, int channel) {
    const int luma = luma_at(in, x, y);
    const BetweenTiles columns = between_tiles(across, x);
    const BetweenTiles rows = between_tiles(down, y);
    const int toned = blended_tone(rows, columns, [&](int row, int column) {
      return entry(tables[static_cast<std::size_t>(row * across.tiles + column)], luma);
    });
    return shifted_luma(value_at(in, x, y, channel), luma, toned);
  });
  return Status::Ok;
}

Status threshold_otsu(const ConstImageView& in, Polarity polarity, const ImageView& out) noexcept {
  if (!same_shape(in, out)) return Status::BadShape;
  int levels[4] = {};
  for (int channel = 0; channel < in.channels; ++channel) {
    Histogram counts{};
    for (int y = 0; y < in.height_px; ++y) {
      for (int x = 0; x < in.width_px; ++x) ++counts[static_cast<std::size_t>(value_at(in, x, y, channel))];
    }
    levels[channel] = otsu_level(counts);
  }
  for_each_colour_value(in, out, [&](int x, int y, int channel) {
    return thresholded(value_at(in, x, y, channel), levels[channel], polarity);
  });
  return Status::Ok;
}

Status threshold_adaptive(const ConstImageView& in, int block_size_px, int offset, Polarity polarity,
                          const ImageView& out) noexcept {
  const Status blurred = box_blur(in, block_size_px, out);
  if (blurred != Status::Ok) return blurred;
  for_each_colour_value(in, out, [&](int x, int y, int channel) {
    return thresholded(value_at(in, x, y, channel), value_at(out, x, y, channel) - offset, polarity);
  });
  return Status::Ok;
}

}  // namespace framewright::kernels::reference
