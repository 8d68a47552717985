#include "app/logging.hpp"

#include <gtest/gtest.h>
#include <spdlog/formatter.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "engine/log_context.hpp"

namespace framewright::app {
namespace {

using nlohmann::json;

/// What one message becomes.
std::string line(LogFormat format, const std::string& message, engine::LogIds ids = {}) {
  std::ostringstream out;
  spdlog::logger logger("net", std::make_shared<spdlog::sinks::ostream_sink_mt>(out));
  logger.set_formatter(make_log_formatter(format));
  const engine::LogContext context(ids);
  logger.warn(message);
  logger.flush();
  return out.str();
}

TEST(JsonLog, NamesTimeLevelLoggerAndMessage) {
  const auto object = json::parse(line(LogFormat::Json, "hello"));
  EXPECT_EQ(object.at("level"), "warn");
  EXPECT_EQ(object.at("logger"), "net");
  EXPECT_EQ(object.at("msg"), "hello");
  EXPECT_TRUE(std::string(object.at("ts")).ends_with("Z"));
  EXPECT_EQ(std::string(object.at("ts")).size(), std::string("2026-01-31T12:00:00.000001Z").size());
  EXPECT_FALSE(object.contains("request_id"));
}

TEST(JsonLog, StaysOneLineOfJsonWhateverIsInTheMessage) {
  const std::string message = "quote \" backslash \\ newline \n tab \t escape \x1b zero " +
                              std::string(1, '\0') + " invalid \xff\xc3(";
  const auto text = line(LogFormat::Json, message);
  EXPECT_EQ(text.find('\n'), text.size() - 1);
  const auto object = json::parse(text);
  EXPECT_EQ(std::string(object.at("msg")).substr(0, 30), message.substr(0, 30));
}

TEST(JsonLog, CarriesTheIdsOfTheContext) {
  const auto object =
      json::parse(line(LogFormat::Json, "x", {.request_id = "r\"1", .session_id = "s", .trace_id = "t"}));
  EXPECT_EQ(object.at("request_id"), "r\"1");
  EXPECT_EQ(object.at("session_id"), "s");
  EXPECT_EQ(object.at("trace_id"), "t");
}

TEST(TextLog, ReadsLikeALineForPeople) {
  const auto text = line(LogFormat::Text, "hello", {.request_id = "r1"});
  EXPECT_NE(text.find("Z warn  [net] hello request_id=r1\n"), std::string::npos) << text;
}

TEST(TextLog, LetsNoMessageBeginALineOfItsOwn) {
  const auto text = line(LogFormat::Text, "a\nb\x1b[31m");
  EXPECT_NE(text.find("a\\x0ab\\x1b[31m\n"), std::string::npos) << text;
}

TEST(LogContext, EndsWithItsScope) {
  const engine::LogContext outer({.session_id = "outer"});
  {
    const engine::LogContext inner({.request_id = "inner"});
    EXPECT_EQ(engine::LogContext::current().request_id, "inner");
    EXPECT_EQ(engine::LogContext::current().session_id, "");
  }
  EXPECT_EQ(engine::LogContext::current().session_id, "outer");
}

}  // namespace
}  // namespace framewright::app
