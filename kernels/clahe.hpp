// CLAHE: histogram equalization by neighbourhoods, with a limit on contrast.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "kernels/histogram.hpp"
#include "kernels/image_view.hpp"
#include "kernels/scratch.hpp"

namespace framewright::kernels {

/// How often one value may count, in units of 1/256 of the mean count.
struct ClipLimit {
  std::uint32_t weight = 0;
};

/// Units    limit 1..256 times the mean count; 256 limits nothing.
/// Errors   none when limit is outside its range or not a number.
std::optional<ClipLimit> make_clip_limit(double limit) noexcept;

inline constexpr int kClaheMaxTiles = 32;

struct TileGrid {
  int columns = 8;
  int rows = 8;
};

/// The table of one tile: value' = 255 * (pixels up to value) / pixels, after what stands above the limit was
/// dealt out to all 256 values alike, the rest of it one by one at even steps from value 0 on.
///
/// Rounds   exactly to nearest, halves up.
PointTable make_clahe_table(const Histogram& counts, ClipLimit limit) noexcept;

/// Scratch that clahe needs for pictures of this width.
std::size_t clahe_scratch_bytes(int width_px, int channels, TileGrid grid) noexcept;

/// Looks up each pixel's luma in the tables of the four tiles whose middles lie around it, and weighs the
/// answers by nearness. Colours move by as much as their BT.601 luma, so chroma stays; alpha is copied.
/// Tiles are ceil(width / columns) by ceil(height / rows) pixels; the last ones hold what is left, and a
/// picture too small for the grid has fewer.
///
/// Shapes   in u8[h, w, c] -> out u8[h, w, c]; in place allowed, any other overlap is not.
/// Units    grid 1..32 tiles each way.
/// Rounds   within 1 of the real-valued definition: weights in units of 1/32768, one blend of rows and one of
///          columns with 7 fractional bits between.
/// Errors   BadShape when a view is malformed or the shapes differ; BadParameter when the grid is outside its
///          range, or scratch is too small.
/// Source   Zuiderveld, "Contrast limited adaptive histogram equalization", Graphics Gems IV, 1994.
Status clahe(const ConstImageView& in, ClipLimit limit, TileGrid grid, const ImageView& out,
             Scratch scratch) noexcept;

}  // namespace framewright::kernels
