#include <cmath>

#include "kernels/clahe.hpp"
#include "kernels/histogram_math.hpp"

namespace framewright::kernels {

std::optional<ClipLimit> make_clip_limit(double limit) noexcept {
  if (!(limit >= 1.0 && limit <= 256.0)) return std::nullopt;
  return ClipLimit{static_cast<std::uint32_t>(std::lround(limit * 256))};
}

PointTable make_clahe_table(const Histogram& counts, ClipLimit limit) noexcept {
  Histogram limited = counts;
  PointTable table{};
  fill_clahe_table(limited.data(), limit, table.data());
  return table;
}

}  // namespace framewright::kernels
