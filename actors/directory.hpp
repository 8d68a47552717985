// Where the actors that others need are found again after a restart.
//
// Threads   every method may be called from any thread.
// Lifetime  holds handles: cleared before the actor system ends, or the system waits for ever.
#pragma once

#include <caf/actor.hpp>
#include <mutex>
#include <utility>

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

 private:
  mutable std::mutex mutex_;
  caf::actor dispatcher_;
};

}  // namespace framewright::actors
