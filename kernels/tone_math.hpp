// The arithmetic of filters that change the tone of a picture, one pixel at a time.
#pragma once

#include <cstdint>

#include "kernels/pixel_math.hpp"
#include "kernels/threshold.hpp"

namespace framewright::kernels {

/// A colour value of a pixel whose luma goes from `from` to `to`. All three move by the same step, so Cb and
/// Cr stay, but where the range ends.
FW_HOST_DEVICE inline std::uint8_t shifted_luma(int value, int from, int to) {
  return static_cast<std::uint8_t>(clamp_to_byte(value + to - from));
}

FW_HOST_DEVICE inline std::uint8_t thresholded(int value, int level, Polarity polarity) {
  return (value > level) == (polarity == Polarity::BrightIsWhite) ? 255 : 0;
}

/// One side of a picture cut into tiles of equal length; the last one may stand out over the edge.
struct TileAxis {
  int tile_px;
  int tiles;
};

FW_HOST_DEVICE inline TileAxis make_tile_axis(int length_px, int wanted_tiles) {
  const int tile_px = (length_px + wanted_tiles - 1) / wanted_tiles;
  return {tile_px, (length_px + tile_px - 1) / tile_px};
}

/// The two tiles whose middles a pixel lies between, and how far it has come to the second one, in units of
/// 1/32768. Before the first middle and after the last there is only one.
struct BetweenTiles {
  int first;
  int second;
  int weight;
};

FW_HOST_DEVICE inline BetweenTiles between_tiles(const TileAxis& axis, int position_px) {
  const int whole = 2 * axis.tile_px;
  const int passed = 2 * position_px + 1 - axis.tile_px;  // from the first middle, in half pixels
  if (passed < 0) return {0, 0, 0};
  const int first = passed / whole;
  if (first + 1 >= axis.tiles) return {axis.tiles - 1, axis.tiles - 1, 0};
  const std::int64_t scaled = (static_cast<std::int64_t>(passed % whole) * 32768 + axis.tile_px) / whole;
  return {first, first + 1, scaled > 32767 ? 32767 : static_cast<int>(scaled)};
}

/// From the value of the first to that of the second; both have kBlendBits fractional bits.
inline constexpr int kBlendBits = 7;

FW_HOST_DEVICE inline int blend_values(int first, int second, int weight) {
  return first + multiply_q15(second - first, weight);
}

FW_HOST_DEVICE inline std::uint8_t round_blend(int value) {
  return static_cast<std::uint8_t>((value + (1 << (kBlendBits - 1))) >> kBlendBits);
}

/// What four tiles make of a luma, rows blended first; `tone(row, column)` is what one makes of it.
template <typename Tone>
FW_HOST_DEVICE inline std::uint8_t blended_tone(const BetweenTiles& rows, const BetweenTiles& columns,
                                                Tone tone) {
  const auto blend_rows = [&](int column) {
    return blend_values(tone(rows.first, column) << kBlendBits, tone(rows.second, column) << kBlendBits,
                        rows.weight);
  };
  return round_blend(blend_values(blend_rows(columns.first), blend_rows(columns.second), columns.weight));
}

}  // namespace framewright::kernels
