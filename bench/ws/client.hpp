// A WebSocket client that costs next to nothing, so that a measurement is one of the server: blocking
// sockets, answers counted in place, and a mask of zeros, which the server has to apply like any other.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace framewright::bench {

/// A message within the client's receive buffer; valid until the next call.
struct Message {
  bool is_text = false;
  std::span<const std::uint8_t> bytes;
};

class WebSocketClient {
 public:
  /// Connects and upgrades; ends the program with a line on stderr when that fails, as every other method
  /// does.
  WebSocketClient(const std::string& host, int port);
  ~WebSocketClient();
  WebSocketClient(WebSocketClient&& other) noexcept;
  WebSocketClient& operator=(WebSocketClient&&) = delete;

  void send_text(std::string_view text);
  void send(std::span<const std::uint8_t> bytes);
  /// The next message; reads more only when none is complete. Pings are answered and passed over.
  Message receive();
  /// Whether receive() would not block.
  bool has_message() const;
  /// Waits for one at most until then; whether there is one.
  bool wait_for_message(std::chrono::steady_clock::time_point until);

 private:
  struct Extent {
    std::size_t head_bytes = 0;
    std::size_t total_bytes = 0;  ///< 0: the head is not complete
  };
  Extent next_extent() const;
  void read_more(std::size_t wanted);
  /// While the socket takes nothing: takes what the server says, so that the two do not wait for each other.
  void read_while_waiting();

  int socket_ = -1;
  std::vector<std::uint8_t> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

/// The bytes of one binary message of a client: frame head, mask of zeros, payload.
std::vector<std::uint8_t> masked_message(std::span<const std::uint8_t> payload);
/// Where the payload begins in masked_message().
std::size_t masked_head_bytes(std::size_t payload_bytes) noexcept;

[[noreturn]] void fail(const std::string& reason);

}  // namespace framewright::bench
