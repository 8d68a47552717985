// The order in which a JPEG keeps the coefficients of a block (ITU-T T.81, figure A.6).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace framewright::engine {

/// For each place in zigzag order the place in the block, row by row.
inline constexpr std::array<std::uint8_t, 64> kJpegZigzag = [] {
  std::array<std::uint8_t, 64> places{};
  std::size_t at = 0;
  for (int diagonal = 0; diagonal < 15; ++diagonal) {
    for (int i = 0; i <= diagonal; ++i) {
      const int row = diagonal % 2 == 0 ? diagonal - i : i;
      const int column = diagonal - row;
      if (row < 8 && column < 8) places[at++] = static_cast<std::uint8_t>(8 * row + column);
    }
  }
  return places;
}();

}  // namespace framewright::engine
