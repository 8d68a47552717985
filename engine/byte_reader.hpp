// Bounded reads of numbers out of borrowed bytes, for the parsers of picture headers.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace framewright::engine {

enum class ByteOrder : std::uint8_t { Big, Little };

/// The number at offset `at`; nothing when it does not lie within `bytes`.
template <std::unsigned_integral T>
std::optional<T> read_number(std::span<const std::uint8_t> bytes, std::size_t at, ByteOrder order) noexcept {
  if (at > bytes.size() || bytes.size() - at < sizeof(T)) return std::nullopt;
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    const std::size_t place = order == ByteOrder::Big ? i : sizeof(T) - 1 - i;
    value = (value << 8) | bytes[at + place];
  }
  return static_cast<T>(value);
}

}  // namespace framewright::engine
