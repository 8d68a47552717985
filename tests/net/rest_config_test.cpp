#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "engine/filter.hpp"
#include "tests/engine/picture_bytes.hpp"
#include "tests/net/rest_server.hpp"

namespace framewright::net {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(RestConfig, DescribesTheSystemAndItsFilters) {
  RestServer server;
  const auto system = json_of(server.ask("GET", "/api/v1/config/system"));
  EXPECT_EQ(system["version"]["cpp_version"], "1.2.3");
  EXPECT_EQ(system["api_version"], "v1");
  const auto status = json_of(server.ask("GET", "/api/v1/config/processor/status"));
  EXPECT_TRUE(status["plugins"].is_array());
}

/// Numbers as JSON has them; null for what is no number.
nlohmann::json number_of(const engine::ParameterDescriptor& parameter, double value) {
  if (parameter.type == engine::ParameterType::Integer) return static_cast<std::int64_t>(value);
  return parameter.type == engine::ParameterType::Float ? nlohmann::json(value) : nlohmann::json();
}

void expect_described(const nlohmann::json& described, const engine::ParameterDescriptor& parameter) {
  constexpr std::array kTypes = {"boolean", "integer", "float", "choice"};  // In the order of ParameterType.
  EXPECT_EQ(described["id"], parameter.id);
  EXPECT_EQ(described["name"], parameter.name);
  EXPECT_EQ(described["description"], parameter.description);
  EXPECT_EQ(described["type"], kTypes.at(static_cast<std::size_t>(parameter.type)));
  EXPECT_EQ(described["options"], parameter.options);
  EXPECT_EQ(described["min_value"], number_of(parameter, parameter.min_value));
  EXPECT_EQ(described["max_value"], number_of(parameter, parameter.max_value));
  EXPECT_EQ(described["step"], number_of(parameter, parameter.step));
  EXPECT_EQ(described["metadata"].value("unit", ""), parameter.unit);
  EXPECT_EQ(described["default_value"],
            std::visit([](const auto& value) { return nlohmann::json(value); }, parameter.default_value));
}

TEST(RestConfig, DescribesEveryFilterWithParametersRangesAndAccelerators) {
  RestServer server;
  const auto filters = json_of(server.ask("GET", "/api/v1/config/processor/status"))["filters"];
  const auto& registered = engine::builtin_filters();
  ASSERT_EQ(filters.size(), registered.size());
  for (std::size_t i = 0; i < registered.size(); ++i) {
    SCOPED_TRACE(registered[i].id);
    EXPECT_EQ(filters[i]["id"], registered[i].id);
    EXPECT_EQ(filters[i]["aliases"], registered[i].aliases);
    EXPECT_EQ(filters[i]["name"], registered[i].name);
    EXPECT_EQ(filters[i]["description"], registered[i].description);
    EXPECT_EQ(filters[i]["supported_accelerators"], (std::vector<std::string>{"cpu", "cuda"}));
    ASSERT_EQ(filters[i]["parameters"].size(), registered[i].parameters.size());
    for (std::size_t j = 0; j < registered[i].parameters.size(); ++j)
      expect_described(filters[i]["parameters"][j], registered[i].parameters[j]);
  }
}

TEST(RestConfig, ExplainsAPlan) {
  RestServer server;
  const auto plan = json_of(server.ask(
      "GET", "/api/v1/config/plan?pipeline=resize:width=10,height=6&input=jpeg&width=640&height=480"));
  EXPECT_THAT(plan["pipeline"], StartsWith("resize:"));
  EXPECT_EQ(plan["steps"][0]["output"]["width"], 10);
  EXPECT_FALSE(plan["reasons"].empty());
  EXPECT_EQ(plan["route"], "planes");
  const auto exact = json_of(server.ask(
      "GET", "/api/v1/config/plan?pipeline=resize:width=10&input=jpeg&format=jpeg&exactness=exact"));
  EXPECT_EQ(exact["route"], "pixels");
  EXPECT_EQ(plan["decoded_eighths"], 1);
  EXPECT_THAT(plan["reasons"].back().get<std::string>(), HasSubstr("decoded at 1/8 of its size"));
  EXPECT_EQ(server.ask("GET", "/api/v1/config/plan?pipeline=nonsense").status, 400);
  EXPECT_EQ(server.ask("GET", "/api/v1/config/plan?width=10").status, 400);
}

TEST(RestConfig, SaysWhatAutoMeansForAPicture) {
  RestServer server;
  const auto large =
      json_of(server.ask("GET", "/api/v1/config/plan?pipeline=invert&width=1920&height=1080"))["auto"];
  EXPECT_EQ(large["accelerator"], "cuda");
  EXPECT_EQ(large["reason"], "faster");
  EXPECT_EQ(large["predicted_us"]["cpu"], 2000);
  EXPECT_EQ(large["predicted_us"]["cuda"], 1000);
  EXPECT_THAT(large["explanation"].get<std::string>(), HasSubstr("2000 us on the CPU"));
  const auto small =
      json_of(server.ask("GET", "/api/v1/config/plan?pipeline=invert&width=19&height=10"))["auto"];
  EXPECT_EQ(small["accelerator"], "cpu");
  const auto sizeless = json_of(server.ask("GET", "/api/v1/config/plan?pipeline=invert"));
  EXPECT_FALSE(sizeless.contains("auto"));
}

TEST(RestConfig, ListsInputsEndpointsAndTools) {
  RestServer server;
  const auto inputs = json_of(server.ask("GET", "/api/v1/config/inputs"));
  EXPECT_EQ(inputs["sources"][0]["type"], "test_pattern");
  const auto stream = json_of(server.ask("GET", "/api/v1/config/stream"));
  EXPECT_EQ(stream["endpoints"][0]["endpoint"], "/ws");
  EXPECT_TRUE(json_of(server.ask("GET", "/api/v1/config/tools"))["categories"].is_array());
}

TEST(RestConfig, ListsInputsPageByPage) {
  RestServer server;
  for (const auto* name : {"a.png", "b.png", "c.png"})
    server.ask("POST", std::string("/api/v1/images/upload?filename=") + name, engine::png_of(4, 3));
  for (const int limit : {1, 2, 3, 4, 5, 50}) {
    std::vector<std::string> names;
    std::string cursor;
    do {
      const auto page = json_of(server.ask("GET", "/api/v1/config/inputs?limit=" + std::to_string(limit) +
                                                      (cursor.empty() ? "" : "&cursor=" + cursor)));
      EXPECT_LE(page["sources"].size(), static_cast<std::size_t>(limit));
      for (const auto& source : page["sources"]) names.push_back(source["display_name"]);
      cursor = page["next_cursor"].is_null() ? "" : page["next_cursor"];
    } while (!cursor.empty());
    EXPECT_THAT(names,
                ::testing::ElementsAre("Test pattern", "Camera of the browser", "c.png", "b.png", "a.png"));
  }
  EXPECT_EQ(server.ask("GET", "/api/v1/config/inputs?cursor=own9").status, 400);
  EXPECT_EQ(server.ask("GET", "/api/v1/config/inputs?limit=0").status, 400);
}

TEST(RestConfig, DoesNotPretendToHaveWhatIsNotThereYet) {
  RestServer server;
  EXPECT_EQ(server.ask("GET", "/api/v1/videos").status, 404);
  EXPECT_EQ(server.ask("POST", "/ofrep/v1/evaluate/flags").status, 404);
}

TEST(RestHealth, IsReadyOnlyWithEverythingThatIsRequired) {
  RestServer server;
  server.readiness().set("job_store", true, true, "");
  server.readiness().set("gpu", false, false, "none found");
  auto response = server.ask("GET", "/health/ready");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(json_of(response)["status"], "ready");
  server.readiness().set("job_store", true, false, "disk full");
  response = server.ask("GET", "/health/ready");
  EXPECT_EQ(response.status, 503);
  EXPECT_THAT(response.body, HasSubstr("disk full"));
  EXPECT_EQ(server.ask("GET", "/health/live").status, 200) << "liveness depends on nothing";
  EXPECT_EQ(json_of(server.ask("GET", "/health"))["status"], "healthy");
}

TEST(RestHealth, SaysThatItDrains) {
  RestServer server;
  server.readiness().drain();
  const auto response = server.ask("GET", "/health/ready");
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(json_of(response)["status"], "draining");
}

TEST(RestMetrics, SpeaksOpenMetricsWhenAskedTo) {
  RestServer server;
  const auto text = server.ask("GET", "/metrics");
  EXPECT_THAT(text.headers.at("content-type"), StartsWith("text/plain"));
  const auto open =
      server.ask("GET", "/metrics", "", "Accept: application/openmetrics-text;version=1.0.0\r\n");
  EXPECT_THAT(open.headers.at("content-type"), StartsWith("application/openmetrics-text"));
  EXPECT_EQ(open.body, "# EOF\n");
}

TEST(RestMetrics, WeighsWhatTheClientWouldRatherHave) {
  RestServer server;
  const auto type = [&](const std::string& accept) {
    return server.ask("GET", "/metrics", "", "Accept: " + accept + "\r\n").headers.at("content-type");
  };
  EXPECT_THAT(type("application/openmetrics-text;q=0.5,text/plain;version=0.0.4;q=0.2,*/*;q=0.1"),
              StartsWith("application/openmetrics-text"));
  EXPECT_THAT(type("Application/OpenMetrics-Text"), StartsWith("application/openmetrics-text"));
  EXPECT_THAT(type("application/openmetrics-text;q=0"), StartsWith("text/plain"));
  EXPECT_THAT(type("text/plain, application/openmetrics-text;q=0.1"), StartsWith("text/plain"));
  EXPECT_THAT(type("*/*"), StartsWith("text/plain"));
}

}  // namespace
}  // namespace framewright::net
