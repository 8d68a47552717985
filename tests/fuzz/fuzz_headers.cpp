// Header fields, a line each, as every request's are read: ranges, trace context, ids, origins, media types.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/check.hpp"
#include "net/headers.hpp"
#include "net/media_type.hpp"
#include "net/origin.hpp"
#include "net/range.hpp"
#include "net/server_events.hpp"
#include "net/trace_context.hpp"

namespace framewright::net {
namespace {

Headers headers_of(std::string_view text) {
  Headers headers;
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    headers.add(std::string(line.substr(0, colon)), std::string(line.substr(colon + 1)));
  }
  return headers;
}

void check_range(const Headers& headers) {
  for (const std::uint64_t size :
       {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{1000}, ~std::uint64_t{0}}) {
    const auto [state, range] = choose_range(headers.get("Range"), size);
    if (state != RangeState::Part) continue;
    FW_CHECK(range.size_bytes >= 1 && range.offset_bytes < size);
    FW_CHECK(range.size_bytes <= size - range.offset_bytes);
  }
}

bool is_hex(std::string_view text, std::size_t size) {
  return text.size() == size && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

void check_trace(const Headers& headers) {
  const auto trace = read_trace_context(headers);
  FW_CHECK(is_hex(trace.trace_id, 32) && is_hex(trace.span_id, 16));
  FW_CHECK(trace.parent_span_id.empty() || is_hex(trace.parent_span_id, 16));
  Headers next;
  next.add("traceparent", trace.traceparent());
  FW_CHECK(read_trace_context(next).trace_id == trace.trace_id);
  const auto id = read_request_id(headers);
  FW_CHECK(!id.empty() && id.size() <= 128);
  for (const char c : id) FW_CHECK(c > ' ' && c <= '~' && c != '"');
}

void run(std::string_view text) {
  const auto headers = headers_of(text);
  check_range(headers);
  check_trace(headers);
  const OriginPolicy policy({"https://app.example"});
  FW_CHECK(policy.allows("", headers.get("Host")));
  policy.allows(headers.get("Origin"), headers.get("Host"));
  for (const auto* name : {"Content-Type", "Content-Disposition"}) {
    const auto type = parse_media_type(headers.get(name));
    FW_CHECK(type.parameter("\n") == nullptr);
  }
  headers.has_word("If-None-Match", "\"tag\"");
  (void)last_event_id(headers);
}

}  // namespace
}  // namespace framewright::net

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  framewright::net::run({reinterpret_cast<const char*>(data), size});
  return 0;
}
