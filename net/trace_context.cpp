#include "net/trace_context.hpp"

#include <algorithm>
#include <cctype>
#include <random>

namespace framewright::net {
namespace {

constexpr std::size_t kMaxTracestateBytes = 512;  // What every implementation must propagate at least.
constexpr std::size_t kMaxBaggageBytes = 8192;    // W3C Baggage, section 3.3.2.
constexpr std::size_t kMaxRequestIdBytes = 128;

bool is_lower_hex(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_zero(std::string_view text) noexcept { return text.find_first_not_of('0') == std::string_view::npos; }

bool is_request_id_char(char c) noexcept {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
         std::string_view{"._:-"}.find(c) != std::string_view::npos;
}

/// 00-<32 hex>-<16 hex>-<2 hex>; a version above 00 may carry more behind a further '-'.
bool is_traceparent(std::string_view text) noexcept {
  constexpr std::size_t kSize = 55;
  if (text.size() < kSize || text[2] != '-' || text[35] != '-' || text[52] != '-') return false;
  const auto version = text.substr(0, 2);
  if (!is_lower_hex(version) || version == "ff") return false;
  if (text.size() > kSize && (version == "00" || text[kSize] != '-')) return false;
  return is_lower_hex(text.substr(3, 32)) && is_lower_hex(text.substr(36, 16)) &&
         is_lower_hex(text.substr(53, 2)) && !is_zero(text.substr(3, 32)) && !is_zero(text.substr(36, 16));
}

}  // namespace

std::string random_hex(std::size_t bytes) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  thread_local std::mt19937_64 generator{(std::uint64_t{std::random_device{}()} << 32) |
                                         std::random_device{}()};
  std::string out;
  out.reserve(bytes * 2);
  std::uint64_t random = 0;
  for (std::size_t i = 0; i < bytes * 2; ++i) {
    if (i % 16 == 0) random = generator();
    out += kDigits[random & 15];
    random >>= 4;
  }
  return out;
}

std::string TraceContext::traceparent() const {
  return "00-" + trace_id + "-" + span_id + (sampled ? "-01" : "-00");
}

std::string TraceContext::traceparent_of_caller() const {
  if (parent_span_id.empty()) return "";
  return "00-" + trace_id + "-" + parent_span_id + (sampled ? "-01" : "-00");
}

TraceContext read_trace_context(const Headers& headers) {
  TraceContext context;
  context.span_id = random_hex(8);
  if (const auto baggage = headers.get("baggage"); baggage.size() <= kMaxBaggageBytes)
    context.baggage = baggage;

  const auto parent = headers.get("traceparent");
  if (headers.count("traceparent") != 1 || !is_traceparent(parent)) {
    context.trace_id = random_hex(16);
    return context;
  }
  context.trace_id = parent.substr(3, 32);
  context.parent_span_id = parent.substr(36, 16);
  context.sampled = std::string_view{"13579bdf"}.find(parent[54]) != std::string_view::npos;
  if (const auto state = headers.get("tracestate"); state.size() <= kMaxTracestateBytes)
    context.tracestate = state;
  return context;
}

std::string read_request_id(const Headers& headers) {
  const auto given = headers.get("x-request-id");
  const bool sane = !given.empty() && given.size() <= kMaxRequestIdBytes &&
                    std::all_of(given.begin(), given.end(), is_request_id_char);
  return sane ? std::string(given) : random_hex(16);
}

}  // namespace framewright::net
