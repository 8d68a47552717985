// One TCP connection with deadlines: every read and write ends in time, and whoever waits hears when the peer
// goes.
//
// Threads   belongs to the io thread of its socket.
// Lifetime  shared with its own pending timer and watch; a coroutine that reads or writes keeps it alive.
#pragma once

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>
#include <span>

#include "engine/clock.hpp"
#include "net/connection_count.hpp"
#include "net/http_exchange.hpp"

namespace framewright::net {

class Connection final : public Client, public std::enable_shared_from_this<Connection> {
 public:
  Connection(boost::asio::ip::tcp::socket socket, ConnectionTicket ticket);

  /// Reads at least one byte; 0 when the peer has closed or `deadline` is over (then timed_out() is true).
  Awaitable<std::size_t> read_some(std::span<std::uint8_t> into, engine::SteadyTime deadline);

  /// Writes both pieces, gathered. False when the peer went away or took no byte for `patience`.
  Awaitable<bool> write(std::string_view first, std::span<const std::uint8_t> second,
                        std::chrono::milliseconds patience);

  void on_gone(std::function<void()> gone) override;
  void on_drain(std::function<void()> drain) override { drain_ = std::move(drain); }
  void tell_drain() {
    if (const auto drain = std::exchange(drain_, {})) drain();
  }

  /// Reads and discards what the peer still sends after our last byte, so that it can read the answer instead
  /// of a reset; bounded in time and bytes. Then closes.
  struct LingerLimits {
    std::chrono::milliseconds total{30'000};
    std::chrono::milliseconds idle{5'000};
    std::uint64_t bytes = 256ULL << 20;
  };
  Awaitable<void> linger(LingerLimits limits);

  /// Ends every pending operation; on_gone() is called.
  void close();

  bool timed_out() const noexcept { return timed_out_; }
  boost::asio::ip::tcp::socket& socket() noexcept { return socket_; }
  ConnectionTicket take_ticket() noexcept { return std::move(ticket_); }

 private:
  using Buffers = std::array<boost::asio::const_buffer, 2>;

  void arm(engine::SteadyTime deadline);
  void disarm() noexcept { deadline_.reset(); }
  void wait_for_deadline();
  void watch();
  bool peer_has_closed();
  void tell_gone();

  // Owned.
  boost::asio::ip::tcp::socket socket_;
  ConnectionTicket ticket_;
  boost::asio::steady_timer timer_;
  std::optional<engine::SteadyTime> deadline_;  ///< of the operation in flight
  bool timer_waits_ = false;
  bool timed_out_ = false;
  bool watching_ = false;
  std::function<void()> gone_;
  std::function<void()> drain_;
};

}  // namespace framewright::net
