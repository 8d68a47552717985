// The span of one HTTP exchange, as OpenTelemetry's conventions for HTTP servers want it.
#pragma once

#include "engine/span.hpp"
#include "engine/tracer.hpp"
#include "net/http_front.hpp"

namespace framewright::net {

/// Settles whether a trace that begins with this request is recorded; where the caller has settled that,
/// nothing. Probes and scrapes come every few seconds, and begin none.
void begin_trace(const engine::Tracer& tracer, const Route* route, TraceContext& trace);

/// The span of a finished exchange that is recorded.
///
/// Source   OpenTelemetry semantic conventions 1.x, HTTP server spans: named by method and route, an error
///          only where it is the server's own (5xx).
engine::Span http_span(const AccessEntry& exchange, engine::SteadyTime started);

}  // namespace framewright::net
