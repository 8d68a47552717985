// How many connections are open, and the limit on them: one ticket for each connection, whatever it speaks.
//
// Threads   every method may be called from any thread.
// Lifetime  tickets share the counter, so they may outlive whoever made it.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <utility>

namespace framewright::net {

/// A place among the open connections; gives itself back when it ends. Move-only.
class ConnectionTicket {
 public:
  ConnectionTicket() = default;
  ConnectionTicket(ConnectionTicket&& other) noexcept : open_(std::move(other.open_)) {}
  ConnectionTicket& operator=(ConnectionTicket&& other) noexcept {
    std::swap(open_, other.open_);
    return *this;
  }
  ~ConnectionTicket() {
    if (open_) open_->fetch_sub(1, std::memory_order_release);
  }

 private:
  friend class ConnectionCount;
  explicit ConnectionTicket(std::shared_ptr<std::atomic<int>> open) noexcept : open_(std::move(open)) {}

  std::shared_ptr<std::atomic<int>> open_;
};

class ConnectionCount {
 public:
  explicit ConnectionCount(int limit) : limit_(limit), open_(std::make_shared<std::atomic<int>>(0)) {}

  /// A ticket, or none when `limit` connections are open.
  std::optional<ConnectionTicket> take() {
    if (open_->fetch_add(1, std::memory_order_acq_rel) >= limit_) {
      open_->fetch_sub(1, std::memory_order_acq_rel);
      return std::nullopt;
    }
    return ConnectionTicket{open_};
  }

  int open() const noexcept { return open_->load(std::memory_order_acquire); }
  int limit() const noexcept { return limit_; }

 private:
  // Given.
  const int limit_;
  // Measured.
  std::shared_ptr<std::atomic<int>> open_;
};

}  // namespace framewright::net
