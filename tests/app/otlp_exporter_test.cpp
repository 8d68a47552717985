#include "app/otlp_exporter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/app/scripted_server.hpp"

namespace framewright::app {
namespace {

using namespace std::chrono_literals;
using engine::Span;
using ::testing::HasSubstr;

constexpr const char* kTaken =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
constexpr const char* kAgain = "HTTP/1.1 503 Later\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n";
constexpr const char* kMuchLater = "HTTP/1.1 503 Later\r\nRetry-After: 60\r\nContent-Length: 0\r\n\r\n";
constexpr const char* kRefused = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";

std::vector<Span> spans(std::size_t count) {
  const auto now = engine::system_clock().now();
  return std::vector<Span>(
      count, Span{.trace = {1, 2}, .id = 3, .name = "frame", .started = now - 1ms, .ended = now});
}

class OtlpExporterTest : public testing::Test {
 protected:
  OtlpExporter exporter_to(std::uint16_t port) {
    return OtlpExporter{{"127.0.0.1", std::to_string(port), ""}, {"1.0", "node"}, pace};
  }
  static void wait_for(const std::function<bool()>& condition) {
    const auto give_up = engine::system_clock().now() + 30s;
    while (!condition()) {
      ASSERT_LT(engine::system_clock().now(), give_up);
      std::this_thread::sleep_for(2ms);
    }
  }

  OtlpExporter::Pace pace{.delay = 1ms};
};

TEST_F(OtlpExporterTest, SendsSpansToTheCollector) {
  ScriptedServer collector({kTaken});
  auto exporter = exporter_to(collector.port());
  exporter.take(spans(5));
  wait_for([&] { return exporter.counters().exported == 5; });
  const auto request = collector.requests().at(0);
  EXPECT_THAT(request, HasSubstr("POST /v1/traces HTTP/1.1\r\n"));
  EXPECT_THAT(request, HasSubstr("Content-Type: application/json\r\n"));
  const auto told = nlohmann::json::parse(request.substr(request.find("\r\n\r\n") + 4));
  EXPECT_EQ(told["resourceSpans"][0]["scopeSpans"][0]["spans"].size(), 5U);
}

TEST_F(OtlpExporterTest, SendsTheSameAgainWhenItIsAskedTo) {
  ScriptedServer collector({kAgain, kAgain, kTaken});
  auto exporter = exporter_to(collector.port());
  exporter.take(spans(5));
  wait_for([&] { return exporter.counters().exported == 5; });
  const auto requests = collector.requests();
  ASSERT_EQ(requests.size(), 3U);
  EXPECT_EQ(requests[0], requests[2]);
}

TEST_F(OtlpExporterTest, DropsWhatTheCollectorRefuses) {
  ScriptedServer collector({kRefused, kTaken});
  auto exporter = exporter_to(collector.port());
  exporter.take(spans(5));
  wait_for([&] { return exporter.counters().refused == 5; });
  exporter.take(spans(1));
  wait_for([&] { return exporter.counters().exported == 1; });
  EXPECT_EQ(collector.requests().size(), 2U);
}

TEST_F(OtlpExporterTest, CountsThePartThatWasRefused) {
  const std::string body = R"({"partialSuccess": {"rejectedSpans": "2", "errorMessage": "too old"}})";
  ScriptedServer collector(
      {"HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body});
  auto exporter = exporter_to(collector.port());
  exporter.take(spans(5));
  wait_for([&] { return exporter.counters().exported == 3; });
  EXPECT_EQ(exporter.counters().refused, 2U);
}

TEST_F(OtlpExporterTest, GivesABatchUpAfterSoManyTries) {
  ScriptedServer collector({kAgain, kAgain, kTaken});
  pace.tries = 2;
  auto exporter = exporter_to(collector.port());
  exporter.take(spans(5));
  wait_for([&] { return exporter.counters().unreachable == 5; });
  exporter.take(spans(1));
  wait_for([&] { return exporter.counters().exported == 1; });
}

TEST_F(OtlpExporterTest, DropsWholeFramesWhileTooManySpansWait) {
  ScriptedServer collector({kMuchLater, kTaken, kTaken});
  pace.most_waiting = 10;
  pace.batch = 1;
  auto exporter = exporter_to(collector.port());
  exporter.take(spans(1));
  wait_for([&] { return collector.requests().size() == 1; });
  exporter.take(spans(8));
  exporter.take(spans(5));
  EXPECT_EQ(exporter.counters().queue_full, 5U);
  exporter.take(spans(2));
  EXPECT_EQ(exporter.counters().queue_full, 5U);
}

TEST_F(OtlpExporterTest, SendsWhatWaitsBeforeItStops) {
  ScriptedServer collector({kTaken, kAgain, kTaken});
  pace.delay = 1h;
  pace.batch = 5;
  auto exporter = exporter_to(collector.port());
  exporter.take(spans(4));
  exporter.take(spans(4));
  exporter.stop(30s);
  EXPECT_EQ(exporter.counters().exported, 8U);
  EXPECT_EQ(exporter.counters().dropped(), 0U);
  exporter.take(spans(1));
  EXPECT_EQ(exporter.counters().left, 1U);
}

TEST_F(OtlpExporterTest, StopsInTimeWhenTheCollectorIsSilent) {
  ScriptedServer collector({ScriptedServer::kSilence});
  pace.exchange = 10min;
  auto exporter = exporter_to(collector.port());
  exporter.take(spans(4));
  wait_for([&] { return collector.requests().size() == 1; });
  exporter.take(spans(4));
  const auto began = engine::system_clock().now();
  exporter.stop(50ms);
  EXPECT_LT(engine::system_clock().now() - began, 10s);
  EXPECT_EQ(exporter.counters().left, 8U);
}

TEST_F(OtlpExporterTest, DoesNotWaitForACollectorThatIsGone) {
  std::uint16_t port = 0;
  {
    ScriptedServer gone({});
    port = gone.port();
  }
  pace.delay = 1h;
  pace.batch = 4;
  auto exporter = exporter_to(port);
  exporter.take(spans(9));
  const auto began = engine::system_clock().now();
  exporter.stop(10min);
  EXPECT_LT(engine::system_clock().now() - began, 1min);
  EXPECT_EQ(exporter.counters().left + exporter.counters().unreachable, 9U);
}

}  // namespace
}  // namespace framewright::app
