#include "net/media_type.hpp"

#include <algorithm>
#include <cctype>
#include <optional>

namespace framewright::net {
namespace {

void skip_space(std::string_view& rest) {
  rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
}

/// The text up to one of `stops`, without trailing space; what was read is taken off `rest`.
std::string_view take_until(std::string_view& rest, std::string_view stops) {
  const auto end = std::min(rest.find_first_of(stops), rest.size());
  auto piece = rest.substr(0, end);
  rest.remove_prefix(end);
  while (!piece.empty() && (piece.back() == ' ' || piece.back() == '\t')) piece.remove_suffix(1);
  return piece;
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

/// A quoted string, its opening quote already taken; none when it does not end. Browsers write a quote within
/// as %22.
std::optional<std::string> take_quoted(std::string_view& rest) {
  std::string value;
  for (std::size_t i = 0; i < rest.size(); ++i) {
    if (rest[i] == '"') {
      rest.remove_prefix(i + 1);
      return value;
    }
    const bool escaped =
        rest[i] == '\\' && i + 1 < rest.size() && (rest[i + 1] == '"' || rest[i + 1] == '\\');
    if (escaped) ++i;
    value += rest[i];
  }
  return std::nullopt;
}

}  // namespace

const std::string* MediaType::parameter(std::string_view name) const noexcept {
  for (const auto& [key, value] : parameters) {
    if (key == name) return &value;
  }
  return nullptr;
}

MediaType parse_media_type(std::string_view text) {
  MediaType media;
  skip_space(text);
  media.type = lower(take_until(text, ";"));
  while (text.starts_with(';')) {
    text.remove_prefix(1);
    skip_space(text);
    auto name = lower(take_until(text, "=;"));
    if (!text.starts_with('=')) continue;
    text.remove_prefix(1);
    skip_space(text);
    if (!text.starts_with('"')) {
      media.parameters.emplace_back(std::move(name), take_until(text, ";"));
      continue;
    }
    text.remove_prefix(1);
    auto value = take_quoted(text);
    if (!value) break;
    media.parameters.emplace_back(std::move(name), std::move(*value));
    skip_space(text);
  }
  return media;
}

}  // namespace framewright::net
