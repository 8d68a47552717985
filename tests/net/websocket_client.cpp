#include "tests/net/websocket_client.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <limits>
#include <stdexcept>
#include <utility>

namespace framewright::net {
namespace {

constexpr std::array<char, 4> kMask{0x12, 0x34, 0x56, 0x78};

void append_length(std::string& out, std::size_t length, std::uint8_t mask_bit) {
  const int bytes = length < 126 ? 0 : length < 65536 ? 2 : 8;
  const auto marker = bytes == 0 ? length : bytes == 2 ? 126U : 127U;
  out.push_back(static_cast<char>(mask_bit | marker));
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) out.push_back(static_cast<char>(length >> shift));
}

}  // namespace

std::string websocket_bytes(WebSocketTestClient::Frame frame, std::string_view payload) {
  std::string bytes;
  bytes.push_back(static_cast<char>((frame.final ? 0x80 : 0) | frame.reserved_bits << 4 |
                                    static_cast<int>(frame.opcode)));
  append_length(bytes, payload.size(), frame.masked ? 0x80 : 0);
  if (!frame.masked) return bytes.append(payload);
  bytes.append(kMask.data(), kMask.size());
  for (std::size_t i = 0; i < payload.size(); ++i)
    bytes.push_back(static_cast<char>(payload[i] ^ kMask[i % 4]));
  return bytes;
}

std::string pattern(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 131 >> 3);
  return bytes;
}

std::string payload_of(const ReceivedFrame& frame) {
  const auto result = decode_result(frame.bytes());
  if (!result) return "not a result: " + result.error().detail;
  return {result->payload.begin(), result->payload.end()};
}

int ReceivedFrame::close_code() const {
  if (payload.size() < 2) return 1005;
  return static_cast<unsigned char>(payload[0]) << 8 | static_cast<unsigned char>(payload[1]);
}

WebSocketTestClient::WebSocketTestClient(int port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
  const timeval patience{60, 0};  // A server that says nothing fails the test instead of hanging it.
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  const int on = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    throw std::runtime_error("cannot connect to the server under test");
  }
}

WebSocketTestClient::WebSocketTestClient(WebSocketTestClient&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)),
      buffer_(std::move(other.buffer_)),
      answer_pings_(other.answer_pings_) {}

WebSocketTestClient::~WebSocketTestClient() {
  if (socket_ >= 0) ::close(socket_);
}

void WebSocketTestClient::shrink_receive_buffer() {
  const int bytes = 4096;
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
}

std::string WebSocketTestClient::upgrade(std::string_view extra_headers) {
  std::string request =
      "GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n";
  send_bytes(request.append(extra_headers).append("\r\n"));
  while (buffer_.find("\r\n\r\n") == std::string::npos) {
    if (!fill(buffer_.size() + 1)) return {};
  }
  const auto end = buffer_.find("\r\n\r\n") + 4;
  auto head = buffer_.substr(0, end);
  buffer_.erase(0, end);
  return head;
}

nlohmann::json WebSocketTestClient::open() {
  upgrade();
  return receive_json();
}

bool WebSocketTestClient::send_bytes(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool WebSocketTestClient::send(Frame frame, std::string_view payload) {
  return send_bytes(websocket_bytes(frame, payload));
}

bool WebSocketTestClient::send_frame(const FrameHeader& header, std::string_view payload) {
  const auto head = encode_header(header);
  std::string message(head.begin(), head.end());
  return send({.opcode = Opcode::Binary}, message.append(payload));
}

bool WebSocketTestClient::fill(std::size_t count) {
  std::array<char, 65536> piece;
  while (buffer_.size() < count) {
    const auto received = ::recv(socket_, piece.data(), piece.size(), 0);
    if (received <= 0) return false;
    buffer_.append(piece.data(), static_cast<std::size_t>(received));
  }
  return true;
}

std::optional<ReceivedFrame> WebSocketTestClient::receive() {
  while (true) {
    if (!fill(2)) return std::nullopt;
    std::size_t length = static_cast<unsigned char>(buffer_[1]);
    const std::size_t extended = length == 126 ? 2 : length == 127 ? 8 : 0;
    if (!fill(2 + extended)) return std::nullopt;
    if (extended > 0) length = 0;
    for (std::size_t i = 0; i < extended; ++i)
      length = length << 8 | static_cast<unsigned char>(buffer_[2 + i]);
    if (!fill(2 + extended + length)) return std::nullopt;
    ReceivedFrame frame{static_cast<Opcode>(buffer_[0] & 0x0F), buffer_.substr(2 + extended, length)};
    buffer_.erase(0, 2 + extended + length);
    if (frame.opcode != Opcode::Ping || !answer_pings_) return frame;
    send({.opcode = Opcode::Pong}, frame.payload);
  }
}

nlohmann::json WebSocketTestClient::receive_json() {
  const auto frame = receive();
  return frame && frame->opcode == Opcode::Text ? frame->json() : nlohmann::json::object();
}

int WebSocketTestClient::receive_close() {
  while (const auto frame = receive()) {
    if (frame->opcode == Opcode::Close) return frame->close_code();
  }
  return 0;
}

bool WebSocketTestClient::ended() { return buffer_.empty() && !fill(1); }

std::string WebSocketTestClient::receive_bytes(std::size_t count) {
  fill(count);
  auto bytes = buffer_.substr(0, count);
  buffer_.erase(0, bytes.size());
  return bytes;
}

std::string WebSocketTestClient::receive_until_closed() {
  fill(std::numeric_limits<std::size_t>::max());
  return std::exchange(buffer_, {});
}

void WebSocketTestClient::vanish() {
  const linger reset{1, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  ::close(std::exchange(socket_, -1));
}

}  // namespace framewright::net
