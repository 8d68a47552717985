#include "app/rest_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/app/scripted_server.hpp"

namespace framewright::app {
namespace {

using engine::ErrorCode;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

RestClient client_of(const ScriptedServer& server) {
  return RestClient({"127.0.0.1", std::to_string(server.port()), ""}, std::chrono::seconds{10});
}

TEST(ServerAddress, TakesHostPortAndPrefix) {
  const auto plain = ServerAddress::parse("http://127.0.0.1:8080");
  ASSERT_TRUE(plain.has_value());
  EXPECT_EQ(plain->host, "127.0.0.1");
  EXPECT_EQ(plain->port, "8080");
  const auto full = ServerAddress::parse("http://[::1]:99/behind/proxy/");
  ASSERT_TRUE(full.has_value());
  EXPECT_EQ(full->host, "::1");
  EXPECT_EQ(full->port, "99");
  EXPECT_EQ(full->prefix, "/behind/proxy");
  EXPECT_EQ(ServerAddress::parse("http://example.org")->port, "80");
}

TEST(ServerAddress, RefusesWhatIsNoAddress) {
  for (const auto* url :
       {"", "example.org", "https://example.org", "http://", "http://:80", "http://h:x", "http://h:"}) {
    EXPECT_FALSE(ServerAddress::parse(url).has_value()) << url;
  }
}

TEST(RestClient, SendsARequestAndReadsItsAnswer) {
  ScriptedServer server({"HTTP/1.1 200 OK\r\nContent-Type: image/png; x=y\r\nContent-Length: 3\r\n\r\nabc"});
  const auto answer = client_of(server).post("/api/v1/jobs", "text/plain", "body");
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->media_type, "image/png");
  EXPECT_EQ(answer->body, "abc");
  const auto request = server.requests().front();
  EXPECT_THAT(request, HasSubstr("POST /api/v1/jobs HTTP/1.1\r\n"));
  EXPECT_THAT(request, HasSubstr("Content-Type: text/plain\r\n"));
  EXPECT_THAT(request, HasSubstr("\r\n\r\nbody"));
}

TEST(RestClient, SaysWhatTheServerSaidAboutAMistake) {
  const std::string problem =
      R"({"type":"about:blank","status":400,"code":"invalid_pipeline","detail":"1 mistake",)"
      R"("errors":[{"field":"pipeline[0]","message":"sigma is 0.1 to 20"}]})";
  ScriptedServer server({"HTTP/1.1 400 Bad Request\r\nContent-Length: " + std::to_string(problem.size()) +
                         "\r\n\r\n" + problem});
  const auto answer = client_of(server).get("/");
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, ErrorCode::InvalidPipeline);
  EXPECT_EQ(answer.error().detail, "the server answers 400 invalid_pipeline: 1 mistake");
  EXPECT_THAT(answer.error().fields, ElementsAre(engine::FieldError{"pipeline[0]", "sigma is 0.1 to 20"}));
}

TEST(RestClient, NamesTheStatusOfAnAnswerThatIsNoProblem) {
  ScriptedServer server({"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 6\r\n\r\n<html>"});
  const auto answer = client_of(server).get("/");
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().detail, "the server answers 502");
}

TEST(RestClient, FailsClearlyWithoutAServer) {
  std::uint16_t port = 0;
  {
    ScriptedServer gone({});
    port = gone.port();
  }
  const auto answer = RestClient({"127.0.0.1", std::to_string(port), ""}).get("/");
  ASSERT_FALSE(answer.has_value());
  EXPECT_THAT(answer.error().detail, HasSubstr("127.0.0.1:" + std::to_string(port)));
}

TEST(RestClient, FailsWhenTheAnswerIsCutShort) {
  ScriptedServer server({"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc"});
  EXPECT_FALSE(client_of(server).get("/").has_value());
}

TEST(RestClient, FailsOnAnAnswerThatIsNotHttp) {
  ScriptedServer server({"SSH-2.0-OpenSSH_9.2\r\n\r\n"});
  EXPECT_FALSE(client_of(server).get("/").has_value());
}

TEST(RestClient, GivesUpOnAServerThatStaysSilent) {
  ScriptedServer server({ScriptedServer::kSilence});
  const auto answer =
      RestClient({"127.0.0.1", std::to_string(server.port()), ""}, std::chrono::milliseconds{50}).get("/");
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, ErrorCode::Timeout);
}

TEST(PercentEncoded, LeavesOnlyUnreservedCharacters) {
  EXPECT_EQ(percent_encoded("aZ09-_.~"), "aZ09-_.~");
  EXPECT_EQ(percent_encoded("a/b?c=ä"), "a%2Fb%3Fc%3D%C3%A4");
}

}  // namespace
}  // namespace framewright::app
