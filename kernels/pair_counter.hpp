// A PairCounter counts values two neighbours at a time, for pictures of some size: one store for two pixels,
// where a counter of single values needs two.
//
// Memory    borrowed, kBytes of it; one byte for each pair of values.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/histogram.hpp"
#include "kernels/image_view.hpp"

namespace framewright::kernels {

class PairCounter {
 public:
  static constexpr std::size_t kBytes = 256 * 256;

  /// Clears the memory, and keeps it until the counter ends.
  explicit PairCounter(std::byte* memory) noexcept;

  void add(const std::uint8_t* values, std::size_t count) noexcept;
  Histogram total() const noexcept;

 private:
  // Borrowed.
  std::uint8_t* const pairs_;  ///< How often each pair came, modulo 256; the second of a pair is the row.
  // Measured.
  Histogram apart_{};  ///< What the pairs do not hold: their carries, and what came without a neighbour.
};

/// Below that, clearing a PairCounter and adding it up takes longer than it saves.
inline constexpr std::int64_t kPairedPixels = 1 << 17;

template <typename Counter>
void add_rows(const ConstImageView& gray, Counter& counter) {
  for (int y = 0; y < gray.height_px; ++y) counter.add(gray.row(y), static_cast<std::size_t>(gray.width_px));
}

/// What count(counter) adds, which is one value for each pixel of `in`. `memory` is that of a PairCounter.
template <typename Count>
Histogram count_plane(const ConstImageView& in, std::byte* memory, Count count) {
  if (std::int64_t{in.width_px} * in.height_px < kPairedPixels) {
    ValueCounter counter;
    count(counter);
    return counter.total();
  }
  PairCounter counter(memory);
  count(counter);
  return counter.total();
}

}  // namespace framewright::kernels
