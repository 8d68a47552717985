// A BatchedSocket is a TCP socket that can keep small writes back and send them together with the next one.
//
// A system call, and the wake-up of the client that it brings, cost more than all else on the way of a small
// result. While results come faster than they are sent, many travel in one call; one that comes alone goes at
// once.
//
// Memory    kMaxKeptBytes while something is kept back, nothing otherwise.
// Threads   those of the socket: one write and one read at a time.
#pragma once

#include <algorithm>
#include <boost/asio/async_result.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffer_traits.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/websocket/teardown.hpp>
#include <cstdint>
#include <utility>
#include <vector>

namespace framewright::net {

class BatchedSocket {
 public:
  static constexpr std::size_t kMaxKeptBytes = 16 << 10;

  using next_layer_type = boost::asio::ip::tcp::socket;
  using executor_type = next_layer_type::executor_type;
  using error_code = boost::system::error_code;

  explicit BatchedSocket(next_layer_type socket) : socket_(std::move(socket)) {}

  /// Whether another write is sure to follow the next one, which may then wait for it. WebSocket control
  /// frames wait for nothing.
  void more_will_follow(bool more) noexcept { more_will_follow_ = more; }

  executor_type get_executor() { return socket_.get_executor(); }
  next_layer_type& next_layer() noexcept { return socket_; }

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return socket_.async_read_some(buffers, std::forward<Token>(token));
  }

  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    return boost::asio::async_initiate<Token, void(error_code, std::size_t)>(
        [this](auto handler, const Buffers& bytes) { write(bytes, std::move(handler)); }, token, buffers);
  }

 private:
  template <class Buffers, class Handler>
  void write(const Buffers& buffers, Handler handler) {
    const auto size = boost::beast::buffer_bytes(buffers);
    const bool fits = kept_.size() + size <= kMaxKeptBytes;
    if (fits && more_will_follow_ && !is_control_frame(buffers)) {
      keep(buffers);
      boost::asio::post(get_executor(),
                        [size, done = std::move(handler)]() mutable { done(error_code{}, size); });
    } else if (kept_.empty()) {
      socket_.async_write_some(buffers, std::move(handler));
    } else if (fits) {
      keep(buffers);
      send_kept(
          [size, done = std::move(handler)](error_code error) mutable { done(error, error ? 0 : size); });
    } else {
      send_kept([this, buffers, done = std::move(handler)](error_code error) mutable {
        if (error) return done(error, 0);
        socket_.async_write_some(buffers, std::move(done));
      });
    }
  }

  template <class Done>
  void send_kept(Done done) {
    const auto kept = boost::asio::buffer(kept_);
    boost::asio::async_write(socket_, kept,
                             [this, done = std::move(done)](error_code error, std::size_t) mutable {
                               kept_ = {};
                               done(error);
                             });
  }

  template <class Buffers>
  void keep(const Buffers& buffers) {
    kept_.reserve(kMaxKeptBytes);
    for (const boost::asio::const_buffer buffer : boost::beast::buffers_range_ref(buffers)) {
      const auto* bytes = static_cast<const std::uint8_t*>(buffer.data());
      kept_.insert(kept_.end(), bytes, bytes + buffer.size());
    }
  }

  /// RFC 6455, section 5.5: the opcodes of control frames have their highest bit set.
  template <class Buffers>
  static bool is_control_frame(const Buffers& buffers) {
    for (const boost::asio::const_buffer buffer : boost::beast::buffers_range_ref(buffers)) {
      if (buffer.size() > 0) return (*static_cast<const std::uint8_t*>(buffer.data()) & 0x08U) != 0;
    }
    return false;
  }

  // Given.
  next_layer_type socket_;
  // Owned.
  std::vector<std::uint8_t> kept_;
  bool more_will_follow_ = false;
};

/// Beast finds these by their arguments when it ends a WebSocket.
inline void teardown(boost::beast::role_type role, BatchedSocket& socket, boost::system::error_code& error) {
  using boost::beast::websocket::teardown;
  teardown(role, socket.next_layer(), error);
}

template <class Handler>
void async_teardown(boost::beast::role_type role, BatchedSocket& socket, Handler&& handler) {
  using boost::beast::websocket::async_teardown;
  async_teardown(role, socket.next_layer(), std::forward<Handler>(handler));
}

}  // namespace framewright::net
