// How oil_painting lays out its scratch.
//
// Planes are luma, red, green and blue, or luma alone for gray. Squares are named by their upper left corner:
// from radius above and to the left of the picture on.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/scratch.hpp"

namespace framewright::kernels {

struct OilPaintingRows {
  std::size_t width_px;
  std::size_t planes;
  std::size_t radius_px;
  std::byte* memory;

  std::size_t columns() const { return width_px + 2 * radius_px; }
  std::size_t squares() const { return width_px + radius_px; }

  /// One row of the picture, split.
  std::uint8_t* pixels(std::size_t plane) const {
    return at<std::uint8_t>(plane * scratch_row_bytes<std::uint8_t>(width_px));
  }
  /// Sums down the columns, borders included.
  std::uint16_t* column_sums(std::size_t plane) const {
    return at<std::uint16_t>(pixels_end() + plane * scratch_row_bytes<std::uint16_t>(columns()));
  }
  /// The same of luma squared.
  std::uint32_t* column_squares() const { return at<std::uint32_t>(column_sums_end()); }
  std::uint32_t* square_sums(std::size_t plane) const {
    return at<std::uint32_t>(column_squares_end() + plane * square_row_bytes());
  }
  std::uint32_t* square_squares() const { return square_sums(planes); }
  /// Finished rows of squares, the last radius + 1 of them: how much luma varies, and the mean colour.
  std::uint32_t* spreads(std::size_t row) const {
    return at<std::uint32_t>(squares_end() + row % (radius_px + 1) * 2 * square_row_bytes());
  }
  std::uint32_t* means(std::size_t row) const {
    return at<std::uint32_t>(squares_end() + (row % (radius_px + 1) * 2 + 1) * square_row_bytes());
  }
  std::size_t bytes() const { return squares_end() + (radius_px + 1) * 2 * square_row_bytes(); }

 private:
  std::size_t square_row_bytes() const { return scratch_row_bytes<std::uint32_t>(squares()); }
  std::size_t pixels_end() const { return planes * scratch_row_bytes<std::uint8_t>(width_px); }
  std::size_t column_sums_end() const {
    return pixels_end() + planes * scratch_row_bytes<std::uint16_t>(columns());
  }
  std::size_t column_squares_end() const {
    return column_sums_end() + scratch_row_bytes<std::uint32_t>(columns());
  }
  std::size_t squares_end() const { return column_squares_end() + (planes + 1) * square_row_bytes(); }

  template <typename T>
  T* at(std::size_t offset) const {
    return reinterpret_cast<T*>(memory + offset);
  }
};

}  // namespace framewright::kernels
