// A JoiningSocket is a TCP socket for a websocket::stream that spares calls into the kernel when messages are
// small and many: what is written until the io thread has nothing else to do leaves in one call, and when a
// read comes back full, the bytes behind it are fetched at once for the reads to come. Large messages pass
// untouched.
//
// A write completes when its bytes are taken over; when the kernel does not take them from here, a later
// write says so.
//
// Memory    one ByteBatch for each direction, so none while it idles.
// Threads   belongs to the io thread of its socket. One read and one write may be under way, as Beast has it.
// Lifetime  may go while an operation is under way; the socket itself stays until that has ended.
#pragma once

#include <boost/asio/associated_allocator.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/bind_allocator.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>

#include "net/byte_batch.hpp"

namespace framewright::net {

class JoiningSocket {
  using tcp = boost::asio::ip::tcp;
  using error_code = boost::system::error_code;

 public:
  using executor_type = tcp::socket::executor_type;
  using next_layer_type = tcp::socket;

  /// A larger write is not worth a copy.
  static constexpr std::size_t kLargestJoined = 4 << 10;

  explicit JoiningSocket(tcp::socket socket) : parts_(std::make_shared<Parts>(std::move(socket))) {}

  executor_type get_executor() const noexcept { return parts_->socket.get_executor(); }
  tcp::socket& next_layer() noexcept { return parts_->socket; }
  /// Written, but not yet with the kernel.
  std::size_t waiting_bytes() const noexcept { return parts_->joined.size(); }
  std::size_t held_bytes() const noexcept { return parts_->joined.held_bytes() + parts_->ahead.held_bytes(); }

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return boost::asio::async_initiate<Token, void(error_code, std::size_t)>(
        [parts = parts_](auto handler, const Buffers& into) { read(parts, into, std::move(handler)); }, token,
        buffers);
  }

  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    return boost::asio::async_initiate<Token, void(error_code, std::size_t)>(
        [parts = parts_](auto handler, const Buffers& from) { write(parts, from, std::move(handler)); },
        token, buffers);
  }

  /// Completes when the kernel has everything that was written; a connection is shut down after that.
  template <class Token>
  auto async_flush(Token&& token) {
    return boost::asio::async_initiate<Token, void(error_code)>(
        [parts = parts_](auto handler) { flush(parts, std::move(handler)); }, token);
  }

 private:
  class Parts : public std::enable_shared_from_this<Parts> {
   public:
    explicit Parts(tcp::socket connected);

    /// Room for bytes that leave when the io thread has nothing else to do; empty when they do not fit.
    std::span<std::uint8_t> join(std::size_t size_bytes);
    /// Gives the kernel what it takes now. Whether nothing is left.
    bool send_joined();
    void read_ahead();
    template <class Buffers>
    std::size_t take_ahead(const Buffers& into);

    // Given.
    tcp::socket socket;
    // Owned.
    ByteBatch ahead;
    ByteBatch joined;
    error_code failed;  ///< of a write that has completed

   private:
    void send_soon();
    void send_when_possible();

    std::size_t joined_before_ = 0;  ///< when send_soon() looked last
    bool sending_ = false;           ///< send_soon() or send_when_possible() will send
  };
  using PartsPtr = std::shared_ptr<Parts>;

  /// `call` with the executor and the allocator of an operation's handler.
  template <class Executor, class Allocator, class Call>
  static auto bound(const Executor& executor, const Allocator& allocator, Call call) {
    return boost::asio::bind_executor(executor, boost::asio::bind_allocator(allocator, std::move(call)));
  }

  template <class Handler, class... Results>
  static void complete(const PartsPtr& parts, Handler handler, Results... results) {
    const auto executor = boost::asio::get_associated_executor(handler, parts->socket.get_executor());
    const auto allocator = boost::asio::get_associated_allocator(handler);
    boost::asio::post(parts->socket.get_executor(),
                      bound(executor, allocator, [handler = std::move(handler), results...]() mutable {
                        std::move(handler)(results...);
                      }));
  }

  template <class Buffers, class Handler>
  static void read(const PartsPtr& parts, const Buffers& into, Handler handler) {
    if (!parts->ahead.empty())
      return complete(parts, std::move(handler), error_code{}, parts->take_ahead(into));
    const auto wanted = boost::asio::buffer_size(into);
    const auto executor = boost::asio::get_associated_executor(handler, parts->socket.get_executor());
    const auto allocator = boost::asio::get_associated_allocator(handler);
    parts->socket.async_read_some(
        into, bound(executor, allocator,
                    [parts, wanted, handler = std::move(handler)](error_code error, std::size_t got) mutable {
                      if (!error && got == wanted && wanted < ByteBatch::kCapacity) parts->read_ahead();
                      std::move(handler)(error, got);
                    }));
  }

  template <class Buffers, class Handler>
  static void write(const PartsPtr& parts, const Buffers& from, Handler handler) {
    const auto size = boost::asio::buffer_size(from);
    if (const auto room = parts->join(size); room.size() == size) {
      boost::asio::buffer_copy(boost::asio::buffer(room.data(), room.size()), from);
      return complete(parts, std::move(handler), parts->failed, size);
    }
    if (parts->send_joined()) {
      if (parts->failed) return complete(parts, std::move(handler), parts->failed, std::size_t{0});
      return parts->socket.async_write_some(from, std::move(handler));
    }
    const auto executor = boost::asio::get_associated_executor(handler, parts->socket.get_executor());
    const auto allocator = boost::asio::get_associated_allocator(handler);
    parts->socket.async_wait(
        tcp::socket::wait_write,
        bound(executor, allocator, [parts, from, handler = std::move(handler)](error_code error) mutable {
          error ? std::move(handler)(error, 0) : write(parts, from, std::move(handler));
        }));
  }

  template <class Handler>
  static void flush(const PartsPtr& parts, Handler handler) {
    if (parts->send_joined()) return complete(parts, std::move(handler), parts->failed);
    const auto executor = boost::asio::get_associated_executor(handler, parts->socket.get_executor());
    const auto allocator = boost::asio::get_associated_allocator(handler);
    parts->socket.async_wait(
        tcp::socket::wait_write,
        bound(executor, allocator, [parts, handler = std::move(handler)](error_code error) mutable {
          error ? std::move(handler)(error) : flush(parts, std::move(handler));
        }));
  }

  PartsPtr parts_;
};

template <class Buffers>
std::size_t JoiningSocket::Parts::take_ahead(const Buffers& into) {
  const auto bytes = ahead.bytes();
  const auto taken = boost::asio::buffer_copy(into, boost::asio::buffer(bytes.data(), bytes.size()));
  ahead.consume(taken);
  return taken;
}

}  // namespace framewright::net
