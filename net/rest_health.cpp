// Health and metrics: answered even while the server drains.
#include <nlohmann/json.hpp>

#include "net/accept.hpp"
#include "net/handlers.hpp"
#include "net/json_response.hpp"
#include "net/rest.hpp"

namespace framewright::net {
namespace {

using nlohmann::json;

Response health(const Request&) { return json_response({{"status", "healthy"}}); }
Response live(const Request&) { return json_response({{"status", "alive"}}); }

Response ready(const engine::Readiness& readiness) {
  auto dependencies = json::array();
  for (const auto& dependency : readiness.dependencies()) {
    dependencies.push_back({{"name", dependency.name},
                            {"state", dependency.ready ? "up" : "down"},
                            {"required", dependency.required},
                            {"detail", dependency.detail}});
  }
  const bool is_ready = readiness.ready();
  const auto* status = readiness.draining() ? "draining" : is_ready ? "ready" : "not_ready";
  return json_response({{"status", status}, {"dependencies", std::move(dependencies)}}, is_ready ? 200 : 503);
}

Response metrics(const RestDependencies& rest, const Request& request) {
  const Accept accept(request.headers);
  const auto weight = accept.weight_named("application/openmetrics-text");
  const bool openmetrics = weight > 0 && weight >= accept.weight_of("text/plain");
  return text_response(openmetrics ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                                   : "text/plain; version=0.0.4; charset=utf-8",
                       rest.metrics_text(openmetrics));
}

}  // namespace

void add_health_routes(Router& router, const RestDependencies& rest) {
  router.add_always("GET", "/health", "health", quick(health));
  router.add_always("GET", "/health/live", "health", quick(live));
  router.add_always("GET", "/health/ready", "health",
                    quick([&rest](const Request&) { return ready(rest.readiness); }));
  router.add_always("GET", "/metrics", "metrics", blocking(rest.blocking, [&rest](const Request& request) {
                      return metrics(rest, request);
                    }));
}

}  // namespace framewright::net
