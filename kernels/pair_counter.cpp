#include "kernels/pair_counter.hpp"

#include <array>
#include <cstring>

namespace framewright::kernels {
namespace {

bool are_one_value(std::uint64_t first, std::uint64_t second) {
  return first == second && first == (first << 8 | first >> 56);
}

}  // namespace

PairCounter::PairCounter(std::byte* memory) noexcept : pairs_(reinterpret_cast<std::uint8_t*>(memory)) {
  std::memset(pairs_, 0, kBytes);
}

void PairCounter::add(const std::uint8_t* values, std::size_t count) noexcept {
  const auto add_pair = [this](std::uint64_t pair) {
    if (++pairs_[pair] != 0) return;
    apart_[pair & 0xFF] += 256;
    apart_[pair >> 8] += 256;
  };
  const auto add_eight = [&](std::uint64_t eight) {
    add_pair(eight & 0xFFFF);
    add_pair(eight >> 16 & 0xFFFF);
    add_pair(eight >> 32 & 0xFFFF);
    add_pair(eight >> 48);
  };
  std::size_t i = 0;
  for (; i + 16 <= count; i += 16) {
    std::uint64_t eight[2];
    std::memcpy(eight, values + i, sizeof eight);
    // In flat places each pair would wait for the count of the one before. A second table for every other
    // pair helps there, too, but is more than the nearest cache holds.
    if (are_one_value(eight[0], eight[1])) {
      apart_[values[i]] += 16;
      continue;
    }
    add_eight(eight[0]);
    add_eight(eight[1]);
  }
  for (; i < count; ++i) ++apart_[values[i]];
}

Histogram PairCounter::total() const noexcept {
  Histogram counts = apart_;
  std::array<std::uint16_t, 256> firsts{};  // 256 bytes each
  for (std::size_t second = 0; second < 256; ++second) {
    const std::uint8_t* row = pairs_ + 256 * second;
    for (std::size_t first = 0; first < 256; ++first) {
      firsts[first] = static_cast<std::uint16_t>(firsts[first] + row[first]);
    }
    for (std::size_t first = 0; first < 256; ++first) counts[second] += row[first];
  }
  for (std::size_t first = 0; first < 256; ++first) counts[first] += firsts[first];
  return counts;
}

}  // namespace framewright::kernels
