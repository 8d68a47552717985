#include "engine/otlp.hpp"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

namespace framewright::engine {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

constexpr int kStatusError = 2;
constexpr milliseconds kFirstPause{500};
constexpr milliseconds kLongestPause{15'000};
constexpr std::int64_t kMostRetryAfterS = 60;

json attribute(std::string_view key, const std::string& text) {
  return {{"key", key}, {"value", {{"stringValue", text}}}};
}

json attribute(const SpanAttribute& given) {
  if (const auto* text = std::get_if<std::string>(&given.value)) return attribute(given.key, *text);
  return {{"key", given.key}, {"value", {{"intValue", std::to_string(std::get<std::int64_t>(given.value))}}}};
}

json resource_of(const OtlpResource& resource) {
  return {{"attributes",
           {attribute("service.name", "framewright"), attribute("service.version", resource.version),
            attribute("service.instance.id", resource.instance)}}};
}

std::string unix_ns(SteadyTime time, const ClockPair& now) {
  const auto wall =
      std::chrono::duration_cast<std::chrono::nanoseconds>(now.wall.time_since_epoch()) + (time - now.steady);
  return std::to_string(wall.count());
}

json span_of(const Span& span, const ClockPair& now) {
  json out{{"traceId", hex_of(span.trace)},
           {"spanId", hex_of(span.id)},
           {"name", span.name},
           {"kind", static_cast<int>(span.kind)},
           {"startTimeUnixNano", unix_ns(span.started, now)},
           {"endTimeUnixNano", unix_ns(span.ended, now)}};
  if (span.parent != 0) out["parentSpanId"] = hex_of(span.parent);
  if (!span.trace_state.empty()) out["traceState"] = span.trace_state;
  if (span.error) out["status"] = {{"code", kStatusError}, {"message", *span.error}};
  if (span.attributes.empty()) return out;
  auto& attributes = out["attributes"] = json::array();
  for (const auto& given : span.attributes) attributes.push_back(attribute(given));
  return out;
}

bool is_worth_another_try(int status) {
  return status == 429 || status == 502 || status == 503 || status == 504;
}

/// Collectors write it as a string, which is right, or as a number.
std::uint64_t count_in(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end()) return 0;
  if (found->is_number_unsigned()) return found->get<std::uint64_t>();
  std::uint64_t count = 0;
  if (found->is_string()) {
    const auto& text = found->get_ref<const std::string&>();
    std::from_chars(text.data(), text.data() + text.size(), count);
  }
  return count;
}

std::string text_in(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? span_text(found->get_ref<const std::string&>())
                                                     : std::string{};
}

}  // namespace

std::string otlp_request(const OtlpResource& resource, std::span<const Span> spans, const ClockPair& now) {
  auto told = json::array();
  for (const auto& span : spans) told.push_back(span_of(span, now));
  json scope_spans{{"scope", {{"name", "framewright"}, {"version", resource.version}}},
                   {"spans", std::move(told)}};
  json resource_spans{{"resource", resource_of(resource)},
                      {"scopeSpans", json::array({std::move(scope_spans)})}};
  const json request{{"resourceSpans", json::array({std::move(resource_spans)})}};
  // Paths may hold any bytes, and a clipped text may end amid a character.
  return request.dump(-1, ' ', false, json::error_handler_t::replace);
}

OtlpAnswer read_otlp_answer(int status, std::string_view body) {
  const auto answer = json::parse(body, nullptr, false);
  if (status < 200 || status >= 300) {
    const auto why = answer.is_object() ? text_in(answer, "message") : std::string{};
    return {.verdict = is_worth_another_try(status) ? OtlpVerdict::Again : OtlpVerdict::Refused,
            .detail = "it answers " + std::to_string(status) + (why.empty() ? "" : ": " + why)};
  }
  OtlpAnswer taken{.verdict = OtlpVerdict::Taken};
  if (!answer.is_object()) return taken;
  const auto partial = answer.find("partialSuccess");
  if (partial == answer.end() || !partial->is_object()) return taken;
  taken.refused_spans = count_in(*partial, "rejectedSpans");
  taken.detail = text_in(*partial, "errorMessage");
  return taken;
}

milliseconds otlp_pause(int tries, std::string_view retry_after, double jitter) {
  std::int64_t seconds = -1;
  const auto* end = retry_after.data() + retry_after.size();
  const auto parsed = std::from_chars(retry_after.data(), retry_after.data() + retry_after.size(), seconds);
  if (!retry_after.empty() && parsed.ec == std::errc{} && parsed.ptr == end && seconds >= 0) {
    return std::chrono::seconds{std::min(seconds, kMostRetryAfterS)};
  }
  const auto pause = std::min(kFirstPause * (1 << std::clamp(tries, 0, 10)), kLongestPause);
  return std::chrono::duration_cast<milliseconds>(pause * (1.0 - jitter / 2));
}

}  // namespace framewright::engine
