// The blocks of a picture that median_by_network makes one after the other.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "kernels/scratch.hpp"

namespace framewright::kernels {

/// A part of the picture, in pixels.
struct NetworkBlock {
  /// Taller blocks sort less twice, and read from more places at a time than a processor sees coming.
  static constexpr int kHeight = 8;
  static constexpr int kEdgeWidth = 32;
  static constexpr int kMostCopiedWidth = 256;

  int left;
  int top;
  int width_px;
  int height_px;

  /// The block whose upper left pixel is given. What lies beside the picture's border is a block of its own,
  /// so that the others see none and need no copies.
  static constexpr NetworkBlock at(int left, int top, int side, int in_width_px, int in_height_px) {
    const int rest = in_width_px - left;
    NetworkBlock block{left, top, rest, std::min(kHeight, in_height_px - top)};
    if (left == 0) block.width_px = std::min(rest, kEdgeWidth);
    if (left > 0 && rest > kEdgeWidth) block.width_px = rest - kEdgeWidth;
    if (block.sees_border(side, in_width_px, in_height_px)) {
      block.width_px = std::min(block.width_px, kMostCopiedWidth);
    }
    return block;
  }

  /// Rows are made by two, so that there may be one more than the squares of the block see.
  constexpr int read_rows(int side) const { return (height_px + 1) / 2 * 2 + side - 1; }

  constexpr bool sees_border(int side, int in_width_px, int in_height_px) const {
    const int radius = side / 2;
    return left < radius || left + width_px + radius > in_width_px || top < radius ||
           top - radius + read_rows(side) > in_height_px;
  }
};

/// A copy of what the squares of a block see.
class NetworkScratch {
 public:
  static constexpr int kMostSide = 5;
  static constexpr std::size_t kRowBytes =
      scratch_row_bytes<std::uint8_t>(4 * (NetworkBlock::kMostCopiedWidth + kMostSide - 1));
  static constexpr std::size_t kBytes = kRowBytes * (NetworkBlock::kHeight + kMostSide - 1);

  explicit NetworkScratch(std::byte* memory) : memory_(memory) {}

  /// Begins with what lies left of the block.
  std::uint8_t* row(int index) const {
    return reinterpret_cast<std::uint8_t*>(memory_ + kRowBytes * static_cast<std::size_t>(index));
  }

 private:
  std::byte* memory_;
};

}  // namespace framewright::kernels
