// The SharedClock tells the time that every gateway of one database agrees on: this machine's clock,
// corrected by how far the database's clock was away when it was last asked. Leases of gateways whose clocks
// are an hour apart run out when they should.
//
// Threads   any thread.
#pragma once

#include <atomic>
#include <chrono>

#include "engine/clock.hpp"

namespace framewright::engine {

class SharedClock final : public Clock {
 public:
  explicit SharedClock(const Clock& own = system_clock()) : own_(own) {}

  SteadyTime now() const noexcept override { return own_.now(); }
  WallTime wall_now() const noexcept override { return own_.wall_now() + correction(); }

  /// The database said `theirs` at some time between `asked` and `answered` of this machine's own clock.
  void correct(WallTime theirs, WallTime asked, WallTime answered) noexcept {
    correction_us_ = unix_us(theirs) - (unix_us(asked) + unix_us(answered)) / 2;
  }
  std::chrono::microseconds correction() const noexcept {
    return std::chrono::microseconds{correction_us_.load()};
  }
  const Clock& own() const noexcept { return own_; }

 private:
  // Given.
  const Clock& own_;
  // Measured.
  std::atomic<std::int64_t> correction_us_{0};
};

}  // namespace framewright::engine
