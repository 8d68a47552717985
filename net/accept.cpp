#include "net/accept.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "net/media_type.hpp"

namespace framewright::net {
namespace {

constexpr int kFullWeight = 1000;

std::optional<int> weight_in(const MediaType& range) noexcept {
  const auto* text = range.parameter("q");
  if (text == nullptr) return kFullWeight;
  double value = 0;
  const auto [end, failed] = std::from_chars(text->data(), text->data() + text->size(), value);
  const bool is_weight =
      failed == std::errc{} && end == text->data() + text->size() && value >= 0 && value <= 1;
  if (!is_weight) return std::nullopt;
  return static_cast<int>(std::lround(value * kFullWeight));
}

/// 3 for the type itself, 2 for "image/*", 1 for "*/*", 0 where the range does not cover it.
int closeness(std::string_view range, std::string_view media_type) noexcept {
  if (range == media_type) return 3;
  if (range == "*/*") return 1;
  const bool covers = range.ends_with("/*") && media_type.starts_with(range.substr(0, range.size() - 1));
  return covers ? 2 : 0;
}

}  // namespace

Accept::Accept(const Headers& headers) {
  for (const auto& [name, value] : headers.fields()) {
    if (!equal_ignoring_case(name, "Accept")) continue;
    for (std::string_view rest = value; !rest.empty();) {
      const auto comma = std::min(rest.find(','), rest.size());
      auto range = parse_media_type(rest.substr(0, comma));
      rest.remove_prefix(std::min(comma + 1, rest.size()));
      const auto weight = weight_in(range);
      if (weight && !range.type.empty()) ranges_.push_back({std::move(range.type), *weight});
    }
  }
}

int Accept::weight_of(std::string_view media_type) const noexcept {
  int closest = 0;
  int weight = ranges_.empty() ? kFullWeight : 0;
  for (const auto& range : ranges_) {
    const auto close = closeness(range.type, media_type);
    if (close == 0 || close < closest) continue;
    weight = close > closest ? range.weight : std::max(weight, range.weight);
    closest = close;
  }
  return weight;
}

int Accept::weight_named(std::string_view start) const noexcept {
  int weight = 0;
  for (const auto& range : ranges_) {
    if (range.type.starts_with(start)) weight = std::max(weight, range.weight);
  }
  return weight;
}

}  // namespace framewright::net
