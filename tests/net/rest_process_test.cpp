#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/net/rest_server.hpp"

namespace framewright::net {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

constexpr const char* kRaw = "Content-Type: application/octet-stream\r\n";
constexpr const char* kJpeg = "Content-Type: image/jpeg\r\n";
constexpr const char* kJson = "Content-Type: application/json\r\n";
constexpr const char* kRawShape = "width=2&height=1&pixel_format=rgb8";

std::string process(std::string_view query) { return "/api/v1/process?" + std::string(query); }

TEST(RestProcess, AnswersWithTheProcessedBytesAndHowLongTheyTook) {
  RestServer server;
  const auto response =
      server.ask("POST", process(kRawShape), std::string("\0\x01\x02\xfd\xfe\xff", 6), kRaw);
  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(response.body, std::string("\xff\xfe\xfd\x02\x01\0", 6));
  EXPECT_EQ(response.headers.at("content-type"), "application/octet-stream");
  EXPECT_EQ(response.headers.at("x-framewright-accelerator"), "cpu");
  EXPECT_EQ(response.headers.at("x-framewright-accelerator-reason"), "asked");
  EXPECT_EQ(response.headers.at("x-framewright-width"), "2");
  EXPECT_EQ(response.headers.at("x-framewright-pixel-format"), "rgb8");
  EXPECT_THAT(response.headers.at("server-timing"),
              MatchesRegex("queue;dur=[0-9.]+, decode;dur=[0-9.]+, process;dur=[0-9.]+, encode;dur=[0-9.]+"));
}

TEST(RestProcess, HandsThePipelineAndTheOutputOn) {
  RestServer server;
  const auto response =
      server.ask("POST", process("pipeline=invert&format=png&quality=7&exactness=visual"), "bytes", kJpeg);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.at("content-type"), "image/png");
  EXPECT_EQ(server.frames().last_pipeline(), "invert");
  EXPECT_EQ(server.frames().last_output().quality, 7);
  EXPECT_EQ(server.frames().last_output().exactness, engine::Exactness::Visual);
}

TEST(RestProcess, HandsTheTraceOn) {
  RestServer server;
  const auto headers =
      std::string(kJpeg) + "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n";
  EXPECT_EQ(server.ask("POST", process("pipeline=invert"), "bytes", headers).status, 200);
  EXPECT_THAT(server.frames().last_trace_parent(),
              MatchesRegex("00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]+-01"));
}

TEST(RestProcess, TakesAPipelineThatIsPercentEncoded) {
  RestServer server;
  const auto pipeline = "grayscale%3Aalgorithm%3Dbt709%7Cinvert";
  EXPECT_EQ(server.ask("POST", process("pipeline=" + std::string(pipeline)), "x", kJpeg).status, 200);
  EXPECT_EQ(server.frames().last_pipeline(), "grayscale:algorithm=bt709|invert");
}

TEST(RestProcess, NamesEveryWrongParameter) {
  RestServer server;
  const auto response =
      server.ask("POST", process("colour=red&quality=0&accelerator=fpga&width=2"), "x", kJpeg);
  EXPECT_EQ(response.status, 400);
  std::vector<std::string> fields;
  const auto document = json_of(response);
  for (const auto& error : document.at("errors")) fields.push_back(error.at("field"));
  EXPECT_THAT(fields, ::testing::UnorderedElementsAre("colour", "quality", "accelerator", "width"));
}

TEST(RestProcess, NamesAnUnknownFilter) {
  RestServer server;
  const auto response = server.ask("POST", process("pipeline=no_such_filter"), "x", kJpeg);
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(json_of(response)["code"], "unknown_filter");
}

TEST(RestProcess, WantsTheShapeOfRawPixels) {
  RestServer server;
  const auto response = server.ask("POST", process("width=2&height=1"), "xxxxxx", kRaw);
  EXPECT_EQ(response.status, 400);
  EXPECT_THAT(response.body, HasSubstr("pixel_format"));
}

TEST(RestProcess, SaysOncePerParameterWhatIsWrongWithTheShape) {
  RestServer server;
  const auto response = server.ask("POST", process("width=0&height=1&pixel_format=bgr8"), "xxx", kRaw);
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(json_of(response)["errors"].size(), 2u) << response.body;
}

TEST(RestProcess, LeavesItToTheEngineWhatIsTooLarge) {
  RestServer server;
  EXPECT_EQ(server.ask("POST", process("width=99999&height=1&pixel_format=gray8"), "x", kRaw).status, 200);
}

TEST(RestProcess, RefusesOtherMediaAndAnEmptyBody) {
  RestServer server;
  EXPECT_EQ(server.ask("POST", process(""), "GIF89a", "Content-Type: image/gif\r\n").status, 415);
  EXPECT_EQ(server.ask("POST", process(""), "x").status, 415);
  EXPECT_EQ(server.ask("POST", process(""), "", kJpeg).status, 400);
}

TEST(RestProcess, PassesOnWhyAFrameFailed) {
  RestServer server;
  server.frames().fail_with({engine::ErrorCode::Overloaded, "256 MiB of frames in flight"});
  const auto response = server.ask("POST", process(""), "x", kJpeg);
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.headers.at("retry-after"), "1");
  EXPECT_EQ(json_of(response)["detail"], "256 MiB of frames in flight");
}

TEST(RestProcess, RefusesABodyThatDeclaresTooMuch) {
  RestServer server;
  auto client = server.client();
  const auto response = client.ask(
      "POST /api/v1/process HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\nContent-Length: "
      "1048577\r\n\r\n");
  EXPECT_EQ(response.status, 413);
  EXPECT_EQ(json_of(response)["code"], "body_too_large");
}

TEST(RestProcess, RefusesAChunkedBodyOnceItIsTooLarge) {
  RestServer server;
  auto client = server.client();
  client.send(
      "POST /api/v1/process HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\n"
      "Transfer-Encoding: chunked\r\n\r\n");
  const auto chunk = "40000\r\n" + std::string(0x40000, 'x') + "\r\n";
  for (int i = 0; i < 5; ++i) client.send(chunk);
  EXPECT_EQ(client.read().status, 413);
}

TEST(RestProcess, TakesABodyOfExactlyTheLimit) {
  RestServer server;
  const auto response = server.ask("POST", process(""), std::string(1 << 20, 'x'), kJpeg);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body.size(), 1u << 20);
}

TEST(RestProcess, SaysThatItIsOverloadedWhenTheFrameMemoryIsUsed) {
  RestServer server({.frame_memory_bytes = 4 << 20});  // A quarter of it is for inputs.
  server.frames().hold();
  auto holder = server.client();
  const std::string body(600'000, 'x');
  holder.send(request_text("POST", process(""), body, kJpeg));
  server.frames().wait_for_received(1);
  // The fake keeps no buffer, so that the memory has to be taken by a body that is still arriving.
  auto arriving = server.client();
  arriving.send(request_text("POST", process(""), body, kJpeg).substr(0, 300'000));
  RawResponse response;
  while (response.status != 503) {
    response = server.ask("POST", process(""), body, kJpeg);
    ASSERT_TRUE(response.status == 503) << response.status;
  }
  EXPECT_EQ(json_of(response)["code"], "overloaded");
}

TEST(RestProcess, CancelsTheFrameOfAClientThatGoesAway) {
  RestServer server;
  server.frames().hold();
  auto client = server.client();
  client.send(request_text("POST", process(""), "x", kJpeg));
  server.frames().wait_for_received(1);
  client.close();
  server.frames().wait_for_ended(1);
}

TEST(RestProcess, GivesTheMemoryBackWhenTheAnswerIsWritten) {
  RestServer server;
  auto client = server.client();
  ASSERT_EQ(client.ask(request_text("POST", process(""), std::string(50'000, 'x'), kJpeg)).status, 200);
  ASSERT_EQ(client.ask(request_text("GET", "/health")).status, 200) << "the exchange before it is over then";
  EXPECT_EQ(server.frame_memory_used(), 0u);
}

TEST(RestProcessImage, TakesAndAnswersPixelsInJson) {
  RestServer server;
  const auto response = server.ask(
      "POST", "/api/v1/process/image",
      R"({"image_data":"AAAA////","width":2,"height":1,"channels":3,"pipeline":[{"filter":"invert"}]})",
      kJson);
  ASSERT_EQ(response.status, 200) << response.body;
  const auto document = json_of(response);
  EXPECT_EQ(document["image_data"], "////AAAA");
  EXPECT_EQ(document["width"], 2);
  EXPECT_EQ(document["channels"], 3);
  EXPECT_EQ(document["accelerator"], "cpu");
  EXPECT_EQ(document["timings_us"]["decode"], 0);
  EXPECT_EQ(server.frames().last_pipeline(), "invert");
}

TEST(RestProcessImage, NamesWrongFields) {
  RestServer server;
  const auto response = server.ask("POST", "/api/v1/process/image",
                                   R"({"image_data":"AAAA","width":0,"channels":2,"depth":8})", kJson);
  EXPECT_EQ(response.status, 400);
  std::vector<std::string> fields;
  const auto document = json_of(response);
  for (const auto& error : document.at("errors")) fields.push_back(error.at("field"));
  EXPECT_THAT(fields, ::testing::UnorderedElementsAre("width", "height", "channels", "depth"));
}

TEST(RestProcessImage, RefusesWhatIsNeitherJsonNorBase64) {
  RestServer server;
  const auto ask = [&](std::string_view body, std::string_view type) {
    return server.ask("POST", "/api/v1/process/image", body, type).status;
  };
  EXPECT_EQ(ask("{", kJson), 400);
  EXPECT_EQ(ask("<xml/>", "Content-Type: text/xml\r\n"), 415);
  EXPECT_EQ(ask(R"({"image_data":"A?==","width":1,"height":1,"channels":1})", kJson), 400);
  EXPECT_EQ(ask(std::string(64, '[') + std::string(64, ']'), kJson), 400);
}

}  // namespace
}  // namespace framewright::net
