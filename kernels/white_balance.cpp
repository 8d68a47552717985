#include "kernels/white_balance.hpp"

#include <cstddef>

#include "kernels/shape.hpp"
#include "kernels/white_balance_math.hpp"

namespace framewright::kernels {
namespace {

/// How often each value occurs. Two of each, for neighbours: one that is added to twice in a row waits for
/// itself.
using Histogram = std::array<std::uint32_t, 256>;
using Histograms = std::array<std::array<Histogram, 2>, 3>;

void count(const ConstImageView& in, Histograms& histograms) {
  for (int y = 0; y < in.height_px; ++y) {
    const std::uint8_t* pixel = in.row(y);
    for (int x = 0; x < in.width_px; ++x, pixel += in.channels) {
      for (std::size_t i = 0; i < 3; ++i) ++histograms[i][static_cast<std::size_t>(x % 2)][pixel[i]];
    }
  }
}

ColourStatistics statistics_of(const ConstImageView& in) {
  Histograms histograms{};
  count(in, histograms);
  const auto pixels = static_cast<std::uint64_t>(in.width_px) * static_cast<std::uint64_t>(in.height_px);
  ColourStatistics statistics{};
  for (unsigned i = 0; i < 3; ++i) {
    Histogram& counts = histograms[i][0];
    for (std::size_t value = 0; value < counts.size(); ++value) counts[value] += histograms[i][1][value];
    add_statistics(counts.data(), pixels, i, statistics);
  }
  return statistics;
}

}  // namespace

Status balance_white(const ConstImageView& in, WhiteReference reference, const ImageView& out) noexcept {
  if (!same_shape(in, out)) return Status::BadShape;
  if (in.channels == 1) return apply_colour_matrix(in, {}, out);
  return apply_colour_matrix(in, find_white_balance(reference, statistics_of(in)), out);
}

}  // namespace framewright::kernels
