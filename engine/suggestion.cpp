#include "engine/suggestion.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace framewright::engine {
namespace {

constexpr std::size_t kLongestName = 64;
constexpr std::size_t kLongestQuote = 40;

/// Levenshtein distance: insertions, deletions and replacements that make `a` of `b`.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    auto diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const auto replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, replaced});
    }
  }
  return row.back();
}

}  // namespace

std::string suggestion_for(std::string_view wrong, std::span<const std::string> known) {
  if (wrong.empty() || wrong.size() > kLongestName) return {};
  const auto nearest =
      std::ranges::min_element(known, {}, [&](const std::string& name) { return distance(wrong, name); });
  if (nearest == known.end() || distance(wrong, *nearest) > std::max<std::size_t>(2, wrong.size() / 3))
    return {};
  return " (did you mean \"" + *nearest + "\"?)";
}

std::string printable(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, kLongestQuote)) {
    const bool is_plain = c >= ' ' && c <= '~' && c != '"';
    out += is_plain ? c : '?';
  }
  return out + (text.size() > kLongestQuote ? "..." : "");
}

}  // namespace framewright::engine
