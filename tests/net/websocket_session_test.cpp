// The WebSocket over real sockets: what a client sees, whatever it does.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/net/websocket_fixture.hpp"

namespace framewright::net {
namespace {

using nlohmann::json;
using Answers = FakeFrameService::Answers;
using WebSocketSessionTest = WebSocketFixture;

// --- The upgrade.

TEST_F(WebSocketSessionTest, AnswersTheUpgradeAndWelcomes) {
  start();
  auto client = this->client();
  const auto head = client.upgrade();
  EXPECT_TRUE(head.starts_with("HTTP/1.1 101 ")) << head;
  EXPECT_NE(head.find("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), std::string::npos);  // RFC 6455, section 1.3.
  EXPECT_EQ(head.find("Sec-WebSocket-Protocol"), std::string::npos);
  const auto welcome = client.receive_json();
  EXPECT_EQ(welcome["type"], "welcome");
  EXPECT_EQ(welcome["session_id"].get<std::string>().size(), 16U);
}

TEST_F(WebSocketSessionTest, TakesTheSubprotocolWhenItIsOffered) {
  start();
  const auto head = client().upgrade("Sec-WebSocket-Protocol: other, framewright.v1\r\n");
  EXPECT_NE(head.find("Sec-WebSocket-Protocol: framewright.v1\r\n"), std::string::npos) << head;
}

TEST_F(WebSocketSessionTest, RefusesAForeignOrigin) {
  allowed_origins = {"https://good.example"};
  start();
  auto client = this->client();
  const auto head = client.upgrade("Origin: https://evil.example\r\n");
  EXPECT_TRUE(head.starts_with("HTTP/1.1 403 ")) << head;
  EXPECT_NE(head.find("application/problem+json"), std::string::npos);
  EXPECT_TRUE(this->client().upgrade("Origin: https://good.example\r\n").starts_with("HTTP/1.1 101 "));
  EXPECT_TRUE(this->client().upgrade("Origin: http://localhost\r\n").starts_with("HTTP/1.1 101 "));
}

TEST_F(WebSocketSessionTest, TakesTheSubprotocolAsItIsSpelledOnly) {
  start();
  const auto head = client().upgrade(
      "Sec-WebSocket-Protocol: FRAMEWRIGHT.V1\r\nSec-WebSocket-Protocol: framewright.v2\r\n");
  EXPECT_TRUE(head.starts_with("HTTP/1.1 101 ")) << head;
  EXPECT_EQ(head.find("Sec-WebSocket-Protocol"), std::string::npos) << head;
}

TEST_F(WebSocketSessionTest, ReturnsTheNumberOfTheRequest) {
  start();
  EXPECT_NE(client().upgrade("X-Request-Id: r-1\r\n").find("X-Request-Id: r-1\r\n"), std::string::npos);
  EXPECT_NE(client().upgrade().find("X-Request-Id: "), std::string::npos);
}

TEST_F(WebSocketSessionTest, RefusesAnUpgradeThatIsNone) {
  start();
  const std::string key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  const std::string version = "Sec-WebSocket-Version: 13\r\n";
  const auto answer = [this](const std::string& protocol, const std::string& fields) {
    auto client = this->client();
    client.send_bytes("GET /ws " + protocol + "\r\nHost: localhost\r\nUpgrade: websocket\r\n" +
                      "Connection: Upgrade\r\nX-Request-Id: r-1\r\n" + fields + "\r\n");
    return client.receive_until_closed();
  };
  const auto refused = answer("HTTP/1.1", "");
  EXPECT_TRUE(refused.starts_with("HTTP/1.1 400 ")) << refused;
  EXPECT_NE(refused.find("application/problem+json"), std::string::npos) << refused;
  EXPECT_NE(refused.find("\"request_id\":\"r-1\""), std::string::npos) << refused;
  EXPECT_TRUE(answer("HTTP/1.1", key).starts_with("HTTP/1.1 400 "));
  EXPECT_TRUE(answer("HTTP/1.1", version).starts_with("HTTP/1.1 400 "));
  EXPECT_TRUE(answer("HTTP/1.1", "Sec-WebSocket-Key: abc\r\n" + version).starts_with("HTTP/1.1 400 "));
  EXPECT_TRUE(answer("HTTP/1.0", key + version).starts_with("HTTP/1.1 400 "));
  const auto old = answer("HTTP/1.1", key + "Sec-WebSocket-Version: 8\r\n");
  EXPECT_TRUE(old.starts_with("HTTP/1.1 426 ")) << old;
  EXPECT_NE(old.find("Sec-WebSocket-Version: 13\r\n"), std::string::npos) << old;
  EXPECT_TRUE(sessions_come_to(0));
}

TEST_F(WebSocketSessionTest, RefusesDataThatDoesNotWaitForTheUpgrade) {
  start();
  auto client = this->client();
  const auto head = client.upgrade(std::string("\r\n") + websocket_bytes({}, "{}"));
  EXPECT_TRUE(head.starts_with("HTTP/1.1 400 ")) << head;
}

// --- Frames.

TEST_F(WebSocketSessionTest, AnswersFramesOfEverySize) {
  start();
  auto client = streaming_client("lossless");
  std::uint64_t id = 0;
  for (const std::size_t size :
       {0u, 1u, 85u, 86u, 125u, 126u, 983u, 984u, 985u, 65535u, 65536u, 300'000u, 6'220'800u}) {
    const auto payload = pattern(size);
    ASSERT_TRUE(client.send_frame(jpeg_header(++id), payload));
    const auto answer = client.receive();
    ASSERT_TRUE(answer.has_value()) << size;
    ASSERT_EQ(answer->opcode, Opcode::Binary);
    EXPECT_EQ(decode_result(answer->bytes())->header.frame_id, id);
    EXPECT_TRUE(payload_of(*answer) == payload) << size;
  }
}

TEST_F(WebSocketSessionTest, AnswersManyFramesInOrder) {
  start();
  auto client = streaming_client("lossless", 64);
  std::string burst;
  for (std::uint64_t id = 0; id < 500; ++id) {
    const auto head = encode_header(jpeg_header(id));
    burst +=
        websocket_bytes({.opcode = Opcode::Binary}, std::string(head.begin(), head.end()) + pattern(200));
  }
  ASSERT_TRUE(client.send_bytes(burst));
  for (std::uint64_t id = 0; id < 500; ++id) {
    const auto answer = client.receive();
    ASSERT_TRUE(answer.has_value());
    ASSERT_EQ(decode_result(answer->bytes())->header.frame_id, id);
  }
}

TEST_F(WebSocketSessionTest, TakesFragmentedMessages) {
  start();
  auto client = streaming_client("lossless");
  const auto head = encode_header(jpeg_header(1));
  const auto payload = pattern(100'000);
  const auto message = std::string(head.begin(), head.end()) + payload;
  std::size_t at = 0;
  for (const std::size_t length : {1UL, 0UL, 39UL, 5000UL, 40'000UL}) {
    const auto opcode = at == 0 ? Opcode::Binary : Opcode::Continuation;
    client.send({.opcode = opcode, .final = false}, std::string_view(message).substr(at, length));
    client.send({.opcode = Opcode::Ping}, "between");
    at += length;
  }
  client.send({.opcode = Opcode::Continuation}, std::string_view(message).substr(at));
  auto answer = client.receive();
  while (answer && answer->opcode == Opcode::Pong) answer = client.receive();
  ASSERT_TRUE(answer.has_value());
  EXPECT_TRUE(payload_of(*answer) == payload);
}

TEST_F(WebSocketSessionTest, AnswersJsonFramesWithJsonResults) {
  start();
  auto client = streaming_client("lossless");
  client.say({{"type", "frame"},
              {"stream_id", 1},
              {"frame_id", 5},
              {"encoding", "jpeg"},
              {"capture_us", 17},
              {"data", "AQID"}});
  const auto result = client.receive_json();
  EXPECT_EQ(result["type"], "result");
  EXPECT_EQ(result["stream_id"], 1);
  EXPECT_EQ(result["frame_id"], 5);
  EXPECT_EQ(result["capture_us"], 17);
  EXPECT_EQ(result["encoding"], "jpeg");
  EXPECT_EQ(result["accelerator"], "cpu");
  EXPECT_EQ(result["timings_us"]["queue"], 0);
  EXPECT_EQ(result["detections"], json::array());
  EXPECT_EQ(result["data"], "AQID");
}

TEST_F(WebSocketSessionTest, SaysTheErrorOfAFrameAndGoesOn) {
  start(Answers::WhenTold);
  auto client = streaming_client("lossless");
  client.send_frame(jpeg_header(1), "bad");
  ASSERT_TRUE(frames->wait_until([&] { return frames->waiting(1) == 1; }));
  frames->fail(1, {engine::ErrorCode::CorruptMedia, "not a picture"});
  const auto error = client.receive_json();
  EXPECT_EQ(error["type"], "error");
  EXPECT_EQ(error["code"], "corrupt_media");
  EXPECT_EQ(error["stream_id"], 1);
  EXPECT_EQ(error["frame_id"], 1);
  client.send_frame(jpeg_header(2), "good");
  ASSERT_TRUE(frames->wait_until([&] { return frames->waiting(1) == 1; }));
  frames->answer(1);
  EXPECT_EQ(payload_of(client.receive().value()), "good");
}

TEST_F(WebSocketSessionTest, ReturnsEveryBufferToThePool) {
  start();
  {
    auto client = streaming_client("lossless");
    for (std::uint64_t id = 0; id < 10; ++id) client.send_frame(jpeg_header(id), pattern(100'000));
    for (int i = 0; i < 10; ++i) EXPECT_TRUE(client.receive().has_value());
  }
  ASSERT_TRUE(sessions_come_to(0));
  EXPECT_TRUE(memory_comes_back());
}

// --- Memory.

TEST_F(WebSocketSessionTest, WaitsForMemoryWithLosslessFrames) {
  frame_memory_bytes = 8 << 20;
  start();
  auto client = streaming_client("lossless");
  auto everything = budget->reserve(budget->limit_bytes() - budget->used_bytes());
  ASSERT_TRUE(everything.has_value());
  client.send_frame(jpeg_header(1), pattern(500));
  client.send_frame(jpeg_header(2), pattern(500'000));
  client.send({.opcode = Opcode::Ping}, "waits too");
  auto other = open_client();  // Whoever needs no memory is served meanwhile.
  other.say({{"type", "ping"}});
  EXPECT_EQ(other.receive_json()["type"], "pong");
  everything->release();
  EXPECT_EQ(payload_of(client.receive().value()), pattern(500));
  EXPECT_EQ(payload_of(client.receive().value()), pattern(500'000));
}

TEST_F(WebSocketSessionTest, DropsLatestFramesByNameWhenThereIsNoMemory) {
  frame_memory_bytes = 8 << 20;
  start();
  auto client = streaming_client("latest");
  auto everything = budget->reserve(budget->limit_bytes() - budget->used_bytes());
  ASSERT_TRUE(everything.has_value());
  client.send_frame(jpeg_header(1), pattern(500));
  EXPECT_EQ(client.receive_json(),
            (json{{"type", "dropped"}, {"stream_id", 1}, {"frame_ids", {1}}, {"reason", "overloaded"}}));
  client.send_frame(jpeg_header(2), pattern(500'000));
  EXPECT_EQ(client.receive_json()["frame_ids"], json({2}));
  everything->release();
  client.send_frame(jpeg_header(3), pattern(500'000));
  EXPECT_EQ(payload_of(client.receive().value()), pattern(500'000));
}

TEST_F(WebSocketSessionTest, RefusesAMessageThatTheMemoryCanNeverHold) {
  frame_memory_bytes = 1 << 20;
  start();
  auto client = streaming_client("lossless");
  client.send_frame(jpeg_header(1), pattern(3 << 20));
  const auto error = client.receive_json();
  EXPECT_EQ(error["code"], "body_too_large");
  EXPECT_EQ(error["frame_id"], 1);
  client.send_frame(jpeg_header(2), pattern(100'000));
  EXPECT_EQ(payload_of(client.receive().value()), pattern(100'000));
}

// --- Shutting down.

TEST_F(WebSocketSessionTest, DrainsByFinishingAndClosingWith1001) {
  start(Answers::WhenTold);
  auto client = streaming_client("lossless");
  auto idle = open_client();
  client.send_frame(jpeg_header(1), "last words");
  ASSERT_TRUE(frames->wait_until([&] { return frames->waiting(1) == 1; }));
  hub->drain(std::chrono::steady_clock::now() + std::chrono::seconds(60));
  const auto draining = client.receive_json();
  EXPECT_EQ(draining["type"], "draining");
  EXPECT_GT(draining["deadline_us"], 1'600'000'000'000'000);
  EXPECT_EQ(idle.receive_json()["type"], "draining");
  EXPECT_EQ(idle.receive_close(), 1001);
  frames->answer(1);
  EXPECT_EQ(payload_of(client.receive().value()), "last words");
  EXPECT_EQ(client.receive_json()["reason"], "draining");
  EXPECT_EQ(client.receive_close(), 1001);
  EXPECT_TRUE(this->client().upgrade().starts_with("HTTP/1.1 503 "));
}

TEST_F(WebSocketSessionTest, ClosesAtTheDeadlineOfADrain) {
  start(Answers::WhenTold);
  auto client = streaming_client("lossless");
  client.send_frame(jpeg_header(1), "never answered");
  ASSERT_TRUE(frames->wait_until([&] { return frames->waiting(1) == 1; }));
  hub->drain(std::chrono::steady_clock::now());
  EXPECT_EQ(client.receive_json()["type"], "draining");
  EXPECT_EQ(client.receive_close(), 1001);
  client.vanish();
  EXPECT_TRUE(sessions_come_to(0));
}

}  // namespace
}  // namespace framewright::net
