#include <algorithm>

#include "kernels/canny.hpp"
#include "kernels/tone_math.hpp"

namespace framewright::kernels {

std::optional<CannyThresholds> make_canny_thresholds(GradientNorm norm, int one, int other) noexcept {
  const CannyThresholds thresholds{norm, std::min(one, other), std::max(one, other)};
  if (!are_canny_thresholds(thresholds)) return std::nullopt;
  return thresholds;
}

std::optional<PointTable> make_threshold_table(int level, Polarity polarity) noexcept {
  if (level < 0 || level > 255) return std::nullopt;
  PointTable table{};
  for (int value = 0; value < 256; ++value) {
    table[static_cast<std::size_t>(value)] = thresholded(value, level, polarity);
  }
  return table;
}

}  // namespace framewright::kernels
