// W3C Trace Context: which trace a piece of work belongs to, and the span that asked for it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace framewright::engine {

/// 128 bits; both halves 0: none.
struct TraceId {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  bool operator==(const TraceId&) const = default;
};
/// 0: none.
using SpanId = std::uint64_t;

struct TraceParent {
  TraceId trace;
  SpanId span = 0;
  bool sampled = false;  ///< whoever asked records this trace, so everybody should
};

/// Reads `00-<32 hex>-<16 hex>-<2 hex>`; a version above 00 may carry more behind a further '-'.
///
/// Errors   none for whatever is not exactly that, for an id of zeros and for version ff.
/// Source   W3C Trace Context, sections 3.2 and 4.
std::optional<TraceParent> parse_trace_parent(std::string_view text) noexcept;
/// As parse_trace_parent() reads it, of version 00.
std::string to_string(const TraceParent& parent);

/// 16 lower-case hex digits that are not all 0.
std::optional<SpanId> parse_span_id(std::string_view hex) noexcept;
/// 32 lower-case hex digits that are not all 0.
std::optional<TraceId> parse_trace_id(std::string_view hex) noexcept;
/// 16 hex digits.
std::string hex_of(SpanId span);
/// 32 hex digits.
std::string hex_of(TraceId trace);

/// For names, not for secrets; never 0.
///
/// Threads  any thread.
SpanId random_span_id();
TraceId random_trace_id();
/// The 128 bits of a random_id(), so that all work for one thing shares a trace; of other texts a random one.
TraceId trace_id_of(const std::string& random_id);

}  // namespace framewright::engine
