// How clahe lays out its scratch.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/histogram.hpp"
#include "kernels/point_table.hpp"
#include "kernels/scratch.hpp"
#include "kernels/tone_math.hpp"

namespace framewright::kernels {

/// What a value becomes under the tiles to the left and to the right, kBlendBits each.
struct BlendedPair {
  std::int16_t left;
  std::int16_t right;
};

/// Where the parts of scratch lie; rows in order of the tiles they belong to.
struct ClaheScratch {
  TileAxis across;
  TileAxis down;
  std::size_t width_px;
  std::byte* memory;

  std::size_t columns() const { return static_cast<std::size_t>(across.tiles); }
  std::size_t tiles() const { return columns() * static_cast<std::size_t>(down.tiles); }

  /// One for each tile of a row of tiles.
  ValueCounter* counters() const { return reinterpret_cast<ValueCounter*>(memory); }
  PointTable* tables(int tile_row) const {
    auto* first = reinterpret_cast<PointTable*>(memory + columns() * sizeof(ValueCounter));
    return first + static_cast<std::size_t>(tile_row) * columns();
  }
  /// Tables between rows of tiles, one for each column.
  std::int16_t* blended(std::size_t column) const {
    return reinterpret_cast<std::int16_t*>(tables(down.tiles)) + 256 * column;
  }
  BlendedPair* pairs() const { return reinterpret_cast<BlendedPair*>(blended(columns())); }
  BlendedPair* found() const { return pairs() + 256; }
  std::int16_t* weights() const {
    return reinterpret_cast<std::int16_t*>(memory + found_end(columns(), tiles(), width_px));
  }

  static std::size_t found_end(std::size_t columns, std::size_t tiles, std::size_t width_px) {
    return columns * sizeof(ValueCounter) + tiles * sizeof(PointTable) + columns * 512 +
           256 * sizeof(BlendedPair) + scratch_row_bytes<BlendedPair>(width_px);
  }
  static std::size_t bytes(std::size_t columns, std::size_t tiles, std::size_t width_px) {
    return found_end(columns, tiles, width_px) + scratch_row_bytes<std::int16_t>(width_px);
  }
};

}  // namespace framewright::kernels
