#include "kernels/histogram.hpp"

#include <cstring>

namespace framewright::kernels {

void ValueCounter::add(const std::uint8_t* values, std::size_t count, std::size_t stride) noexcept {
  auto& [first, second, third, fourth] = lanes_;
  std::size_t i = 0;
  if (stride == 1) {
    for (; i + 8 <= count; i += 8) {
      std::uint64_t eight;  // one load instead of eight
      std::memcpy(&eight, values + i, sizeof eight);
      ++first[eight & 0xFF];
      ++second[eight >> 8 & 0xFF];
      ++third[eight >> 16 & 0xFF];
      ++fourth[eight >> 24 & 0xFF];
      ++first[eight >> 32 & 0xFF];
      ++second[eight >> 40 & 0xFF];
      ++third[eight >> 48 & 0xFF];
      ++fourth[eight >> 56];
    }
  }
  for (; i + 4 <= count; i += 4) {
    ++first[values[i * stride]];
    ++second[values[(i + 1) * stride]];
    ++third[values[(i + 2) * stride]];
    ++fourth[values[(i + 3) * stride]];
  }
  for (; i < count; ++i) ++first[values[i * stride]];
}

Histogram ValueCounter::total() const noexcept {
  Histogram counts{};
  for (const Histogram& lane : lanes_) {
    for (std::size_t value = 0; value < counts.size(); ++value) counts[value] += lane[value];
  }
  return counts;
}

Histogram count_values(const ConstImageView& in, int channel) noexcept {
  ValueCounter counter;
  for (int y = 0; y < in.height_px; ++y) {
    counter.add(in.row(y) + channel, static_cast<std::size_t>(in.width_px),
                static_cast<std::size_t>(in.channels));
  }
  return counter.total();
}

PointTable make_equalizing_table(const Histogram& counts) noexcept {
  PointTable table{};
  std::size_t least = 0;
  while (least + 1 < counts.size() && counts[least] == 0) ++least;
  std::uint64_t above_least = 0;
  for (std::size_t value = least + 1; value < counts.size(); ++value) above_least += counts[value];
  if (above_least == 0) {
    for (std::size_t value = 0; value < table.size(); ++value)
      table[value] = static_cast<std::uint8_t>(value);
    return table;
  }
  std::uint64_t sum = 0;
  for (std::size_t value = least + 1; value < table.size(); ++value) {
    sum += counts[value];
    table[value] = static_cast<std::uint8_t>((2 * 255 * sum + above_least) / (2 * above_least));
  }
  return table;
}

int otsu_level(const Histogram& counts) noexcept {
  std::int64_t pixels = 0;
  std::int64_t total = 0;
  for (std::size_t value = 0; value < counts.size(); ++value) {
    pixels += counts[value];
    total += static_cast<std::int64_t>(value) * counts[value];
  }
  int best_level = 0;
  double best_distance = 0.0;
  std::int64_t dark_pixels = 0;
  std::int64_t dark_total = 0;
  for (std::size_t level = 0; level < counts.size(); ++level) {
    dark_pixels += counts[level];
    dark_total += static_cast<std::int64_t>(level) * counts[level];
    if (dark_pixels == 0 || dark_pixels == pixels) continue;
    const auto dark = static_cast<double>(dark_pixels);
    const auto bright = static_cast<double>(pixels - dark_pixels);
    const double apart =
        static_cast<double>(total - dark_total) / bright - static_cast<double>(dark_total) / dark;
    const double distance = dark * bright * apart * apart;
    if (distance > best_distance) {
      best_distance = distance;
      best_level = static_cast<int>(level);
    }
  }
  return best_level;
}

}  // namespace framewright::kernels
