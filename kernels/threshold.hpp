// Threshold: black and white, at a level that is given, found in the histogram, or the mean around a pixel.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "kernels/image_view.hpp"
#include "kernels/point_table.hpp"
#include "kernels/scratch.hpp"

namespace framewright::kernels {

enum class Polarity : std::uint8_t {
  BrightIsWhite,  ///< above the level 255, else 0
  DarkIsWhite,    ///< above the level 0, else 255
};

/// Units    level 0..255; a value equal to it is dark.
/// Errors   none when level is outside its range.
std::optional<PointTable> make_threshold_table(int level, Polarity polarity) noexcept;

/// Scratch that threshold_otsu needs for pictures of this width.
std::size_t threshold_otsu_scratch_bytes(int width_px, int channels) noexcept;

/// Thresholds each colour channel at the otsu_level() of its own histogram; alpha is copied.
///
/// Shapes   in u8[h, w, c] -> out u8[h, w, c]; the views may not overlap.
/// Errors   BadShape when a view is malformed or the shapes differ; BadParameter when scratch is too small.
Status threshold_otsu(const ConstImageView& in, Polarity polarity, const ImageView& out,
                      Scratch scratch) noexcept;

/// Scratch that threshold_adaptive needs for pictures of this width.
std::size_t threshold_adaptive_scratch_bytes(int width_px, int channels, int block_size_px) noexcept;

/// Thresholds each colour value at the mean of the square around it, less `offset`; alpha is copied. The
/// border is Reflect.
///
/// Shapes   in u8[h, w, c] -> out u8[h, w, c]; the views may not overlap.
/// Units    block_size_px odd, 1..255; offset -255..255.
/// Rounds   the mean to nearest, as box_blur does.
/// Errors   BadShape when a view is malformed or the shapes differ; BadParameter when block_size_px is even
///          or outside its range, offset is outside its range, or scratch is too small.
Status threshold_adaptive(const ConstImageView& in, int block_size_px, int offset, Polarity polarity,
                          const ImageView& out, Scratch scratch) noexcept;

}  // namespace framewright::kernels
