// Where canny keeps its working rows and its map in scratch.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/gradient_rows.hpp"
#include "kernels/scratch.hpp"

namespace framewright::kernels {

/// Pixels that wait for a look at their neighbours. When there is no room for more, the map is gone over
/// again.
inline constexpr std::size_t kCannyWaiting = 1 << 12;

/// The gradient of one row. The strengths start at an aligned address and have 0 on both sides.
struct CannyRow {
  std::int16_t* x;
  std::int16_t* y;
  std::byte* strength;  ///< 16 bits each in L1, and 32 in L2
};

/// What each pixel is, with a border of one pixel of 0: kNoEdge, kWeakEdge or kStrongEdge of edge_math.hpp.
class CannyLayout {
 public:
  CannyLayout(int width_px, int height_px)
      : width_(static_cast<std::size_t>(width_px)), height_(static_cast<std::size_t>(height_px)) {}

  std::size_t scratch_bytes() const { return map_offset() + (height_ + 2) * map_pitch_bytes(); }

  /// Three rows of gradients: slot y % 3 is that of row y.
  CannyRow row(std::byte* scratch, std::size_t slot) const {
    std::byte* start = scratch + GradientRows::bytes(width_, 1) + slot * row_bytes();
    const std::size_t gradient_bytes = scratch_row_bytes<std::int16_t>(width_);
    return {reinterpret_cast<std::int16_t*>(start), reinterpret_cast<std::int16_t*>(start + gradient_bytes),
            start + 2 * gradient_bytes + kScratchAlignment};
  }
  std::uint8_t** waiting(std::byte* scratch) const {
    return reinterpret_cast<std::uint8_t**>(scratch + waiting_offset());
  }
  /// Row -1 and row height are the border.
  std::uint8_t* map_row(std::byte* scratch, int y) const {
    std::byte* start = scratch + map_offset() + static_cast<std::size_t>(y + 1) * map_pitch_bytes();
    return reinterpret_cast<std::uint8_t*>(start) + kScratchAlignment;
  }
  std::size_t map_pitch_bytes() const {
    return kScratchAlignment + scratch_row_bytes<std::uint8_t>(width_ + 1);
  }

 private:
  std::size_t row_bytes() const {
    // Twice the alignment: 32-bit strengths are read two vectors at a time.
    return 2 * scratch_row_bytes<std::int16_t>(width_) + 2 * kScratchAlignment +
           scratch_row_bytes<std::int32_t>(width_ + 1);
  }
  std::size_t waiting_offset() const { return GradientRows::bytes(width_, 1) + 3 * row_bytes(); }
  std::size_t map_offset() const { return waiting_offset() + kCannyWaiting * sizeof(std::uint8_t*); }

  std::size_t width_;
  std::size_t height_;
};

}  // namespace framewright::kernels
