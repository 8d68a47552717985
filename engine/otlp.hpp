// OTLP/HTTP in JSON: spans as a collector wants them, and what it answers.
//
// Source   OpenTelemetry Protocol 1.x, "OTLP/HTTP": keys in lowerCamelCase, ids in hex, enumerations as
//          numbers, 64-bit numbers as decimal strings.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/span.hpp"

namespace framewright::engine {

/// Who sends spans.
struct OtlpResource {
  std::string version;   ///< of the program
  std::string instance;  ///< of this run of this process
};

/// One moment by both clocks: spans are measured by the steady one and told by the other.
struct ClockPair {
  SteadyTime steady;
  WallTime wall;
};

/// The body of one request to `/v1/traces`.
///
/// Units    times in nanoseconds since the Unix epoch.
std::string otlp_request(const OtlpResource& resource, std::span<const Span> spans, const ClockPair& now);

enum class OtlpVerdict : std::uint8_t { Taken, Again, Refused };

/// What a collector made of a request.
struct OtlpAnswer {
  OtlpVerdict verdict = OtlpVerdict::Refused;
  std::uint64_t refused_spans = 0;  ///< of a request that was taken
  std::string detail = {};          ///< why not all was taken; for people
};

/// Again is for 429, 502, 503 and 504 alone; a part that was refused is not sent again.
OtlpAnswer read_otlp_answer(int status, std::string_view body);

/// How long to wait before a request is sent again: as the collector wishes (`Retry-After` in seconds, at
/// most a minute), otherwise from half a second doubled with each try to at most 15 s. Of these `jitter`,
/// from 0 to 1, takes away up to a half, so that many processes do not come at once.
std::chrono::milliseconds otlp_pause(int tries, std::string_view retry_after, double jitter);

}  // namespace framewright::engine
