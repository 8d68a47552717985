// Where the actors that others need are found again after a restart.
//
// Threads   every method may be called from any thread.
// Lifetime  holds handles: cleared before the actor system ends, or the system waits for ever.
#pragma once

#include <atomic>
#include <caf/actor.hpp>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "actors/gateway_name.hpp"

namespace framewright::actors {

class Directory {
 public:
  /// The dispatcher that lives now; an empty handle while it is being restarted.
  caf::actor dispatcher() const {
    const std::lock_guard lock(mutex_);
    return dispatcher_;
  }
  void set_dispatcher(caf::actor dispatcher) {
    const std::lock_guard lock(mutex_);
    dispatcher_ = std::move(dispatcher);
  }
  /// Who keeps the links to gateways; none where there are none, and once it has left them all.
  caf::actor joiner() const {
    const std::lock_guard lock(mutex_);
    return joiner_;
  }
  void set_joiner(caf::actor joiner) {
    const std::lock_guard lock(mutex_);
    joiner_ = std::move(joiner);
  }
  /// What other nodes say hello to; none where they may not.
  caf::actor cluster() const {
    const std::lock_guard lock(mutex_);
    return cluster_;
  }
  void set_cluster(caf::actor cluster) {
    const std::lock_guard lock(mutex_);
    cluster_ = std::move(cluster);
  }
  /// The gateways that this process was told to join, for a joiner that starts anew.
  std::vector<GatewayName> joins() const {
    const std::lock_guard lock(mutex_);
    return joins_;
  }
  void add_join(GatewayName name) {
    const std::lock_guard lock(mutex_);
    joins_.push_back(std::move(name));
  }
  /// "HOST:PORT" where other nodes find this one; empty where they do not.
  std::string own_address() const {
    const std::lock_guard lock(mutex_);
    return own_address_;
  }
  void set_own_address(std::string address) {
    const std::lock_guard lock(mutex_);
    own_address_ = std::move(address);
  }
  /// Whether a gateway has welcomed this process.
  bool joined() const noexcept { return joined_; }
  void set_joined(bool joined) noexcept { joined_ = joined; }

  void clear() {
    const std::lock_guard lock(mutex_);
    dispatcher_ = joiner_ = cluster_ = nullptr;
  }

 private:
  mutable std::mutex mutex_;
  caf::actor dispatcher_;
  caf::actor joiner_;
  caf::actor cluster_;
  std::vector<GatewayName> joins_;
  std::string own_address_;
  std::atomic<bool> joined_{false};
};

}  // namespace framewright::actors
