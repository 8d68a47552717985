// WebSocketAcceptor: where the HTTP front hands over a connection that asks to become a WebSocket.
//
// Threads   accept() is called on the socket's own io thread, and the socket stays there: all its handlers
//           run on that thread, one at a time. drain() may be called from any thread.
// Lifetime  the acceptor outlives the server. Its sessions end with their sockets' io thread at the latest.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>

#include "engine/clock.hpp"
#include "net/connection_count.hpp"

namespace framewright::net {

using UpgradeRequest = boost::beast::http::request<boost::beast::http::empty_body>;

/// A connection on its way from one protocol to another.
struct UpgradedConnection {
  boost::asio::ip::tcp::socket socket;
  boost::beast::flat_buffer leftover;  ///< bytes that the client sent behind the request
  ConnectionTicket ticket;             ///< to be held as long as the connection is open
};

class WebSocketAcceptor {
 public:
  virtual ~WebSocketAcceptor() = default;

  /// Takes over a connection whose `request` is a GET of `/ws` with `Connection: upgrade` and
  /// `Upgrade: websocket`. Everything else (version, key, origin, subprotocol) is the acceptor's to check and
  /// to answer.
  virtual void accept(UpgradedConnection connection, UpgradeRequest request) = 0;

  /// The server stops at `deadline`: sessions say `draining`, finish what they have and close with 1001.
  virtual void drain(engine::SteadyTime deadline) = 0;
};

}  // namespace framewright::net
