// Where morphology keeps its working rows in scratch.
#pragma once

#include <algorithm>
#include <cstddef>

#include "kernels/morphology.hpp"
#include "kernels/scratch.hpp"

namespace framewright::kernels {

/// Elements up to this size whose rows are either as wide as the middle one or a single pixel are small.
inline constexpr int kSmallElementPx = 5;

/// Working rows of one picture and element. Their pixels start at an aligned address, with `border_bytes`
/// before them and as many after them.
struct MorphologyLayout {
  MorphologyLayout(int width_px, int channels, const StructuringElement& element)
      : size_px(element.size_px()),
        pixel_bytes(static_cast<std::size_t>(channels)),
        row_bytes(static_cast<std::size_t>(width_px) * pixel_bytes),
        border_bytes(static_cast<std::size_t>(element.radius_px) * pixel_bytes),
        before_bytes((border_bytes + kScratchAlignment - 1) / kScratchAlignment * kScratchAlignment),
        pitch_bytes(before_bytes + scratch_row_bytes<std::uint8_t>(row_bytes + border_bytes)) {
    while (!element.is_square() && 2 << (levels - 1) <= size_px) ++levels;
    const auto& widths = element.half_width_px;
    const auto* const middle = widths.begin();
    const auto* const end = middle + element.radius_px + 1;
    const auto* const narrower = std::find_if(middle, end, [&](int width) { return width != widths[0]; });
    wide_radius_px = static_cast<int>(narrower - middle) - 1;
    is_small = size_px <= kSmallElementPx && widths[0] == element.radius_px &&
               std::all_of(narrower, end, [](int width) { return width == 0; });
  }

  /// A square keeps a block of rows; other elements keep `levels` rows for each row under them.
  std::size_t stage_rows() const { return rows(size_px) * static_cast<std::size_t>(levels); }
  std::size_t stage_bytes() const { return stage_rows() * pitch_bytes; }
  /// Rows that a stage makes at a time: of small elements an even number.
  int block_rows() const { return is_small ? size_px - 1 : size_px; }
  /// Rows between two stages: those under the element of a block of rows, and one block made ahead.
  int between_rows() const { return 3 * size_px; }

  std::size_t scratch_bytes(Morphology operation) const {
    switch (operation) {
      case Morphology::Erode:
      case Morphology::Dilate: return stage_bytes();
      case Morphology::Gradient: return 2 * stage_bytes() + rows(size_px) * pitch_bytes;
      case Morphology::Open:
      case Morphology::Close:
      case Morphology::TopHat:
      case Morphology::BlackHat: break;
    }
    return 2 * stage_bytes() + rows(between_rows()) * pitch_bytes;
  }

  int size_px;
  std::size_t pixel_bytes;
  std::size_t row_bytes;
  std::size_t border_bytes;
  std::size_t before_bytes;
  std::size_t pitch_bytes;
  int levels = 1;          ///< powers of two up to size_px
  int wide_radius_px = 0;  ///< rows no further from the middle one are as wide
  bool is_small = false;

 private:
  static std::size_t rows(int count) { return static_cast<std::size_t>(count); }
};

}  // namespace framewright::kernels
