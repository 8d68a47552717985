#include <algorithm>
#include <cmath>

#include "kernels/clahe.hpp"

namespace framewright::kernels {

std::optional<ClipLimit> make_clip_limit(double limit) noexcept {
  if (!(limit >= 1.0 && limit <= 256.0)) return std::nullopt;
  return ClipLimit{static_cast<std::uint32_t>(std::lround(limit * 256))};
}

PointTable make_clahe_table(const Histogram& counts, ClipLimit limit) noexcept {
  std::uint64_t pixels = 0;
  for (const std::uint32_t count : counts) pixels += count;
  const auto most = static_cast<std::uint32_t>(std::max<std::uint64_t>(pixels * limit.weight >> 16, 1));
  Histogram limited = counts;
  std::uint32_t excess = 0;
  for (std::uint32_t& count : limited) {
    excess += count - std::min(count, most);
    count = std::min(count, most);
  }
  const std::uint32_t for_each = excess / 256;
  const std::uint32_t left = excess % 256;
  const std::uint32_t step = left == 0 ? 1 : 256 / left;
  for (std::uint32_t& count : limited) count += for_each;
  for (std::uint32_t i = 0; i < left; ++i) ++limited[i * step];
  PointTable table{};
  std::uint64_t sum = 0;
  for (std::size_t value = 0; value < table.size(); ++value) {
    sum += limited[value];
    table[value] = static_cast<std::uint8_t>((2 * 255 * sum + pixels) / (2 * pixels));
  }
  return table;
}

}  // namespace framewright::kernels
