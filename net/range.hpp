// One byte range of a representation (RFC 9110, section 14).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace framewright::net {

struct ByteRange {
  std::uint64_t offset_bytes = 0;
  std::uint64_t size_bytes = 0;
};

enum class RangeState : std::uint8_t {
  Whole,  ///< no range, one that is not understood, or several: the whole is the answer
  Part,
  NotSatisfiable,  ///< no byte lies in the range
};

struct RangeChoice {
  RangeState state = RangeState::Whole;
  ByteRange range = {};
};

/// What a `Range` header ("" where there is none) means for a representation of `size_bytes`.
RangeChoice choose_range(std::string_view header, std::uint64_t size_bytes) noexcept;

}  // namespace framewright::net
