#include "kernels/point_ramp.hpp"

#include <algorithm>

namespace framewright::kernels {
namespace {

/// Where 65536 * offset + start * slope must lie, [low, high), for one slope and shift to give every value.
struct OffsetRange {
  std::int64_t low;
  std::int64_t high;

  std::int64_t width() const { return high - low; }
};

constexpr std::int64_t kOne = 65536;

/// `from_left[u]` is the value at u, counted from the side where the line is low. A value that was limited
/// bounds the line on one side only.
OffsetRange offsets_for(const PointTable& from_left, std::int64_t slope, int shift) {
  OffsetRange range{-65535 * kOne, 65535 * kOne};
  for (std::size_t u = 0; u < from_left.size(); ++u) {
    const std::int64_t reached = 256 * static_cast<std::int64_t>(u) * slope;
    const std::int64_t value = from_left[u];
    if (value > 0) range.low = std::max(range.low, (value << shift) * kOne - reached);
    if (value < 255) range.high = std::min(range.high, ((value + 1) << shift) * kOne - reached);
  }
  return range;
}

/// The slope that leaves most room for the offset. The room is a concave function of the slope.
std::int64_t roomiest_slope(const PointTable& from_left, int shift) {
  std::int64_t low = 0;
  std::int64_t high = 65535;
  while (low < high) {
    const std::int64_t middle = (low + high) / 2;
    const bool rises =
        offsets_for(from_left, middle + 1, shift).width() > offsets_for(from_left, middle, shift).width();
    if (rises) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

std::int64_t divided_up(std::int64_t value, std::int64_t by) { return value / by + (value % by > 0 ? 1 : 0); }

}  // namespace

std::optional<PointRamp> fit_ramp(const PointTable& table) noexcept {
  const bool falls = table.front() > table.back();
  PointTable from_left = table;
  if (falls) std::reverse(from_left.begin(), from_left.end());
  // The more bits behind the point, the finer the slope; the steeper the line, the fewer fit.
  for (int shift = 8; shift >= 4; --shift) {
    const std::int64_t slope = roomiest_slope(from_left, shift);
    const OffsetRange range = offsets_for(from_left, slope, shift);
    for (std::int64_t start = 0; start < 256 && range.width() > 0; ++start) {
      const std::int64_t offset = divided_up(range.low - start * slope, kOne);
      if (offset < -65535 || offset * kOne + start * slope >= range.high) continue;
      return PointRamp{falls, static_cast<std::uint8_t>(start), static_cast<std::uint16_t>(slope),
                       static_cast<std::int32_t>(offset), shift};
    }
  }
  return std::nullopt;
}

}  // namespace framewright::kernels
