// Where the actors that others need are found again after a restart.
//
// Threads   every method may be called from any thread.
// Lifetime  holds handles: cleared before the actor system ends, or the system waits for ever.
#pragma once

#include <caf/actor.hpp>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

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
  /// This process's ends of the links to the gateways that it has joined, by their place in the settings.
  std::vector<caf::actor> nodes() const {
    const std::lock_guard lock(mutex_);
    std::vector<caf::actor> all;
    for (const auto& [place, node] : nodes_) all.push_back(node);
    return all;
  }
  void set_node(std::size_t place, caf::actor node) {
    const std::lock_guard lock(mutex_);
    nodes_.insert_or_assign(place, std::move(node));
  }
  void forget_node(std::size_t place) {
    const std::lock_guard lock(mutex_);
    nodes_.erase(place);
  }
  void clear() {
    const std::lock_guard lock(mutex_);
    dispatcher_ = nullptr;
    nodes_.clear();
  }

 private:
  mutable std::mutex mutex_;
  caf::actor dispatcher_;
  std::map<std::size_t, caf::actor> nodes_;
};

}  // namespace framewright::actors
