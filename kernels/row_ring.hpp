// RowRing: the last few working rows of a filter that looks up and down, laid out in scratch.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/scratch.hpp"

namespace framewright::kernels {

/// Holds 2 * radius + 1 rows. They are named by their position in the picture; those above it have negative
/// names.
class RowRing {
 public:
  static constexpr std::size_t bytes(std::size_t row_elements, int radius) {
    return scratch_row_bytes<std::int16_t>(row_elements) * static_cast<std::size_t>(2 * radius + 1);
  }

  RowRing(std::byte* memory, std::size_t row_elements, int radius)
      : memory_(memory), row_bytes_(scratch_row_bytes<std::int16_t>(row_elements)), radius_(radius) {}

  std::int16_t* row(int y) const { return in_slot(slot_of(y)); }

  /// rows[i] becomes row first + i * step, for a step that is no longer than the ring.
  void find_rows(int first, int step, int count, const std::int16_t** rows) const {
    int slot = slot_of(first);
    for (int i = 0; i < count; ++i) {
      rows[i] = in_slot(slot);
      slot += step;
      if (slot >= slots()) slot -= slots();
    }
  }

 private:
  int slots() const { return 2 * radius_ + 1; }
  int slot_of(int y) const { return (y % slots() + slots()) % slots(); }
  std::int16_t* in_slot(int slot) const {
    return reinterpret_cast<std::int16_t*>(memory_ + row_bytes_ * static_cast<std::size_t>(slot));
  }

  std::byte* memory_;
  std::size_t row_bytes_;
  int radius_;
};

}  // namespace framewright::kernels
