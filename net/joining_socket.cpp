#include "net/joining_socket.hpp"

namespace framewright::net {

namespace asio = boost::asio;

JoiningSocket::Parts::Parts(tcp::socket connected) : socket(std::move(connected)) {
  error_code ignored;  // A socket that refuses this is closed, and every operation says so.
  socket.non_blocking(true, ignored);
}

std::span<std::uint8_t> JoiningSocket::Parts::join(std::size_t size_bytes) {
  if (size_bytes > kLargestJoined) return {};
  const auto space = joined.space();
  if (size_bytes > space.size()) return {};
  joined.commit(size_bytes);
  if (!std::exchange(sending_, true)) {
    asio::post(socket.get_executor(), [self = shared_from_this()] { self->send_soon(); });
  }
  return space.first(size_bytes);
}

/// As long as others on this thread write more, there is more to join.
void JoiningSocket::Parts::send_soon() {
  if (joined.size() > std::exchange(joined_before_, joined.size())) {
    asio::post(socket.get_executor(), [self = shared_from_this()] { self->send_soon(); });
    return;
  }
  joined_before_ = 0;
  sending_ = false;
  if (!send_joined()) send_when_possible();
}

void JoiningSocket::Parts::send_when_possible() {
  sending_ = true;
  socket.async_wait(tcp::socket::wait_write, [self = shared_from_this()](error_code error) {
    self->sending_ = false;
    if (!error && !self->send_joined()) self->send_when_possible();
  });
}

bool JoiningSocket::Parts::send_joined() {
  const auto bytes = joined.bytes();
  if (bytes.empty()) return true;
  error_code error;
  const auto sent = socket.write_some(asio::buffer(bytes.data(), bytes.size()), error);
  if (error == asio::error::would_block) return false;
  if (error) failed = error;
  joined.consume(error ? bytes.size() : sent);
  return joined.empty();
}

void JoiningSocket::Parts::read_ahead() {
  const auto space = ahead.space();
  error_code ignored;  // The next read meets it again.
  ahead.commit(socket.read_some(asio::buffer(space.data(), space.size()), ignored));
  if (ahead.empty()) ahead.clear();
}

}  // namespace framewright::net
