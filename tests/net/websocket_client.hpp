// A WebSocket client for tests: blocking, and able to say anything, correct or not. It shares no code with
// the server.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "net/frame_codec.hpp"

namespace framewright::net {

enum class Opcode : std::uint8_t { Continuation = 0, Text = 1, Binary = 2, Close = 8, Ping = 9, Pong = 10 };

/// One WebSocket frame as it came.
struct ReceivedFrame {
  Opcode opcode = Opcode::Text;
  std::string payload;

  nlohmann::json json() const { return nlohmann::json::parse(payload); }
  std::span<const std::uint8_t> bytes() const {
    return {reinterpret_cast<const std::uint8_t*>(payload.data()), payload.size()};
  }
  /// Of a close frame; 1005 where it carries none.
  int close_code() const;
};

class WebSocketTestClient {
 public:
  struct Frame {
    Opcode opcode = Opcode::Text;
    bool final = true;
    bool masked = true;
    std::uint8_t reserved_bits = 0;
  };

  explicit WebSocketTestClient(int port);
  ~WebSocketTestClient();
  WebSocketTestClient(WebSocketTestClient&& other) noexcept;
  WebSocketTestClient& operator=(WebSocketTestClient&&) = delete;

  /// Sends the upgrade with `extra_headers` (each ended by CRLF) and returns the head of the answer.
  std::string upgrade(std::string_view extra_headers = {});
  /// As upgrade(), and takes the welcome.
  nlohmann::json open();

  /// False when the connection is broken.
  bool send_bytes(std::string_view bytes);
  bool send(Frame frame, std::string_view payload);
  bool say(const nlohmann::json& message) { return send({.opcode = Opcode::Text}, message.dump()); }
  bool send_frame(const FrameHeader& header, std::string_view payload);

  /// The next frame; none when the connection has ended. Answers pings.
  std::optional<ReceivedFrame> receive();
  /// The next text message, or an empty object when something else came.
  nlohmann::json receive_json();
  /// Skips everything up to the close frame and returns its code; 0 when the connection ends without one.
  int receive_close();
  /// Whether the connection ends, with or without a reset. Blocks until it does or something else arrives.
  bool ended();
  /// Reads body bytes of an HTTP answer.
  std::string receive_bytes(std::size_t count);
  /// Whatever comes until the server closes the connection.
  std::string receive_until_closed();

  /// Vanishes: the connection is reset.
  void vanish();
  void answer_pings(bool answer) { answer_pings_ = answer; }
  /// Keeps the kernel from taking much on the client's behalf. To be called before upgrade().
  void shrink_receive_buffer();

 private:
  bool fill(std::size_t count);

  int socket_ = -1;
  std::string buffer_;
  bool answer_pings_ = true;
};

/// One frame as a client writes it: for tests that send it in pieces.
std::string websocket_bytes(WebSocketTestClient::Frame frame, std::string_view payload);

/// `size` bytes that differ from place to place.
std::string pattern(std::size_t size);

/// The payload of a binary result, or a sentence that says why it is none.
std::string payload_of(const ReceivedFrame& frame);

}  // namespace framewright::net
