// The FrameBudget is the process's frame memory as a number: every byte that a frame may hold is reserved
// here before it is taken.
//
// Memory    a counter; the bytes themselves come from the FramePool.
// Threads   every method may be called from any thread; a Reservation belongs to one thread at a time.
// Lifetime  the budget outlives its reservations; otherwise the destructor stops the process.
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
  /// Moves `bytes` out of this reservation; what it holds too little of is added from the budget.
  ///
  /// Errors   Overloaded when the budget cannot add the difference, or there is no budget behind this
  ///          reservation; ImageTooLarge when `bytes` exceeds the whole budget. It then holds what it held.
  Result<Reservation> split(std::uint64_t bytes);
  /// Takes `other` into this one. It is of the same budget, or of its share and then leaves that.
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
  /// A share of `whole`: what is reserved here is reserved there too. Made before anybody reserves; `whole`
  /// outlives it. A whole has one share.
  FrameBudget(std::uint64_t limit_bytes, FrameBudget& whole) noexcept;
  ~FrameBudget();
  FrameBudget(const FrameBudget&) = delete;
  FrameBudget& operator=(const FrameBudget&) = delete;

  /// Takes what is free now; does not stand in line behind waiters, so that memory is never idle while it is
  /// asked for.
  ///
  /// Errors   Overloaded when less than `bytes` is free now; ImageTooLarge when `bytes` exceeds the whole
  ///          budget.
  Result<Reservation> reserve(std::uint64_t bytes);

  /// Calls `ready` once, with `bytes` reserved, as soon as they are free: at once, or from the thread that
  /// gives memory back, outside every lock. Waiters are served one after the other in the order of asking; a
  /// `ready` that lets its reservation go serves the next. `ready` must not throw. A wait for more than the
  /// whole budget is a contradiction. Returns a ticket for cancel_wait().
  ///
  /// It hands over the reservation instead of a hint to try again, because a waiter that died before its
  /// second try would leave the one behind it waiting for ever.
  std::uint64_t wait_for(std::uint64_t bytes, std::function<void(Reservation)> ready);
  /// Forgets a waiter. One that is being served at this moment is still called.
  void cancel_wait(std::uint64_t ticket) noexcept;

  std::uint64_t limit_bytes() const noexcept { return limit_bytes_; }
  std::uint64_t used_bytes() const noexcept { return used_bytes_.load(std::memory_order_relaxed); }
  std::uint64_t peak_bytes() const noexcept { return peak_bytes_.load(std::memory_order_relaxed); }

 private:
  friend class Reservation;
  struct Waiter {
    std::uint64_t ticket;
    std::uint64_t bytes;
    std::function<void(Reservation)> ready;
  };

  bool try_take(std::uint64_t bytes) noexcept;
  void give_back(std::uint64_t bytes) noexcept;
  /// What was reserved in this share goes on to be used in the whole alone.
  void leave_to_whole(std::uint64_t bytes) noexcept;
  void serve_waiters() noexcept;

  // Given.
  const std::uint64_t limit_bytes_;
  FrameBudget* const whole_ = nullptr;
  FrameBudget* share_ = nullptr;  ///< has waiters for bytes of this budget too
  // Owned.
  std::mutex mutex_;
  std::deque<Waiter> waiters_;
  bool serving_ = false;
  std::uint64_t next_ticket_ = 1;
  std::atomic<bool> has_waiters_{false};
  // Measured.
  std::atomic<std::uint64_t> used_bytes_{0};
  std::atomic<std::uint64_t> peak_bytes_{0};
};

}  // namespace framewright::engine
