// A WebSocketSession is the socket around a StreamSession: it reads and writes messages, keeps time, and
// closes.
//
// Reading pauses while the StreamSession has enough or the frame budget is used up, so TCP slows the client;
// one write is in flight at a time. The timeouts are checked by tick(), so a session has no timer of its own
// and no clock is read on the way of a frame.
//
// Memory    an idle session holds the WebSocket's own 2 KiB and one short message; everything else comes and
//           goes.
// Threads   every call is made on the connection's io thread.
// Lifetime  whoever is given to start() as `ended` keeps the session until it is called.
#pragma once

#include <functional>
#include <memory>

#include "net/session_watch.hpp"
#include "net/stream_session.hpp"
#include "net/websocket_acceptor.hpp"

namespace framewright::net {

class WebSocketSession {
 public:
  virtual ~WebSocketSession() = default;
  /// Answers the upgrade and begins. `ended` is called once, when the connection is closed.
  virtual void start(UpgradeRequest request, std::function<void()> ended) = 0;
  /// See WebSocketAcceptor::drain().
  virtual void drain(engine::SteadyTime deadline) = 0;
  /// Checks every timeout; to be called several times within the shortest.
  virtual void tick(engine::SteadyTime now) = 0;
};

std::shared_ptr<WebSocketSession> make_websocket_session(UpgradedConnection connection,
                                                         const SessionServices& services,
                                                         const SessionTimeouts& timeouts);

}  // namespace framewright::net
