// The WebSocket over real sockets: clients that say wrong things, are slow, are silent, or vanish.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/net/websocket_fixture.hpp"

namespace framewright::net {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using Answers = FakeFrameService::Answers;
using WebSocketFaultsTest = WebSocketFixture;

// --- Bad input.

TEST_F(WebSocketFaultsTest, LivesOnAfterEveryMalformedFrame) {
  start();
  auto client = streaming_client("lossless");
  const auto good = encode_header(jpeg_header(7));
  const auto broken = [&](std::size_t at, char value) {
    std::string bytes(good.begin(), good.end());
    bytes[at] = value;
    return bytes;
  };
  const std::vector<std::pair<std::string, std::string>> cases{{broken(0, 'X'), "invalid_argument"},
                                                               {broken(4, 2), "invalid_argument"},
                                                               {broken(4, 0), "invalid_argument"},
                                                               {broken(5, 4), "unsupported_media"},
                                                               {broken(5, 77), "unsupported_media"},
                                                               {broken(5, 0), "invalid_argument"},
                                                               {broken(36, 1), "invalid_argument"},
                                                               {broken(39, '\xff'), "invalid_argument"},
                                                               {broken(32, 9), "not_found"},
                                                               {"", "invalid_argument"},
                                                               {std::string(39, 'F'), "invalid_argument"}};
  for (const auto& [bytes, code] : cases) {
    client.send({.opcode = Opcode::Binary}, bytes);
    const auto error = client.receive_json();
    EXPECT_EQ(error["type"], "error");
    EXPECT_EQ(error["code"], code) << error.dump();
  }
  client.send_frame(jpeg_header(8), "still here");
  EXPECT_EQ(payload_of(client.receive().value()), "still here");
}

TEST_F(WebSocketFaultsTest, LivesOnAfterTextThatIsNoMessage) {
  start();
  auto client = open_client();
  for (const std::string_view text :
       {"", "hello", "{", "[]", R"({"type":"dance"})", R"({"type":"ping","type":"ping"})"}) {
    client.send({.opcode = Opcode::Text}, text);
    EXPECT_EQ(client.receive_json()["code"], "invalid_argument") << text;
  }
  client.send({.opcode = Opcode::Text}, std::string(200'000, '['));
  EXPECT_EQ(client.receive_json()["code"], "invalid_argument");
  client.say({{"type", "ping"}});
  EXPECT_EQ(client.receive_json()["type"], "pong");
}

TEST_F(WebSocketFaultsTest, ClosesWith1002OnAProtocolViolation) {
  start();
  const std::vector<std::string> violations{
      websocket_bytes({.masked = false}, "{}"),
      websocket_bytes({.reserved_bits = 4}, "{}"),
      websocket_bytes({.opcode = static_cast<Opcode>(3)}, ""),
      websocket_bytes({.opcode = static_cast<Opcode>(11)}, ""),
      websocket_bytes({.opcode = Opcode::Continuation}, "x"),
      websocket_bytes({.opcode = Opcode::Ping, .final = false}, "x"),
      websocket_bytes({.opcode = Opcode::Ping}, std::string(126, 'x')),
      websocket_bytes({.opcode = Opcode::Close}, "x"),
      websocket_bytes({.final = false}, "a") + websocket_bytes({}, "b")};
  for (const auto& violation : violations) {
    auto client = open_client();
    client.send_bytes(violation);
    EXPECT_EQ(client.receive_close(), 1002);
  }
  EXPECT_TRUE(sessions_come_to(0));
}

TEST_F(WebSocketFaultsTest, ClosesWith1007OnTextThatIsNotUtf8) {
  start();
  auto client = open_client();
  client.send({.opcode = Opcode::Text}, "\xff\xfe");
  EXPECT_EQ(client.receive_close(), 1007);
}

TEST_F(WebSocketFaultsTest, ClosesWith1009OnAMessageBeyondTheLimit) {
  limits.message_bytes = 10'000;
  start();
  auto whole = streaming_client("lossless");
  whole.send({.opcode = Opcode::Binary}, std::string(10'001, 'x'));
  EXPECT_EQ(whole.receive_close(), 1009);
  auto pieces = streaming_client("lossless");
  pieces.send({.opcode = Opcode::Binary, .final = false}, std::string(10'000, 'x'));
  pieces.send({.opcode = Opcode::Continuation}, "y");
  EXPECT_EQ(pieces.receive_close(), 1009);
  auto fits = streaming_client("lossless");
  fits.send_frame(jpeg_header(1), std::string(10'000 - kFrameHeaderBytes, 'x'));
  EXPECT_EQ(fits.receive()->opcode, Opcode::Binary);
}

TEST_F(WebSocketFaultsTest, AnswersACloseWithItsCode) {
  start();
  auto client = open_client();
  client.send({.opcode = Opcode::Close}, std::string("\x03\xe8", 2) + "bye");
  EXPECT_EQ(client.receive_close(), 1000);
  EXPECT_TRUE(client.ended());
  client.vanish();
  EXPECT_TRUE(sessions_come_to(0));
}

TEST_F(WebSocketFaultsTest, AnswersPings) {
  start();
  auto client = open_client();
  client.send({.opcode = Opcode::Ping}, "are you there");
  const auto pong = client.receive();
  ASSERT_TRUE(pong.has_value());
  EXPECT_EQ(pong->opcode, Opcode::Pong);
  EXPECT_EQ(pong->payload, "are you there");
}

// --- Slow, silent and vanished clients.

TEST_F(WebSocketFaultsTest, ClosesAClientThatNeverReadsWith1008) {
  timeouts.slow_client = milliseconds(300);
  limits.send_bytes_per_connection = 1 << 20;
  start();
  auto client = this->client();
  client.shrink_receive_buffer();
  client.open();
  client.say({{"type", "open_stream"}, {"stream_id", 1}, {"delivery", "lossless"}, {"window", 64}});
  EXPECT_EQ(client.receive_json()["type"], "stream_opened");
  // More than the kernel takes on both sides, in a thread because the server stops reading.
  std::thread sender([&] {
    const auto payload = pattern(200'000);
    for (std::uint64_t id = 0; id < 500 && client.send_frame(jpeg_header(id), payload); ++id) {
    }
  });
  EXPECT_TRUE(frames->wait_until([&] { return frames->open_streams() == 1; }));
  EXPECT_TRUE(frames->wait_until([&] { return frames->open_streams() == 0; }));
  EXPECT_LT(budget->peak_bytes(), 8U << 20);  // The limit, one frame beyond it, and one that waits.
  const auto code = client.receive_close();
  sender.join();
  EXPECT_TRUE(code == 1008 || code == 0) << code;  // Unless the patience ended before the client read on.
  EXPECT_TRUE(sessions_come_to(0));
  EXPECT_TRUE(memory_comes_back());
}

TEST_F(WebSocketFaultsTest, TellsASlowReaderWhyWhenItReadsAfterAll) {
  timeouts.slow_client = milliseconds(1000);
  limits.send_bytes_per_connection = 64 << 20;
  start(Answers::WhenTold);
  auto client = streaming_client("latest");
  client.send_frame(jpeg_header(1), pattern(30'000'000));
  ASSERT_TRUE(frames->wait_until([&] { return frames->waiting(1) == 1; }));
  frames->answer(1);
  ASSERT_TRUE(frames->wait_until([&] { return frames->open_streams() == 0; }));
  EXPECT_EQ(client.receive_close(), 1008);
}

TEST_F(WebSocketFaultsTest, ResetsASlowReaderThatCannotEvenBeTold) {
  timeouts.slow_client = milliseconds(200);
  limits.send_bytes_per_connection = 64 << 20;
  start(Answers::WhenTold);
  auto client = streaming_client("latest");
  client.send_frame(jpeg_header(1), pattern(30'000'000));
  ASSERT_TRUE(frames->wait_until([&] { return frames->waiting(1) == 1; }));
  frames->answer(1);
  EXPECT_TRUE(sessions_come_to(0));
  EXPECT_TRUE(memory_comes_back());
}

TEST_F(WebSocketFaultsTest, ClosesAClientThatSendsAByteNowAndThenWith1008) {
  timeouts.message = milliseconds(300);
  start();
  auto client = open_client();
  const auto bytes = websocket_bytes({.opcode = Opcode::Binary}, std::string(5'000'000, 'x'));
  std::atomic<bool> closed = false;
  std::thread sender([&] {
    for (std::size_t at = 0; !closed && client.send_bytes(bytes.substr(at, at == 0 ? 2000 : 1)); ++at) {
      std::this_thread::sleep_for(milliseconds(20));  // The slowness is what is tested.
    }
  });
  EXPECT_EQ(client.receive_close(), 1008);
  closed = true;
  sender.join();
  client.vanish();
  EXPECT_TRUE(sessions_come_to(0));
  EXPECT_TRUE(memory_comes_back());
}

TEST_F(WebSocketFaultsTest, PingsASilentClientAndGivesUpWhenItDoesNotAnswer) {
  timeouts.keep_alive = milliseconds(400);
  start();
  auto client = this->client();
  client.answer_pings(false);
  client.open();
  EXPECT_EQ(client.receive()->opcode, Opcode::Ping);
  EXPECT_EQ(client.receive()->opcode, Opcode::Ping);
  EXPECT_TRUE(client.ended());
  EXPECT_TRUE(sessions_come_to(0));
}

TEST_F(WebSocketFaultsTest, KeepsASilentClientThatAnswersPings) {
  timeouts.keep_alive = milliseconds(200);
  start();
  auto client = this->client();
  client.answer_pings(false);
  client.open();
  for (int round = 0; round < 6; ++round) {
    const auto ping = client.receive();
    ASSERT_TRUE(ping.has_value());
    ASSERT_EQ(ping->opcode, Opcode::Ping);
    client.send({.opcode = Opcode::Pong}, "");
  }
  EXPECT_EQ(hub->open_sessions(), 1);
}

TEST_F(WebSocketFaultsTest, LetsGoOfAClientThatVanishesInAnyState) {
  timeouts.message = milliseconds(10'000);
  start(Answers::WhenTold);
  const auto head = encode_header(jpeg_header(1));
  const auto frame =
      websocket_bytes({.opcode = Opcode::Binary}, std::string(head.begin(), head.end()) + pattern(100'000));
  const std::vector<std::function<void(WebSocketTestClient&)>> states{
      [](auto& client) { client.send_bytes("GET /ws HTTP/1.1\r\nHost:"); },
      [](auto& client) { client.upgrade(); },
      [](auto& client) { client.open(); },
      [](auto& client) {
        client.open();
        client.send_bytes("\x82");
      },
      [&](auto& client) {
        client.open();
        client.send_bytes(frame.substr(0, 30));
      },
      [&](auto& client) {
        client.open();
        client.send_bytes(frame.substr(0, 50'000));
      },
      [](auto& client) {
        client.open();
        client.say({{"type", "open_stream"}, {"stream_id", 1}});
      },
      [&](auto& client) {
        client.open();
        client.say({{"type", "open_stream"}, {"stream_id", 1}, {"delivery", "lossless"}, {"window", 2}});
        client.receive_json();
        for (int i = 0; i < 4; ++i) client.send_bytes(frame);
        EXPECT_TRUE(frames->wait_until([&] { return frames->waiting(1) == 2; }));
        frames->answer(1, 2);  // Only writing shows that such a client has gone.
      },
      [&](auto& client) {
        client.open();
        client.say({{"type", "open_stream"}, {"stream_id", 1}, {"delivery", "lossless"}});
        client.receive_json();
        client.send_bytes(frame);
        EXPECT_TRUE(frames->wait_until([&] { return frames->waiting(1) == 1; }));
      }};
  for (std::size_t i = 0; i < states.size(); ++i) {
    auto client = this->client();
    states[i](client);
    client.vanish();
    EXPECT_TRUE(sessions_come_to(0)) << "state " << i;
    EXPECT_EQ(frames->open_streams(), 0U) << "state " << i;
    EXPECT_TRUE(memory_comes_back()) << "state " << i;
  }
}

}  // namespace
}  // namespace framewright::net
