#include "net/connection.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace framewright::net {

namespace asio = boost::asio;
using boost::system::error_code;
using std::chrono::steady_clock;

Connection::Connection(asio::ip::tcp::socket socket, ConnectionTicket ticket)
    : socket_(std::move(socket)), ticket_(std::move(ticket)), timer_(socket_.get_executor()) {}

Awaitable<std::size_t> Connection::read_some(std::span<std::uint8_t> into, engine::SteadyTime deadline) {
  error_code failed;
  arm(deadline);
  const std::size_t count = co_await socket_.async_read_some(
      asio::buffer(into.data(), into.size()), asio::redirect_error(asio::use_awaitable, failed));
  disarm();
  co_return failed ? 0 : count;
}

Awaitable<bool> Connection::write(std::string_view first, std::span<const std::uint8_t> second,
                                  std::chrono::milliseconds patience) {
  Buffers rest = {asio::buffer(first.data(), first.size()), asio::buffer(second.data(), second.size())};
  while (asio::buffer_size(rest) > 0) {
    error_code failed;
    arm(steady_clock::now() + patience);
    std::size_t count =
        co_await socket_.async_write_some(rest, asio::redirect_error(asio::use_awaitable, failed));
    disarm();
    if (failed) co_return false;
    for (auto& piece : rest) {
      const auto taken = std::min(count, piece.size());
      piece += taken;
      count -= taken;
    }
  }
  co_return true;
}

Awaitable<void> Connection::linger(LingerLimits limits) {
  const auto self = shared_from_this();
  error_code failed;
  socket_.shutdown(asio::socket_base::shutdown_send, failed);
  const auto end = steady_clock::now() + limits.total;
  std::array<std::uint8_t, 16 * 1024> discarded;
  std::uint64_t total = 0;
  while (!failed && total < limits.bytes) {
    const auto idle_end = steady_clock::now() + limits.idle;
    const std::size_t count = co_await read_some(discarded, std::min(idle_end, end));
    if (count == 0) break;
    total += count;
  }
  close();
}

void Connection::close() {
  error_code ignored;  // There is nothing left to do about a socket that cannot even be closed.
  socket_.close(ignored);
  tell_gone();
}

// The timer is not moved with every operation: it sleeps until the deadline that it was set for and then
// looks whether that has moved, so that a busy connection touches the timer queue a few times a minute.
void Connection::arm(engine::SteadyTime deadline) {
  timed_out_ = false;
  deadline_ = deadline;
  if (timer_waits_ && timer_.expiry() <= deadline) return;
  timer_.expires_at(deadline);  // Cancels a wait that would come too late.
  wait_for_deadline();
}

void Connection::wait_for_deadline() {
  timer_waits_ = true;
  timer_.async_wait([weak = weak_from_this()](error_code cancelled) {
    const auto self = weak.lock();
    if (cancelled || !self) return;
    self->timer_waits_ = false;
    if (!self->deadline_) return;
    if (steady_clock::now() < *self->deadline_) {
      self->timer_.expires_at(*self->deadline_);
      self->wait_for_deadline();
      return;
    }
    self->timed_out_ = true;
    error_code ignored;
    self->socket_.cancel(ignored);
  });
}

void Connection::on_gone(std::function<void()> gone) {
  gone_ = std::move(gone);
  if (gone_ && !watching_) watch();
}

void Connection::watch() {
  watching_ = true;
  socket_.async_wait(asio::socket_base::wait_read, [weak = weak_from_this()](error_code failed) {
    const auto self = weak.lock();
    if (!self) return;
    self->watching_ = false;
    if (failed || !self->gone_) return;
    // Bytes that wait are the next request: then nothing is known about the peer until they are read.
    if (self->peer_has_closed()) self->tell_gone();
  });
}

bool Connection::peer_has_closed() {
  char byte = 0;
  const auto count = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return count == 0 || (count < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

void Connection::tell_gone() {
  if (const auto gone = std::exchange(gone_, {})) gone();
}

}  // namespace framewright::net
