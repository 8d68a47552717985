// How many connections are open, and the limit on them: one ticket for each connection, whatever it speaks.
//
// Threads   every method may be called from any thread.
// Lifetime  tickets share the counter, so they may outlive whoever made it.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "engine/clock.hpp"

namespace framewright::net {

/// A place among the open connections; gives itself back when it ends. Move-only.
class ConnectionTicket {
 public:
  ConnectionTicket() = default;
  ConnectionTicket(ConnectionTicket&& other) noexcept : count_(std::move(other.count_)) {}
  ConnectionTicket& operator=(ConnectionTicket&& other) noexcept {
    std::swap(count_, other.count_);
    return *this;
  }
  ~ConnectionTicket() {
    if (!count_) return;
    const std::lock_guard lock(count_->mutex);
    if (--count_->open == 0) count_->none.notify_all();
  }

 private:
  friend class ConnectionCount;
  struct Count {
    std::mutex mutex;
    std::condition_variable none;
    int open = 0;
  };
  explicit ConnectionTicket(std::shared_ptr<Count> count) noexcept : count_(std::move(count)) {}

  std::shared_ptr<Count> count_;
};

class ConnectionCount {
 public:
  explicit ConnectionCount(int limit) : limit_(limit), count_(std::make_shared<ConnectionTicket::Count>()) {}

  /// A ticket, or none when `limit` connections are open.
  std::optional<ConnectionTicket> take() {
    const std::lock_guard lock(count_->mutex);
    if (count_->open >= limit_) return std::nullopt;
    ++count_->open;
    return ConnectionTicket{count_};
  }

  /// Waits until no connection is open; false when one still is at `deadline`.
  bool wait_until_none(engine::SteadyTime deadline) {
    std::unique_lock lock(count_->mutex);
    return count_->none.wait_until(lock, deadline, [this] { return count_->open == 0; });
  }

  int open() const {
    const std::lock_guard lock(count_->mutex);
    return count_->open;
  }
  int limit() const noexcept { return limit_; }

 private:
  // Given.
  const int limit_;
  // Measured.
  std::shared_ptr<ConnectionTicket::Count> count_;
};

}  // namespace framewright::net
