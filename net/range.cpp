#include "net/range.hpp"

#include <algorithm>
#include <charconv>

namespace framewright::net {
namespace {

/// All digits, or nothing.
std::optional<std::uint64_t> number(std::string_view text) noexcept {
  std::uint64_t value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

RangeChoice suffix(std::uint64_t wanted, std::uint64_t size_bytes) noexcept {
  const auto count = std::min(wanted, size_bytes);
  if (count == 0) return {RangeState::NotSatisfiable, {}};
  return {RangeState::Part, {size_bytes - count, count}};
}

}  // namespace

RangeChoice choose_range(std::string_view header, std::uint64_t size_bytes) noexcept {
  constexpr std::string_view kUnit = "bytes=";
  if (!header.starts_with(kUnit)) return {};
  header.remove_prefix(kUnit.size());
  const auto dash = header.find('-');
  if (dash == std::string_view::npos) return {};
  const auto first_text = header.substr(0, dash);
  const auto last_text = header.substr(dash + 1);
  const auto first = number(first_text);
  const auto last = number(last_text);
  if (first_text.empty()) return last ? suffix(*last, size_bytes) : RangeChoice{};
  if (!first || (!last && !last_text.empty()) || (last && *last < *first)) return {};
  if (*first >= size_bytes) return {RangeState::NotSatisfiable, {}};
  const auto end = std::min(last.value_or(size_bytes - 1), size_bytes - 1);
  return {RangeState::Part, {*first, end - *first + 1}};
}

}  // namespace framewright::net
