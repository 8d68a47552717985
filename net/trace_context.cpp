#include "net/trace_context.hpp"

#include <algorithm>
#include <cctype>

#include "engine/trace_parent.hpp"

namespace framewright::net {
namespace {

constexpr std::size_t kMaxTracestateBytes = 512;  // What every implementation must propagate at least.
constexpr std::size_t kMaxBaggageBytes = 8192;    // W3C Baggage, section 3.3.2.
constexpr std::size_t kMaxRequestIdBytes = 128;

bool is_request_id_char(char c) noexcept {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
         std::string_view{"._:-"}.find(c) != std::string_view::npos;
}

}  // namespace

std::string TraceContext::traceparent() const {
  return "00-" + trace_id + "-" + span_id + (sampled ? "-01" : "-00");
}

std::string TraceContext::traceparent_of_caller() const {
  if (parent_span_id.empty()) return "";
  return "00-" + trace_id + "-" + parent_span_id + (sampled ? "-01" : "-00");
}

TraceContext read_trace_context(const Headers& headers) {
  TraceContext context;
  context.span_id = engine::hex_of(engine::random_span_id());
  if (const auto baggage = headers.get("baggage"); baggage.size() <= kMaxBaggageBytes)
    context.baggage = baggage;

  const auto parent = headers.get("traceparent");
  const auto parsed = engine::parse_trace_parent(parent);
  if (headers.count("traceparent") != 1 || !parsed) {
    context.trace_id = engine::hex_of(engine::random_trace_id());
    return context;
  }
  context.trace_id = engine::hex_of(parsed->trace);
  context.parent_span_id = engine::hex_of(parsed->span);
  context.sampled = parsed->sampled;
  if (const auto state = headers.get("tracestate"); state.size() <= kMaxTracestateBytes)
    context.tracestate = state;
  return context;
}

std::string read_request_id(const Headers& headers) {
  const auto given = headers.get("x-request-id");
  const bool sane = !given.empty() && given.size() <= kMaxRequestIdBytes &&
                    std::all_of(given.begin(), given.end(), is_request_id_char);
  return sane ? std::string(given) : engine::hex_of(engine::random_trace_id());
}

}  // namespace framewright::net
