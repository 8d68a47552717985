#include "net/origin.hpp"

#include <algorithm>
#include <cctype>

namespace framewright::net {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

void strip_suffix(std::string& text, std::string_view suffix) {
  if (text.ends_with(suffix)) text.resize(text.size() - suffix.size());
}

/// The port that need not be written for an origin of this scheme.
std::string_view default_port(std::string_view origin) {
  if (origin.starts_with("http://")) return ":80";
  if (origin.starts_with("https://")) return ":443";
  return "";
}

std::string normalised(std::string_view origin) {
  auto text = lower(origin);
  strip_suffix(text, "/");
  strip_suffix(text, default_port(text));
  return text;
}

}  // namespace

OriginPolicy::OriginPolicy(std::vector<std::string> allowed) {
  for (const auto& origin : allowed) {
    any_ = any_ || origin == "*";
    allowed_.push_back(normalised(origin));
  }
}

bool OriginPolicy::allows(std::string_view origin, std::string_view host) const {
  if (origin.empty() || any_) return true;
  const auto wanted = normalised(origin);
  if (std::find(allowed_.begin(), allowed_.end(), wanted) != allowed_.end()) return true;

  const auto scheme_end = wanted.find("://");
  if (scheme_end == std::string::npos || host.empty()) return false;
  auto own = lower(host);
  strip_suffix(own, default_port(wanted));
  return wanted.substr(scheme_end + 3) == own;
}

}  // namespace framewright::net
