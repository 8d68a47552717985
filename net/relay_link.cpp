#include "net/relay_link.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <vector>

namespace framewright::net {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

void set_option(int socket, int level, int name, int value) noexcept {
  // An old kernel that lacks one of them still carries; the link is then noticed to be dead later.
  static_cast<void>(::setsockopt(socket, level, name, &value, sizeof value));
}

}  // namespace

void prepare_socket(tcp::socket& socket) noexcept {
  const int handle = socket.native_handle();
  set_option(handle, IPPROTO_TCP, TCP_NODELAY, 1);
  set_option(handle, SOL_SOCKET, SO_KEEPALIVE, 1);
  set_option(handle, IPPROTO_TCP, TCP_KEEPIDLE, 10);
  set_option(handle, IPPROTO_TCP, TCP_KEEPINTVL, 5);
  set_option(handle, IPPROTO_TCP, TCP_KEEPCNT, 3);
  set_option(handle, IPPROTO_TCP, TCP_USER_TIMEOUT, 30'000);
}

void RelayLink::close_after(std::chrono::milliseconds time) {
  pending_ = true;
  deadline_.expires_after(time);
  deadline_.async_wait([self = shared_from_this()](error_code cancelled) {
    if (cancelled || !self->pending_) return;
    self->timed_out_ = true;
    self->reset();
  });
}

void RelayLink::met() {
  pending_ = false;
  deadline_.cancel();
}

TlsStream& RelayLink::secure(std::shared_ptr<const LinkIdentity> identity) {
  return tls_.emplace(std::move(peer_), std::move(identity));
}

asio::awaitable<void> RelayLink::carry(std::atomic<std::uint64_t>& from_peer,
                                       std::atomic<std::uint64_t>& to_peer) {
  using asio::experimental::awaitable_operators::operator&&;
  co_await (carry_to_peer(to_peer) && carry_from_peer(from_peer));
  close();
}

asio::awaitable<void> RelayLink::carry_to_peer(std::atomic<std::uint64_t>& carried) {
  std::vector<std::uint8_t> buffer(kBufferBytes);
  while (true) {
    error_code failed;
    const std::size_t count = co_await local_.async_read_some(
        asio::buffer(buffer), asio::redirect_error(asio::use_awaitable, failed));
    if (failed == asio::error::eof) {
      if (const auto ended = co_await tls_->end_writing(); !ended) close();
      co_return;
    }
    if (failed) break;
    if (const auto written = co_await tls_->write({buffer.data(), count}); !written) break;
    carried.fetch_add(count, std::memory_order_relaxed);
  }
  close();
}

asio::awaitable<void> RelayLink::carry_from_peer(std::atomic<std::uint64_t>& carried) {
  std::vector<std::uint8_t> buffer(kBufferBytes);
  while (true) {
    const auto count = co_await tls_->read_some(buffer);
    if (!count) break;
    error_code failed;
    if (*count == 0) {
      local_.shutdown(tcp::socket::shutdown_send, failed);
      if (failed) break;
      co_return;
    }
    co_await asio::async_write(local_, asio::buffer(buffer.data(), *count),
                               asio::redirect_error(asio::use_awaitable, failed));
    if (failed) break;
    carried.fetch_add(*count, std::memory_order_relaxed);
  }
  close();
}

void RelayLink::close() noexcept {
  error_code ignored;  // There is nothing left to do about a socket that cannot even be closed.
  peer_.close(ignored);
  local_.close(ignored);
  if (tls_) tls_->close();
}

void RelayLink::reset() noexcept {
  error_code ignored;  // The same.
  auto& socket = tls_ ? tls_->socket() : peer_;
  if (socket.is_open()) socket.set_option(asio::socket_base::linger(true, 0), ignored);
  close();
}

}  // namespace framewright::net
