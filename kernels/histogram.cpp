#include "kernels/histogram.hpp"

#include <cstring>

#include "kernels/histogram_math.hpp"

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
  fill_equalizing_table(counts.data(), table.data());
  return table;
}

int otsu_level(const Histogram& counts) noexcept { return find_otsu_level(counts.data()); }

}  // namespace framewright::kernels
