// One connection of a Relay: a socket to the peer, under TLS, and one to CAF on this machine.
//
// Threads   belongs to the relay's thread.
// Lifetime  shared by its coroutine and by its pending deadline.
#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <optional>

#include "net/tls_stream.hpp"

namespace framewright::net {

class RelayLink : public std::enable_shared_from_this<RelayLink> {
 public:
  static constexpr std::size_t kBufferBytes = 64 * 1024;

  explicit RelayLink(const boost::asio::any_io_executor& executor)
      : peer_(executor), local_(executor), deadline_(executor) {}

  /// Closes the link unless met() is called in time.
  void close_after(std::chrono::milliseconds time);
  void met();
  bool timed_out() const noexcept { return timed_out_; }

  /// The socket to the peer, until secure() has taken it.
  boost::asio::ip::tcp::socket& peer() noexcept { return peer_; }
  boost::asio::ip::tcp::socket& local() noexcept { return local_; }
  TlsStream& secure(std::shared_ptr<const LinkIdentity> identity);

  /// Carries bytes both ways until both directions have ended or one failed, then closes. Counts them.
  boost::asio::awaitable<void> carry(std::atomic<std::uint64_t>& from_peer,
                                     std::atomic<std::uint64_t>& to_peer);

  /// Ends whatever waits for either socket.
  void close() noexcept;
  /// The same, and the peer's system forgets the connection too.
  void reset() noexcept;

 private:
  boost::asio::awaitable<void> carry_to_peer(std::atomic<std::uint64_t>& carried);
  boost::asio::awaitable<void> carry_from_peer(std::atomic<std::uint64_t>& carried);

  // Owned.
  boost::asio::ip::tcp::socket peer_;
  boost::asio::ip::tcp::socket local_;
  std::optional<TlsStream> tls_;
  boost::asio::steady_timer deadline_;
  bool pending_ = false;
  bool timed_out_ = false;
};

/// No delay for small messages; a peer whose machine has gone, or that takes nothing for 30 s, is noticed.
void prepare_socket(boost::asio::ip::tcp::socket& socket) noexcept;

}  // namespace framewright::net
