#include "net/http_span.hpp"

namespace framewright::net {
namespace {

using engine::span_text;

constexpr int kServerError = 500;

/// "/api/v1/jobs/{id}"
std::string pattern_of(const Route& route) {
  std::string pattern;
  for (const auto& segment : route.pattern) pattern += "/" + segment;
  return pattern;
}

/// Few names, whatever clients ask for.
std::string name_of(const AccessEntry& exchange) {
  if (exchange.route == nullptr) return "HTTP";
  const auto pattern = pattern_of(*exchange.route);
  return exchange.request.method + (pattern.empty() ? "" : " " + pattern);
}

}  // namespace

void begin_trace(const engine::Tracer& tracer, const Route* route, TraceContext& trace) {
  if (!trace.parent_span_id.empty() || (route != nullptr && route->while_draining)) return;
  const auto id = engine::parse_trace_id(trace.trace_id);
  trace.sampled = id && tracer.samples(*id);
}

engine::Span http_span(const AccessEntry& exchange, engine::SteadyTime started) {
  const auto& trace = exchange.request.trace;
  engine::Span span{.trace = engine::parse_trace_id(trace.trace_id).value_or(engine::TraceId{}),
                    .id = engine::parse_span_id(trace.span_id).value_or(0),
                    .parent = engine::parse_span_id(trace.parent_span_id).value_or(0),
                    .trace_state = trace.tracestate,
                    .name = name_of(exchange),
                    .kind = engine::SpanKind::Server,
                    .started = started,
                    .ended = started + exchange.total};
  auto& attributes = span.attributes;
  attributes.push_back({"http.request.method", span_text(exchange.request.method)});
  attributes.push_back({"url.path", span_text(exchange.target.substr(0, exchange.target.find('?')))});
  if (exchange.route != nullptr && !exchange.route->pattern.empty()) {
    attributes.push_back({"http.route", pattern_of(*exchange.route)});
  }
  attributes.push_back({"http.response.status_code", std::int64_t{exchange.status}});
  attributes.push_back({"framewright.request.id", exchange.request.request_id});
  if (exchange.error != nullptr) {
    attributes.push_back({"error.type", std::string(engine::to_string(exchange.error->code))});
  }
  if (exchange.status >= kServerError) {
    span.error = exchange.error == nullptr ? std::string{} : span_text(exchange.error->detail);
  }
  return span;
}

}  // namespace framewright::net
