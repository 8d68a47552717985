// GradientRows: what gradients of one row are made of, laid out in scratch.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/scratch.hpp"

namespace framewright::kernels {

/// Two rows of 16-bit values with one pixel of border; the pixels start at an aligned address.
class GradientRows {
 public:
  static constexpr std::size_t bytes(std::size_t row_elements, std::size_t pixel_elements) {
    return 2 * pitch_bytes(row_elements, pixel_elements);
  }

  GradientRows(std::byte* memory, std::size_t row_elements, std::size_t pixel_elements)
      : smooth(reinterpret_cast<std::int16_t*>(memory + kScratchAlignment)),
        difference(reinterpret_cast<std::int16_t*>(memory + pitch_bytes(row_elements, pixel_elements) +
                                                   kScratchAlignment)) {}

  std::int16_t* smooth;      ///< weighted sums of columns: what changes along it makes gx
  std::int16_t* difference;  ///< the row above minus the row below: its weighted sum makes gy

 private:
  static constexpr std::size_t pitch_bytes(std::size_t row_elements, std::size_t pixel_elements) {
    return kScratchAlignment + scratch_row_bytes<std::int16_t>(row_elements + pixel_elements);
  }
};

}  // namespace framewright::kernels
