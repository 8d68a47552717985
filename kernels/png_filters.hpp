// PNG row filters: what the rows of a picture go through before they are compressed, and the way back.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/image_view.hpp"

namespace framewright::kernels {

/// Numbered as in the file.
enum class PngFilter : std::uint8_t { None = 0, Sub = 1, Up = 2, Average = 3, Paeth = 4 };

/// One row of a picture, and what its filter looks at.
struct PngRow {
  const std::uint8_t* bytes = nullptr;
  const std::uint8_t* above = nullptr;  ///< the row before, not filtered; null stands for zeros
  std::size_t size_bytes = 0;           ///< of either; whole pixels
  std::size_t pixel_bytes = 0;          ///< 1 to 8; 1 where a pixel is less than a byte
};

/// Replaces every byte by its difference from what `filter` predicts for it.
///
/// Shapes   row u8[n] -> out u8[n]; may not overlap.
/// Rounds   modulo 256.
/// Errors   BadShape when the row is malformed, BadParameter when there is no such filter.
/// Source   ISO/IEC 15948, clause 9.
Status png_filter(PngFilter filter, const PngRow& row, std::uint8_t* out) noexcept;

/// The way back: `row.bytes` are filtered, `row.above` and `out` are not.
///
/// Shapes   row u8[n] -> out u8[n]; in place allowed, any other overlap is not.
/// Rounds   modulo 256.
/// Errors   as png_filter().
Status png_unfilter(PngFilter filter, const PngRow& row, std::uint8_t* out) noexcept;

/// The filter whose differences, read as signed numbers, have the least sum of absolute values; of equals the
/// first. None for a row that is malformed.
PngFilter lightest_png_filter(const PngRow& row) noexcept;

inline bool is_well_formed(const PngRow& row) {
  return row.bytes != nullptr && row.pixel_bytes >= 1 && row.pixel_bytes <= 8 && row.size_bytes >= 1 &&
         row.size_bytes % row.pixel_bytes == 0;
}

}  // namespace framewright::kernels
