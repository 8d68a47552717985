#include "kernels/white_balance.hpp"

#include <algorithm>
#include <cstddef>

#include "kernels/colour_rows.hpp"
#include "kernels/shape.hpp"

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
  for (std::size_t i = 0; i < 3; ++i) {
    const auto times = [&](std::size_t value) -> std::uint64_t {
      return std::uint64_t{histograms[i][0][value]} + histograms[i][1][value];
    };
    for (std::size_t value = 0; value < 256; ++value) statistics.sum[i] += value * times(value);
    std::uint64_t above = 0;
    int value = 255;
    while ((above += times(static_cast<std::size_t>(value))) * 100 < pixels) --value;
    statistics.bright[i] = value;
  }
  return statistics;
}

double factor(double wanted, double found) { return found > 0 ? std::clamp(wanted / found, 0.125, 8.0) : 1; }

}  // namespace

ColourMatrix white_balance_matrix(WhiteReference reference, const ColourStatistics& statistics) noexcept {
  double gain[3];
  const auto& sum = statistics.sum;
  const double mean = static_cast<double>(sum[0] + sum[1] + sum[2]) / 3;
  for (std::size_t i = 0; i < 3; ++i) {
    gain[i] = reference == WhiteReference::GrayWorld ? factor(mean, static_cast<double>(sum[i]))
                                                     : factor(255, statistics.bright[i]);
  }
  return *make_colour_matrix(gain_rows(gain[0], gain[1], gain[2]));
}

Status balance_white(const ConstImageView& in, WhiteReference reference, const ImageView& out) noexcept {
  if (!same_shape(in, out)) return Status::BadShape;
  if (in.channels == 1) return apply_colour_matrix(in, {}, out);
  return apply_colour_matrix(in, white_balance_matrix(reference, statistics_of(in)), out);
}

}  // namespace framewright::kernels
