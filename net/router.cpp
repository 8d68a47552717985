#include "net/router.hpp"

#include <set>

#include "engine/check.hpp"

namespace framewright::net {
namespace {

bool is_capture(std::string_view piece) noexcept { return piece.starts_with('{'); }

std::vector<std::string> split(std::string_view pattern) {
  FW_CHECK(pattern.starts_with('/'));
  std::vector<std::string> pieces;
  while (!pattern.empty()) {
    pattern.remove_prefix(1);
    const auto slash = std::min(pattern.find('/'), pattern.size());
    pieces.emplace_back(pattern.substr(0, slash));
    pattern.remove_prefix(slash);
  }
  return pieces;
}

bool matches(const Route& route, const std::vector<std::string>& segments) noexcept {
  if (route.pattern.size() != segments.size()) return false;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const bool fits = is_capture(route.pattern[i]) ? !segments[i].empty() : route.pattern[i] == segments[i];
    if (!fits) return false;
  }
  return true;
}

RouteMatch match_of(const Route& route, const std::vector<std::string>& segments) {
  RouteMatch match{&route, {}};
  for (std::size_t i = 0; i < segments.size(); ++i) {
    if (is_capture(route.pattern[i])) match.captures.push_back(segments[i]);
  }
  return match;
}

std::string joined(const std::set<std::string>& words) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

}  // namespace

void Router::add(std::string method, std::string_view pattern, std::string name, Handler handler) {
  routes_.push_back({std::move(method), split(pattern), std::move(name), false, std::move(handler)});
}

void Router::add_always(std::string method, std::string_view pattern, std::string name, Handler handler) {
  routes_.push_back({std::move(method), split(pattern), std::move(name), true, std::move(handler)});
}

void Router::set_fallback(std::string name, Handler handler) {
  fallback_ = {"GET", {}, std::move(name), false, std::move(handler)};
}

std::variant<RouteMatch, NoRoute> Router::find(std::string_view method,
                                               const std::vector<std::string>& segments) const {
  const std::string_view wanted = method == "HEAD" ? "GET" : method;
  std::set<std::string> allowed;
  for (const auto& route : routes_) {
    if (!matches(route, segments)) continue;
    if (route.method == wanted) return match_of(route, segments);
    allowed.insert(route.method);
  }
  if (allowed.empty() && fallback_.handler) {
    if (!segments.empty()) return RouteMatch{&fallback_, {}};
    return NoRoute{};
  }
  if (!allowed.empty()) allowed.insert("OPTIONS");
  if (allowed.contains("GET")) allowed.insert("HEAD");
  return NoRoute{joined(allowed)};
}

}  // namespace framewright::net
