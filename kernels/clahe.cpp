#include "kernels/clahe.hpp"

#include <algorithm>

#include "kernels/clahe_scratch.hpp"
#include "kernels/luma_bands.hpp"
#include "kernels/shape.hpp"
#include "kernels/tone_math.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/clahe.cpp"
#include <hwy/foreach_target.h>

#include "kernels/wide_rows-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {

HWY_INLINE Wide blend_vectors(Wide first, Wide second, Wide weight) {
  return hn::Add(first, hn::MulFixedPoint15(hn::Sub(second, first), weight));
}

/// Tables for one row of pixels out of those of the tiles above and below.
HWY_INLINE void blend_tables(const PointTable& above, const PointTable& below, int weight,
                             std::int16_t* blended) {
  const WideTag d16;
  const hn::Rebind<std::uint8_t, WideTag> d8;
  const Wide weights = hn::Set(d16, static_cast<std::int16_t>(weight));
  const auto values = [&](const PointTable& table, std::size_t i) HWY_ATTR {
    return hn::ShiftLeft<kBlendBits>(hn::PromoteTo(d16, hn::LoadU(d8, &table[i])));
  };
  for (std::size_t i = 0; i < 256; i += hn::Lanes(d16)) {
    hn::StoreU(blend_vectors(values(above, i), values(below, i), weights), d16, blended + i);
  }
}

HWY_INLINE void pair_tables(const std::int16_t* left, const std::int16_t* right, BlendedPair* pairs) {
  const WideTag d16;
  for (std::size_t i = 0; i < 256; i += hn::Lanes(d16)) {
    hn::StoreInterleaved2(hn::LoadU(d16, left + i), hn::LoadU(d16, right + i), d16, &pairs[i].left);
  }
}

/// Looks up a row of luma, stretch by stretch between the middles of two tiles, then blends across.
void tone_row(const ClaheScratch& scratch, const std::uint8_t* luma, std::uint8_t* toned) {
  const auto width_px = static_cast<int>(scratch.width_px);
  BlendedPair* const pairs = scratch.pairs();
  BlendedPair* const found = scratch.found();
  for (int x = 0, stretch = 0; x < width_px; ++stretch) {
    const int last_tile = scratch.across.tiles - 1;
    const int end = stretch > last_tile ? width_px : scratch.across.tile_px * (2 * stretch + 1) / 2;
    pair_tables(scratch.blended(static_cast<std::size_t>(HWY_MAX(stretch - 1, 0))),
                scratch.blended(static_cast<std::size_t>(HWY_MIN(stretch, last_tile))), pairs);
    for (; x < HWY_MIN(end, width_px); ++x) found[x] = pairs[luma[x]];
  }
  const std::int16_t* const weights = scratch.weights();
  store_bytes(scratch.width_px, toned, [&](std::size_t i) HWY_ATTR {
    const WideTag d16;
    Wide left, right;
    hn::LoadInterleaved2(d16, &found[i].left, left, right);
    const Wide blend = blend_vectors(left, right, hn::LoadU(d16, weights + i));
    return hn::ShiftRight<kBlendBits>(hn::Add(blend, hn::Set(d16, 1 << (kBlendBits - 1))));
  });
}

void tone_band(const ClaheScratch& scratch, const ConstImageView& luma, int first_y, const ImageView& toned) {
  for (int y = 0; y < luma.height_px; ++y) {
    const BetweenTiles rows = between_tiles(scratch.down, first_y + y);
    for (std::size_t column = 0; column < scratch.columns(); ++column) {
      blend_tables(scratch.tables(rows.first)[column], scratch.tables(rows.second)[column], rows.weight,
                   scratch.blended(column));
    }
    tone_row(scratch, luma.row(y), toned.row(y));
  }
}

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace framewright::kernels {

HWY_EXPORT(tone_band);

namespace {

bool is_tile_grid(TileGrid grid) {
  const auto is_count = [](int tiles) { return tiles >= 1 && tiles <= kClaheMaxTiles; };
  return is_count(grid.columns) && is_count(grid.rows);
}

/// Makes the tables of all tiles from the luma, a row of tiles at a time.
class TileTables {
 public:
  TileTables(const ClaheScratch& scratch, int height_px, ClipLimit limit)
      : scratch_(scratch), height_px_(height_px), limit_(limit) {
    clear();
  }

  void add_row(const std::uint8_t* luma, int y) {
    const auto tile_px = static_cast<std::size_t>(scratch_.across.tile_px);
    for (std::size_t column = 0; column < scratch_.columns(); ++column) {
      const std::size_t x = column * tile_px;
      scratch_.counters()[column].add(luma + x, std::min(tile_px, scratch_.width_px - x));
    }
    const bool ends_tile = (y + 1) % scratch_.down.tile_px == 0 || y + 1 == height_px_;
    if (ends_tile) finish_tiles(y / scratch_.down.tile_px);
  }

 private:
  void finish_tiles(int tile_row) {
    for (std::size_t column = 0; column < scratch_.columns(); ++column) {
      scratch_.tables(tile_row)[column] = make_clahe_table(scratch_.counters()[column].total(), limit_);
    }
    clear();
  }

  void clear() {
    for (std::size_t column = 0; column < scratch_.columns(); ++column) scratch_.counters()[column].clear();
  }

  // Given.
  const ClaheScratch& scratch_;
  const int height_px_;
  const ClipLimit limit_;
};

}  // namespace

std::size_t clahe_scratch_bytes(int width_px, int channels, TileGrid grid) noexcept {
  const auto columns = static_cast<std::size_t>(grid.columns);
  return LumaBands::bytes(width_px, channels) +
         ClaheScratch::bytes(columns, columns * static_cast<std::size_t>(grid.rows),
                             static_cast<std::size_t>(width_px));
}

Status clahe(const ConstImageView& in, ClipLimit limit, TileGrid grid, const ImageView& out,
             Scratch scratch) noexcept {
  if (!same_shape(in, out)) return Status::BadShape;
  if (!is_tile_grid(grid) || scratch.size_bytes < clahe_scratch_bytes(in.width_px, in.channels, grid)) {
    return Status::BadParameter;
  }
  const LumaBands bands(in, scratch.bytes);
  const ClaheScratch parts{make_tile_axis(in.width_px, grid.columns), make_tile_axis(in.height_px, grid.rows),
                           static_cast<std::size_t>(in.width_px),
                           scratch.bytes + LumaBands::bytes(in.width_px, in.channels)};
  TileTables tables(parts, in.height_px, limit);
  bands.read([&](const ConstImageView& luma, int first_y) {
    for (int y = 0; y < luma.height_px; ++y) tables.add_row(luma.row(y), first_y + y);
  });
  for (int x = 0; x < in.width_px; ++x) {
    parts.weights()[x] = static_cast<std::int16_t>(between_tiles(parts.across, x).weight);
  }
  bands.change(out, [&](const ConstImageView& luma, int first_y, const ImageView& toned) {
    HWY_DYNAMIC_DISPATCH(tone_band)(parts, luma, first_y, toned);
  });
  return Status::Ok;
}

}  // namespace framewright::kernels
#endif
