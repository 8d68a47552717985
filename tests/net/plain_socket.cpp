#include "tests/net/plain_socket.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace framewright::net {
namespace {

constexpr int kPatienceS = 20;

sockaddr_in address_of(const char* host, int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  EXPECT_EQ(::inet_pton(AF_INET, host, &address.sin_addr), 1);
  return address;
}

void bound_waiting(int handle) {
  const timeval patience{kPatienceS, 0};
  ::setsockopt(handle, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(handle, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

}  // namespace

PlainSocket PlainSocket::connected_to(int port, const char* from) {
  PlainSocket socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  bound_waiting(socket.handle_);
  const auto here = address_of(from, 0);
  const auto there = address_of("127.0.0.1", port);
  EXPECT_EQ(::bind(socket.handle_, reinterpret_cast<const sockaddr*>(&here), sizeof here), 0);
  EXPECT_EQ(::connect(socket.handle_, reinterpret_cast<const sockaddr*>(&there), sizeof there), 0);
  return socket;
}

bool PlainSocket::listens_on(int port) {
  const PlainSocket socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const auto there = address_of("127.0.0.1", port);
  return ::connect(socket.handle_, reinterpret_cast<const sockaddr*>(&there), sizeof there) == 0;
}

PlainSocket::~PlainSocket() { close(); }

bool PlainSocket::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count = ::send(handle_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

std::size_t PlainSocket::send_until_full(std::string_view piece, std::size_t limit_bytes, int patience_ms) {
  std::size_t sent = 0;
  pollfd writable{handle_, POLLOUT, 0};
  while (sent < limit_bytes && ::poll(&writable, 1, patience_ms) > 0) {
    const auto from = piece.substr(sent % piece.size());
    const auto count = ::send(handle_, from.data(), from.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count < 0 && errno != EAGAIN) break;
    if (count > 0) sent += static_cast<std::size_t>(count);
  }
  return sent;
}

std::string PlainSocket::receive(std::size_t count) {
  std::string bytes(count, '\0');
  std::size_t have = 0;
  while (have < count) {
    const auto more = ::recv(handle_, bytes.data() + have, count - have, 0);
    EXPECT_FALSE(more < 0 && errno == EAGAIN) << "nothing came for " << kPatienceS << " s";
    if (more <= 0) break;
    have += static_cast<std::size_t>(more);
  }
  bytes.resize(have);
  return bytes;
}

bool PlainSocket::ends() { return receive(1).empty(); }

void PlainSocket::end_sending() { ::shutdown(handle_, SHUT_WR); }

void PlainSocket::close() {
  if (handle_ >= 0) ::close(std::exchange(handle_, -1));
}

PlainListener::PlainListener() : handle_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  bound_waiting(handle_);
  auto address = address_of("127.0.0.1", 0);
  socklen_t size = sizeof address;
  EXPECT_EQ(::bind(handle_, reinterpret_cast<const sockaddr*>(&address), size), 0);
  EXPECT_EQ(::listen(handle_, 64), 0);
  EXPECT_EQ(::getsockname(handle_, reinterpret_cast<sockaddr*>(&address), &size), 0);
  port_ = ntohs(address.sin_port);
}

PlainListener::~PlainListener() { ::close(handle_); }

PlainSocket PlainListener::accept() {
  PlainSocket socket(::accept4(handle_, nullptr, nullptr, SOCK_CLOEXEC));
  EXPECT_GE(socket.handle(), 0) << "nobody came for " << kPatienceS << " s";
  bound_waiting(socket.handle());
  return socket;
}

}  // namespace framewright::net
