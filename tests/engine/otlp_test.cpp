#include "engine/otlp.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace framewright::engine {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

const ClockPair kNow{SteadyTime{1000s}, WallTime{1'700'000'000s}};
const OtlpResource kResource{"1.2.3", "host-abcd"};

Span span() {
  return {.trace = {0x0af7651916cd43dd, 0x8448eb211c80319c},
          .id = 0xb7ad6b7169203331,
          .parent = 0xf067aa0ba902b7,
          .name = "frame",
          .kind = SpanKind::Server,
          .started = kNow.steady - 5ms,
          .ended = kNow.steady - 1ns,
          .attributes = {{"framewright.node.id", std::string("host-abcd")},
                         {"framewright.bytes_in", std::int64_t{1} << 53}}};
}

TEST(OtlpRequest, IsWhatCollectorsRead) {
  const std::vector<Span> spans{span()};
  const auto expected = json::parse(R"({"resourceSpans": [{
    "resource": {"attributes": [
      {"key": "service.name", "value": {"stringValue": "framewright"}},
      {"key": "service.version", "value": {"stringValue": "1.2.3"}},
      {"key": "service.instance.id", "value": {"stringValue": "host-abcd"}}]},
    "scopeSpans": [{
      "scope": {"name": "framewright", "version": "1.2.3"},
      "spans": [{
        "traceId": "0af7651916cd43dd8448eb211c80319c",
        "spanId": "b7ad6b7169203331",
        "parentSpanId": "00f067aa0ba902b7",
        "name": "frame",
        "kind": 2,
        "startTimeUnixNano": "1699999999995000000",
        "endTimeUnixNano": "1699999999999999999",
        "attributes": [
          {"key": "framewright.node.id", "value": {"stringValue": "host-abcd"}},
          {"key": "framewright.bytes_in", "value": {"intValue": "9007199254740992"}}]}]}]}]})");
  EXPECT_EQ(json::parse(otlp_request(kResource, spans, kNow)), expected);
}

TEST(OtlpRequest, LeavesOutWhatThereIsNot) {
  auto bare = span();
  bare.parent = 0;
  bare.attributes.clear();
  const std::vector<Span> spans{bare};
  const auto told = json::parse(otlp_request(kResource, spans, kNow));
  const auto& said = told["resourceSpans"][0]["scopeSpans"][0]["spans"][0];
  for (const auto* key : {"parentSpanId", "traceState", "status", "attributes"}) {
    EXPECT_FALSE(said.contains(key)) << key;
  }
}

TEST(OtlpRequest, TellsErrorsAndTheStateOfATrace) {
  auto failed = span();
  failed.error = "no memory";
  failed.trace_state = "vendor=1";
  const std::vector<Span> spans{failed};
  const auto told = json::parse(otlp_request(kResource, spans, kNow));
  const auto& said = told["resourceSpans"][0]["scopeSpans"][0]["spans"][0];
  EXPECT_EQ(said["status"], json::parse(R"({"code": 2, "message": "no memory"})"));
  EXPECT_EQ(said["traceState"], "vendor=1");
}

TEST(OtlpRequest, IsJsonWhateverBytesAClientSends) {
  auto odd = span();
  odd.attributes = {{"url.path", std::string("/\xff\xc3")}};
  const std::vector<Span> spans{odd};
  EXPECT_FALSE(json::parse(otlp_request(kResource, spans, kNow), nullptr, false).is_discarded());
}

TEST(OtlpAnswer, SendsAgainForFourStatusesOnly) {
  for (const int status : {429, 502, 503, 504}) {
    EXPECT_EQ(read_otlp_answer(status, "").verdict, OtlpVerdict::Again) << status;
  }
  for (const int status : {301, 400, 401, 404, 413, 500, 501}) {
    EXPECT_EQ(read_otlp_answer(status, "").verdict, OtlpVerdict::Refused) << status;
  }
  EXPECT_EQ(read_otlp_answer(400, R"({"code": 3, "message": "no ids"})").detail, "it answers 400: no ids");
}

TEST(OtlpAnswer, CountsThePartThatWasRefused) {
  for (const auto* body : {"", "{}", "<html>", R"({"partialSuccess": {}})", "[]", "null"}) {
    const auto taken = read_otlp_answer(200, body);
    EXPECT_EQ(taken.verdict, OtlpVerdict::Taken) << body;
    EXPECT_EQ(taken.refused_spans, 0U) << body;
  }
  for (const auto* count : {"3", "\"3\""}) {
    const auto partial = read_otlp_answer(200, R"({"partialSuccess": {"rejectedSpans": )" +
                                                   std::string(count) + R"(, "errorMessage": "old"}})");
    EXPECT_EQ(partial.refused_spans, 3U);
    EXPECT_EQ(partial.detail, "old");
  }
}

TEST(OtlpPause, DoublesUpToABound) {
  EXPECT_EQ(otlp_pause(0, "", 0), 500ms);
  EXPECT_EQ(otlp_pause(1, "", 0), 1000ms);
  EXPECT_EQ(otlp_pause(0, "", 1), 250ms);
  EXPECT_EQ(otlp_pause(1000, "", 0), 15s);
}

TEST(OtlpPause, IsTheCollectorsWishWithinAMinute) {
  EXPECT_EQ(otlp_pause(0, "7", 0), 7s);
  EXPECT_EQ(otlp_pause(0, "0", 0), 0s);
  EXPECT_EQ(otlp_pause(0, "86400", 0), 60s);
  for (const auto* odd : {"Wed, 21 Oct 2015 07:28:00 GMT", "-1", "7s", "99999999999999999999"}) {
    EXPECT_EQ(otlp_pause(0, odd, 0), 500ms) << odd;
  }
}

}  // namespace
}  // namespace framewright::engine
