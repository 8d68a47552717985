// Time as a parameter: everything that decides by time takes a Clock, and tests own theirs.
#pragma once

#include <chrono>

namespace framewright::engine {

using SteadyTime = std::chrono::steady_clock::time_point;
using WallTime = std::chrono::system_clock::time_point;

// Threads   every method may be called from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual SteadyTime now() const noexcept = 0;
  virtual WallTime wall_now() const noexcept = 0;
};

/// The process's own clock.
const Clock& system_clock() noexcept;

/// A clock that moves only when told to. Not for concurrent use while it is being moved.
class ManualClock final : public Clock {
 public:
  SteadyTime now() const noexcept override { return now_; }
  WallTime wall_now() const noexcept override { return wall_; }
  void advance(std::chrono::nanoseconds step) noexcept {
    now_ += std::chrono::duration_cast<SteadyTime::duration>(step);
    wall_ += std::chrono::duration_cast<WallTime::duration>(step);
  }

 private:
  SteadyTime now_{std::chrono::seconds{1000}};
  WallTime wall_{std::chrono::seconds{1'700'000'000}};
};

/// Microseconds since the Unix epoch, as times travel on the wire.
inline std::int64_t unix_us(WallTime time) noexcept {
  return std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch()).count();
}

}  // namespace framewright::engine
