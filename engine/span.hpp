// A Span is one piece of work in a trace: what it was, when, for whom, and what came of it.
//
// Memory    texts that come from outside are clipped to kMostSpanText by whoever makes the span, so that a
//           bound on spans is one on bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/clock.hpp"
#include "engine/trace_parent.hpp"

namespace framewright::engine {

inline constexpr std::size_t kMostSpanText = 256;

/// As OpenTelemetry numbers them.
enum class SpanKind : std::uint8_t { Internal = 1, Server = 2, Client = 3, Producer = 4, Consumer = 5 };

struct SpanAttribute {
  std::string_view key;  ///< a literal
  std::variant<std::string, std::int64_t> value;
};

struct Span {
  TraceId trace;
  SpanId id = 0;
  SpanId parent = 0;  ///< 0: the trace begins here
  std::string trace_state = {};
  std::string name;
  SpanKind kind = SpanKind::Internal;
  SteadyTime started{};
  SteadyTime ended{};
  std::vector<SpanAttribute> attributes = {};
  std::optional<std::string> error = {};  ///< what went wrong; none: nothing
};

/// Takes spans that have ended, to send them somewhere.
///
/// Threads   any thread; never blocks for longer than a lock, and drops what it has no room for.
class SpanSink {
 public:
  virtual ~SpanSink() = default;
  virtual void take(std::vector<Span> spans) = 0;
};

/// At most kMostSpanText bytes of `text`.
inline std::string span_text(std::string_view text) { return std::string(text.substr(0, kMostSpanText)); }

}  // namespace framewright::engine
