#include "config/values.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace framewright::config {
namespace {

struct Unit {
  std::string_view suffix;
  std::uint64_t factor;
};

constexpr std::array<Unit, 5> kByteUnits{
    {{"GiB", 1ULL << 30}, {"MiB", 1ULL << 20}, {"KiB", 1ULL << 10}, {"B", 1}, {"", 1}}};
constexpr std::array<Unit, 5> kTimeUnits{
    {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1000}, {"ms", 1}}};

template <std::size_t N>
std::optional<std::uint64_t> parse_with_unit(std::string_view text,
                                             const std::array<Unit, N>& units) noexcept {
  const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto number = parse_integer(text.substr(0, digits));
  if (!number) return std::nullopt;
  const auto suffix = text.substr(digits);
  for (const auto& unit : units) {
    if (unit.suffix != suffix) continue;
    if (*number > std::numeric_limits<std::int64_t>::max() / unit.factor) return std::nullopt;
    return *number * unit.factor;
  }
  return std::nullopt;
}

template <std::size_t N>
std::string format_with_unit(std::uint64_t value, const std::array<Unit, N>& units) {
  for (const auto& unit : units) {
    if (value != 0 && value % unit.factor == 0) {
      return std::to_string(value / unit.factor) + std::string(unit.factor == 1 ? "" : unit.suffix);
    }
  }
  return std::to_string(value);
}

void mask_between(std::string& text, std::size_t begin, std::size_t end) {
  if (end > begin) text.replace(begin, end - begin, "***");
}

}  // namespace

std::optional<std::uint64_t> parse_integer(std::string_view text) noexcept {
  if (text.empty() || (text.size() > 1 && text.front() == '0')) return std::nullopt;
  std::uint64_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::uint64_t> parse_bytes(std::string_view text) noexcept {
  return parse_with_unit(text, kByteUnits);
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) noexcept {
  const auto value = parse_with_unit(text, kTimeUnits);
  if (!value) return std::nullopt;
  return std::chrono::milliseconds{static_cast<std::int64_t>(*value)};
}

std::string format_bytes(std::uint64_t bytes) { return format_with_unit(bytes, kByteUnits); }

std::string format_duration(std::chrono::milliseconds duration) {
  const auto value = static_cast<std::uint64_t>(duration.count());
  const auto text = format_with_unit(value, kTimeUnits);
  return text.find_first_not_of("0123456789") == std::string::npos ? text + "ms" : text;
}

std::string mask_password(std::string_view text) {
  std::string masked(text);
  if (const auto scheme = masked.find("://"); scheme != std::string::npos) {
    const auto begin = scheme + 3;
    const auto authority_end = std::min(masked.find_first_of("/?#", begin), masked.size());
    const auto at = masked.rfind('@', authority_end);
    const auto colon = masked.find(':', begin);
    if (at != std::string::npos && at > begin && colon < at) mask_between(masked, colon + 1, at);
  }
  if (const auto parameter = masked.find("password="); parameter != std::string::npos) {
    const auto begin = parameter + std::string_view("password=").size();
    mask_between(masked, begin, std::min(masked.find_first_of("&# ", begin), masked.size()));
  }
  return masked;
}

}  // namespace framewright::config
