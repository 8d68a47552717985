#include "net/target.hpp"

#include <cctype>

namespace framewright::net {
namespace {

using engine::ErrorCode;
using engine::Result;
using engine::unexpected;

int hex_value(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Calls `take` for each piece of `text` between `separator`s; stops at the first error.
template <class Take>
Result<void> each_piece(std::string_view text, char separator, Take take) {
  while (true) {
    const auto end = text.find(separator);
    if (auto taken = take(text.substr(0, end)); !taken) return taken;
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
}

Result<void> add_parameter(std::string_view piece, QueryParameters& query) {
  if (piece.empty()) return {};
  if (query.size() == kMaxQueryParameters) {
    return unexpected(ErrorCode::InvalidArgument,
                      "more than " + std::to_string(kMaxQueryParameters) + " query parameters");
  }
  const auto equals = piece.find('=');
  auto name = percent_decode(piece.substr(0, equals), true);
  if (!name) return unexpected(std::move(name).error());
  auto value = percent_decode(equals == std::string_view::npos ? "" : piece.substr(equals + 1), true);
  if (!value) return unexpected(std::move(value).error());
  query.emplace_back(std::move(*name), std::move(*value));
  return {};
}

/// "http://host:1/a?b" becomes "/a?b".
std::string_view without_authority(std::string_view target) {
  const auto scheme_end = target.find("://");
  if (scheme_end == std::string_view::npos || target.starts_with('/')) return target;
  const auto path = target.find('/', scheme_end + 3);
  return path == std::string_view::npos ? std::string_view{"/"} : target.substr(path);
}

}  // namespace

Result<std::string> percent_decode(std::string_view text, bool plus_is_space) {
  if (text.find('\0') != std::string_view::npos) {
    return unexpected(ErrorCode::InvalidArgument, "the address holds a NUL");
  }
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += plus_is_space && text[i] == '+' ? ' ' : text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
    if (high < 0 || low < 0 || high + low == 0) {
      return unexpected(ErrorCode::InvalidArgument, "the address holds a '%' that encodes no character");
    }
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

std::string percent_encode(std::string_view text) {
  static constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || std::string_view{"-._~"}.find(c) != std::string_view::npos) {
      out += c;
    } else {
      out += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return out;
}

Result<Target> parse_target(std::string_view text) {
  Target target;
  if (text == "*") return target;
  text = without_authority(text);
  if (!text.starts_with('/'))
    return unexpected(ErrorCode::InvalidArgument, "the address must start with '/'");

  const auto question = text.find('?');
  const auto path = text.substr(1, question == std::string_view::npos ? question : question - 1);
  auto segments = each_piece(path, '/', [&](std::string_view piece) -> Result<void> {
    auto segment = percent_decode(piece, false);
    if (!segment) return unexpected(std::move(segment).error());
    target.segments.push_back(std::move(*segment));
    return {};
  });
  if (!segments) return unexpected(std::move(segments).error());
  if (question == std::string_view::npos) return target;

  const auto query = text.substr(question + 1, text.find('#', question) - question - 1);
  auto parameters =
      each_piece(query, '&', [&](std::string_view piece) { return add_parameter(piece, target.query); });
  if (!parameters) return unexpected(std::move(parameters).error());
  return target;
}

}  // namespace framewright::net
