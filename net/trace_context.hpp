// W3C Trace Context and Baggage: who this request belongs to, and how that is handed on.
#pragma once

#include <string>
#include <string_view>

#include "net/headers.hpp"

namespace framewright::net {

struct TraceContext {
  std::string trace_id;        ///< 32 hex digits; the caller's, or made here
  std::string parent_span_id;  ///< 16 hex digits of the caller; "" where this request is the root
  std::string span_id;         ///< 16 hex digits, made here
  bool sampled = false;
  std::string tracestate;  ///< as the caller sent it; "" without a valid traceparent
  std::string baggage;

  /// The `traceparent` for whoever is called on behalf of this request.
  std::string traceparent() const;
  /// The `traceparent` that the caller sent, of version 00; "" where this request is the root.
  std::string traceparent_of_caller() const;
};

/// Reads `traceparent`, `tracestate` and `baggage`. What is malformed is ignored, as the standard wants it,
/// and a new trace begins.
TraceContext read_trace_context(const Headers& headers);

/// `X-Request-Id` when it is 1 to 128 of letters, digits and "._:-"; otherwise a new one.
std::string read_request_id(const Headers& headers);

}  // namespace framewright::net
