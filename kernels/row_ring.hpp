// RowRing: the last few working rows of a filter that looks up and down, laid out in scratch.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/scratch.hpp"

namespace framewright::kernels {

/// Rows are named by their position in the picture; `radius` rows above the picture have negative names.
class RowRing {
 public:
  static constexpr std::size_t bytes(std::size_t row_elements, int radius) {
    return scratch_row_bytes<std::int16_t>(row_elements) * static_cast<std::size_t>(2 * radius + 1);
  }

  RowRing(std::byte* memory, std::size_t row_elements, int radius)
      : memory_(memory), row_bytes_(scratch_row_bytes<std::int16_t>(row_elements)), radius_(radius) {}

  std::int16_t* row(int y) const {
    const int slot = (y + radius_) % (2 * radius_ + 1);
    return reinterpret_cast<std::int16_t*>(memory_ + row_bytes_ * static_cast<std::size_t>(slot));
  }

 private:
  std::byte* memory_;
  std::size_t row_bytes_;
  int radius_;
};

}  // namespace framewright::kernels
