#include "engine/trace_parent.hpp"

#include <random>

#include "engine/random_id.hpp"

namespace framewright::engine {
namespace {

constexpr std::size_t kTraceBegin = 3;
constexpr std::size_t kSpanBegin = 36;
constexpr std::size_t kFlagsBegin = 53;
constexpr std::size_t kSize = 55;
constexpr std::size_t kHalf = 16;  // hex digits in 64 bits

/// All of `text`, lower case only.
std::optional<std::uint64_t> parse_hex(std::string_view text) noexcept {
  std::uint64_t value = 0;
  for (const char c : text) {
    const bool is_digit = c >= '0' && c <= '9';
    if (!is_digit && (c < 'a' || c > 'f')) return std::nullopt;
    value = (value << 4U) | static_cast<std::uint64_t>(is_digit ? c - '0' : c - 'a' + 10);
  }
  return value;
}

void append_hex(std::string& out, std::uint64_t value) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  for (int shift = 60; shift >= 0; shift -= 4) out += kDigits[(value >> static_cast<unsigned>(shift)) & 15U];
}

std::uint64_t random_bits() {
  thread_local std::mt19937_64 generator{(std::uint64_t{std::random_device{}()} << 32U) |
                                         std::random_device{}()};
  return generator();
}

}  // namespace

std::optional<SpanId> parse_span_id(std::string_view hex) noexcept {
  const auto span = hex.size() == kHalf ? parse_hex(hex) : std::nullopt;
  return span && *span != 0 ? span : std::nullopt;
}

std::optional<TraceId> parse_trace_id(std::string_view hex) noexcept {
  if (hex.size() != 2 * kHalf) return std::nullopt;
  const auto high = parse_hex(hex.substr(0, kHalf));
  const auto low = parse_hex(hex.substr(kHalf));
  if (!high || !low || (*high | *low) == 0) return std::nullopt;
  return TraceId{*high, *low};
}

std::optional<TraceParent> parse_trace_parent(std::string_view text) noexcept {
  if (text.size() < kSize || text[2] != '-' || text[35] != '-' || text[52] != '-') return std::nullopt;
  const auto version = parse_hex(text.substr(0, 2));
  if (!version || *version == 0xff) return std::nullopt;
  if (text.size() > kSize && (*version == 0 || text[kSize] != '-')) return std::nullopt;
  const auto trace = parse_trace_id(text.substr(kTraceBegin, 2 * kHalf));
  const auto span = parse_span_id(text.substr(kSpanBegin, kHalf));
  const auto flags = parse_hex(text.substr(kFlagsBegin, 2));
  if (!trace || !span || !flags) return std::nullopt;
  return TraceParent{*trace, *span, (*flags & 1U) != 0};
}

std::string to_string(const TraceParent& parent) {
  return "00-" + hex_of(parent.trace) + "-" + hex_of(parent.span) + (parent.sampled ? "-01" : "-00");
}

std::string hex_of(SpanId span) {
  std::string out;
  append_hex(out, span);
  return out;
}

std::string hex_of(TraceId trace) {
  std::string out;
  append_hex(out, trace.high);
  append_hex(out, trace.low);
  return out;
}

SpanId random_span_id() {
  for (;;) {
    if (const SpanId span = random_bits(); span != 0) return span;
  }
}

TraceId random_trace_id() { return {random_span_id(), random_bits()}; }

TraceId trace_id_of(const std::string& random_id) {
  const auto bits = bits_of_random_id(random_id);
  return bits ? TraceId{bits->first, bits->second} : random_trace_id();
}

}  // namespace framewright::engine
