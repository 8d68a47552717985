#include "net/cors.hpp"

namespace framewright::net {
namespace {

bool is_allowed(const OriginPolicy& policy, const Request& request) {
  return policy.allows(request.headers.get("Origin"), request.headers.get("Host"));
}

}  // namespace

std::optional<Response> answer_preflight(const OriginPolicy& policy, const Request& request) {
  const bool is_preflight = request.method == "OPTIONS" && request.headers.has("Origin") &&
                            request.headers.has("Access-Control-Request-Method");
  if (!is_preflight) return std::nullopt;
  Response response;
  response.status = 204;
  if (!is_allowed(policy, request)) return response;  // Without the headers the browser refuses by itself.
  response.headers.add("Access-Control-Allow-Methods", "GET, HEAD, POST, DELETE");
  if (const auto wanted = request.headers.get("Access-Control-Request-Headers"); !wanted.empty()) {
    response.headers.add("Access-Control-Allow-Headers", std::string(wanted));
  }
  response.headers.add("Access-Control-Max-Age", "600");
  return response;
}

std::optional<Response> refuse_foreign_write(const OriginPolicy& policy, const Request& request) {
  const bool reads = request.method == "GET" || request.method == "HEAD" || request.method == "OPTIONS";
  if (reads || is_allowed(policy, request)) return std::nullopt;
  return problem(
      {engine::ErrorCode::PermissionDenied,
       "pages of this origin may not call this server; http.allowed_origins lists those that may"});
}

void add_cors_headers(const OriginPolicy& policy, const Request& request, Response& response) {
  const auto origin = request.headers.get("Origin");
  if (origin.empty()) return;
  response.headers.add("Vary", "Origin");
  if (!is_allowed(policy, request)) return;
  response.headers.add("Access-Control-Allow-Origin", std::string(origin));
  response.headers.add("Access-Control-Expose-Headers",
                       "Content-Disposition, Content-Range, ETag, Location, Retry-After, Server-Timing, "
                       "X-Framewright-Accelerator, X-Framewright-Accelerator-Reason, X-Framewright-Height, "
                       "X-Framewright-Pixel-Format, X-Framewright-Width, X-Request-Id");
}

}  // namespace framewright::net
