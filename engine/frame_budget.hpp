// The FrameBudget is the process's frame memory as a number: every byte that a frame may hold is reserved here
// before it is taken.
//
// Memory    a counter; the bytes themselves come from the FramePool.
// Threads   every method may be called from any thread.
// Lifetime  the budget outlives its reservations.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>

#include "engine/result.hpp"

namespace framewright::engine {

class FrameBudget;

/// A share of the budget; gives itself back when it ends. Move-only.
class Reservation {
 public:
  Reservation() = default;
  Reservation(Reservation&& other) noexcept;
  Reservation& operator=(Reservation&& other) noexcept;
  ~Reservation();

  std::uint64_t bytes() const noexcept { return bytes_; }
  /// Moves `bytes` out of this reservation; fails with Overloaded when it holds less and the budget cannot
  /// add the difference.
  Result<Reservation> split(std::uint64_t bytes);
  /// Takes `other`, of the same budget, into this one.
  void merge(Reservation other) noexcept;
  void release() noexcept;

 private:
  friend class FrameBudget;
  Reservation(FrameBudget* budget, std::uint64_t bytes) noexcept : budget_(budget), bytes_(bytes) {}

  FrameBudget* budget_ = nullptr;
  std::uint64_t bytes_ = 0;
};

class FrameBudget {
 public:
  explicit FrameBudget(std::uint64_t limit_bytes) noexcept : limit_bytes_(limit_bytes) {}

  /// Errors   Overloaded when less than `bytes` is free now; ImageTooLarge when `bytes` exceeds the whole budget.
  Result<Reservation> reserve(std::uint64_t bytes);

  /// Calls `ready` once, from the thread that releases memory (or at once), when `bytes` may be free again. The
  /// callee must try again; waiters are served in the order of asking. Returns a ticket for cancel_wait().
  std::uint64_t wait_for(std::uint64_t bytes, std::function<void()> ready);
  void cancel_wait(std::uint64_t ticket) noexcept;

  std::uint64_t limit_bytes() const noexcept { return limit_bytes_; }
  std::uint64_t used_bytes() const noexcept { return used_bytes_.load(std::memory_order_relaxed); }
  std::uint64_t peak_bytes() const noexcept { return peak_bytes_.load(std::memory_order_relaxed); }

 private:
  friend class Reservation;
  void give_back(std::uint64_t bytes) noexcept;
  void wake_waiters() noexcept;

  struct Waiter {
    std::uint64_t ticket;
    std::uint64_t bytes;
    std::function<void()> ready;
  };

  // Given.
  const std::uint64_t limit_bytes_;
  // Owned.
  std::mutex mutex_;
  std::deque<Waiter> waiters_;
  std::uint64_t next_ticket_ = 1;
  std::atomic<bool> has_waiters_{false};
  // Measured.
  std::atomic<std::uint64_t> used_bytes_{0};
  std::atomic<std::uint64_t> peak_bytes_{0};
};

}  // namespace framewright::engine
