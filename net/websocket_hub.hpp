// The WebSocketHub takes over connections that become WebSockets, keeps their sessions, and drains them.
//
// Threads   accept() on the connection's io thread, drain() and open_sessions() on any. The sessions of one
//           io thread form a lane, which only that thread touches and which has the one timer for all of
//           them.
// Lifetime  outlives the io threads; sessions end with theirs at the latest.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "net/origin.hpp"
#include "net/websocket_session.hpp"

namespace framewright::net {

class WebSocketHub final : public WebSocketAcceptor {
 public:
  WebSocketHub(SessionServices services, const SessionTimeouts& timeouts, OriginPolicy origins);
  ~WebSocketHub() override;

  /// Refuses with 403 an origin that is not allowed, with 503 while draining, and with 400 what is no proper
  /// upgrade.
  void accept(UpgradedConnection connection, UpgradeRequest request) override;
  void drain(engine::SteadyTime deadline) override;

  int open_sessions() const noexcept { return open_sessions_->load(std::memory_order_relaxed); }

 private:
  class Lane;
  std::shared_ptr<Lane> lane_of(const boost::asio::any_io_executor& executor);

  // Given.
  const SessionServices services_;
  const SessionTimeouts timeouts_;
  const OriginPolicy origins_;
  // Owned.
  std::mutex mutex_;
  std::map<const void*, std::weak_ptr<Lane>> lanes_;  ///< by io context
  std::optional<engine::SteadyTime> drain_deadline_;
  // Measured.
  const std::shared_ptr<std::atomic<int>> open_sessions_ = std::make_shared<std::atomic<int>>(0);
};

}  // namespace framewright::net
