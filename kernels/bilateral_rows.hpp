// How bilateral lays out its scratch: the rows around the one that is filtered, a plane for each colour; the
// weights of neighbours; and the row's results.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/bilateral.hpp"
#include "kernels/row_ring.hpp"
#include "kernels/scratch.hpp"

namespace framewright::kernels {

class BilateralRows {
 public:
  BilateralRows(int width_px, std::size_t planes, const BilateralKernel& kernel, std::byte* memory)
      : radius_(kernel.radius),
        border_(static_cast<std::size_t>(kernel.radius)),
        width_(static_cast<std::size_t>(width_px)),
        planes_(planes),
        weight_rows_(kernel.weight_rows),
        memory_(memory) {}

  /// A whole row, its border first.
  std::int16_t* row(std::size_t plane, int y) const {
    return RowRing(memory_ + plane * ring_bytes(), elements(), radius_).row(y);
  }
  /// Its first pixel.
  std::int16_t* pixels(std::size_t plane, int y) const { return row(plane, y) + border_; }

  /// The weight between the first pixel of row y and the one that the tap leads to. There is one for each
  /// pixel of a row and for as many on either side as the border has. Rows y - dy .. y are kept.
  std::int16_t* weights(const BilateralTap& tap, int y) const {
    const int index = tap.first_row + (y + radius_) % (tap.dy + 1);
    std::byte* const first = memory_ + planes_ * ring_bytes();
    return reinterpret_cast<std::int16_t*>(first + static_cast<std::size_t>(index) * wide_row_bytes()) +
           border_;
  }

  std::uint8_t* results(std::size_t plane) const {
    return reinterpret_cast<std::uint8_t*>(memory_ + results_offset() + plane * result_row_bytes());
  }

  std::size_t bytes() const { return results_offset() + planes_ * result_row_bytes(); }

 private:
  std::size_t elements() const { return width_ + 2 * border_; }
  std::size_t ring_bytes() const { return RowRing::bytes(elements(), radius_); }
  std::size_t wide_row_bytes() const { return scratch_row_bytes<std::int16_t>(elements()); }
  std::size_t result_row_bytes() const { return scratch_row_bytes<std::uint8_t>(width_); }
  std::size_t results_offset() const { return planes_ * ring_bytes() + weight_rows_ * wide_row_bytes(); }

  // Given.
  const int radius_;
  const std::size_t border_;
  const std::size_t width_;
  const std::size_t planes_;
  const std::size_t weight_rows_;
  std::byte* const memory_;
};

}  // namespace framewright::kernels
