// Histogram: how often each value occurs, and the tables that follow from it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "kernels/image_view.hpp"
#include "kernels/point_table.hpp"

namespace framewright::kernels {

using Histogram = std::array<std::uint32_t, 256>;

/// Counts values in four histograms by turns, so that equal neighbours do not wait for each other's count.
class ValueCounter {
 public:
  /// Counts `count` values, `stride` bytes apart.
  void add(const std::uint8_t* values, std::size_t count, std::size_t stride = 1) noexcept;
  Histogram total() const noexcept;
  void clear() noexcept { lanes_ = {}; }

 private:
  std::array<Histogram, 4> lanes_{};
};

/// The values of one channel. `channel` is less than the view's channels.
Histogram count_values(const ConstImageView& in, int channel) noexcept;

/// Spreads values so that each part of the range holds as many pixels:
/// value' = 255 * (pixels up to value - least) / (all pixels - least), where `least` counts the pixels of the
/// least value there is.
///
/// Rounds   exactly to nearest, halves up. A picture of one value keeps it.
PointTable make_equalizing_table(const Histogram& counts) noexcept;

/// The value that parts dark from bright best: up to it is dark. The least one where several are as good.
///
/// Rounds   compares n0 * n1 * (mean0 - mean1)^2 in double, by the same operations everywhere.
/// Source   Otsu, "A threshold selection method from gray-level histograms", 1979.
int otsu_level(const Histogram& counts) noexcept;

}  // namespace framewright::kernels
