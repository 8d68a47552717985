#include "bench/ws/client.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace framewright::bench {
namespace {

constexpr std::size_t kFirstBufferBytes = 4 << 10;
constexpr std::size_t kPieceBytes = 256 << 10;
constexpr std::uint8_t kText = 1;
constexpr std::uint8_t kBinary = 2;
constexpr std::uint8_t kClose = 8;
constexpr std::uint8_t kPing = 9;
constexpr std::uint8_t kPong = 10;

std::vector<std::uint8_t> message_of(std::uint8_t opcode, std::span<const std::uint8_t> payload) {
  std::vector<std::uint8_t> bytes{static_cast<std::uint8_t>(0x80 | opcode)};
  const auto size = payload.size();
  const int extended = size < 126 ? 0 : size < 65536 ? 2 : 8;
  bytes.push_back(static_cast<std::uint8_t>(0x80 | (extended == 0 ? size : extended == 2 ? 126 : 127)));
  for (int shift = 8 * (extended - 1); shift >= 0; shift -= 8)
    bytes.push_back(static_cast<std::uint8_t>(size >> shift));
  bytes.insert(bytes.end(), 4, 0);
  bytes.insert(bytes.end(), payload.begin(), payload.end());
  return bytes;
}

}  // namespace

void fail(const std::string& reason) {
  std::fprintf(stderr, "%s\n", reason.c_str());
  std::exit(1);
}

std::size_t masked_head_bytes(std::size_t payload_bytes) noexcept {
  return payload_bytes < 126 ? 6 : payload_bytes < 65536 ? 8 : 14;
}

std::vector<std::uint8_t> masked_message(std::span<const std::uint8_t> payload) {
  return message_of(kBinary, payload);
}

WebSocketClient::WebSocketClient(const std::string& host, int port)
    : socket_(::socket(AF_INET, SOCK_STREAM, 0)), buffer_(kFirstBufferBytes) {
  const int on = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  if (::inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1) fail("not an IPv4 address: " + host);
  if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    fail("cannot connect to " + host + ":" + std::to_string(port) + ": " + std::strerror(errno));
  }
  const std::string request =
      "GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
  send({reinterpret_cast<const std::uint8_t*>(request.data()), request.size()});
  constexpr std::string_view kEnd = "\r\n\r\n";
  auto end = buffer_.begin();
  while (true) {
    const auto last = buffer_.begin() + static_cast<std::ptrdiff_t>(end_);
    end = std::search(buffer_.begin(), last, kEnd.begin(), kEnd.end());
    if (end != last) break;
    read_more(1);
  }
  if (std::string_view(reinterpret_cast<const char*>(buffer_.data()), 12) != "HTTP/1.1 101") {
    fail("the server does not upgrade to a WebSocket");
  }
  begin_ = static_cast<std::size_t>(end - buffer_.begin()) + kEnd.size();
}

WebSocketClient::WebSocketClient(WebSocketClient&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)),
      buffer_(std::move(other.buffer_)),
      begin_(other.begin_),
      end_(other.end_) {}

WebSocketClient::~WebSocketClient() {
  if (socket_ >= 0) ::close(socket_);
}

void WebSocketClient::send_text(std::string_view text) {
  send(message_of(kText, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}));
}

void WebSocketClient::send(std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent > 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN) {
      read_while_waiting();
    } else {
      fail(std::string("cannot send: ") + std::strerror(errno));
    }
  }
}

void WebSocketClient::read_while_waiting() {
  pollfd ready{socket_, POLLIN | POLLOUT, 0};
  if (::poll(&ready, 1, -1) < 0) fail(std::string("cannot wait: ") + std::strerror(errno));
  if ((ready.revents & POLLIN) != 0) read_more(kPieceBytes);
}

WebSocketClient::Extent WebSocketClient::next_extent() const {
  const auto available = end_ - begin_;
  if (available < 2) return {};
  const auto* bytes = buffer_.data() + begin_;
  std::size_t length = bytes[1];
  const std::size_t extended = length == 126 ? 2 : length == 127 ? 8 : 0;
  if (available < 2 + extended) return {};
  if (extended > 0) length = 0;
  for (std::size_t i = 0; i < extended; ++i) length = length << 8 | bytes[2 + i];
  return {2 + extended, 2 + extended + length};
}

bool WebSocketClient::has_message() const {
  const auto extent = next_extent();
  return extent.total_bytes > 0 && end_ - begin_ >= extent.total_bytes;
}

void WebSocketClient::read_more(std::size_t wanted) {
  if (begin_ == end_) begin_ = end_ = 0;
  if (buffer_.size() - end_ < wanted) {
    std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_),
              buffer_.begin() + static_cast<std::ptrdiff_t>(end_), buffer_.begin());
    end_ -= begin_;
    begin_ = 0;
    if (buffer_.size() - end_ < wanted) buffer_.resize(end_ + wanted);
  }
  const auto received = ::recv(socket_, buffer_.data() + end_, buffer_.size() - end_, 0);
  if (received <= 0) fail("the server has closed the connection");
  end_ += static_cast<std::size_t>(received);
  // Whoever fills its buffer has more to say: take larger pieces from now on.
  if (end_ == buffer_.size() && end_ < kPieceBytes) buffer_.resize(kPieceBytes);
}

bool WebSocketClient::wait_for_message(std::chrono::steady_clock::time_point until) {
  while (!has_message()) {
    const auto left = std::max(until - std::chrono::steady_clock::now(), std::chrono::nanoseconds{0});
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(left);
    const timespec patience{seconds.count(), std::chrono::nanoseconds(left - seconds).count()};
    pollfd ready{socket_, POLLIN, 0};
    const auto count = ::ppoll(&ready, 1, &patience, nullptr);
    if (count < 0) fail(std::string("cannot wait: ") + std::strerror(errno));
    if (count == 0) return false;
    read_more(kPieceBytes);
  }
  return true;
}

Message WebSocketClient::receive() {
  while (!has_message()) {
    const auto extent = next_extent();
    const auto available = end_ - begin_;
    read_more(extent.total_bytes > available ? extent.total_bytes - available : 16);
  }
  const auto extent = next_extent();
  const auto opcode = buffer_[begin_] & 0x0F;
  if (opcode == kClose) fail("the server closes the connection");
  if (opcode == kPing) {
    begin_ += extent.total_bytes;
    send(message_of(kPong, {}));
    return receive();
  }
  const Message message{
      opcode == kText, {buffer_.data() + begin_ + extent.head_bytes, extent.total_bytes - extent.head_bytes}};
  begin_ += extent.total_bytes;
  return message;
}

}  // namespace framewright::bench
