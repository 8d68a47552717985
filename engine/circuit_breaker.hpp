// A CircuitBreaker decides whether work may be sent to somebody who fails often.
//
// Closed     everything is sent. Too many failures in a row, or too large a share of the latest outcomes,
//            open it.
// Open       nothing is sent for a pause, which doubles each time that it opens without having been closed.
// Half open  the pause is over: one piece of work is sent as a probe. Its success closes the breaker, its
//            failure opens it again.
//
// Threads   none: belongs to one actor.
#pragma once

#include <bitset>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "engine/clock.hpp"

namespace framewright::engine {

enum class BreakerState : std::uint8_t { Closed, Open, HalfOpen };
std::string_view to_string(BreakerState state) noexcept;  ///< "closed", "open", "half_open"

struct BreakerLimits {
  int failures_in_a_row = 5;
  /// Failures among the latest kOutcomes, once there are so many.
  int failures_of_latest = 10;
  std::chrono::milliseconds first_pause{1'000};
  std::chrono::milliseconds longest_pause{30'000};
};

class CircuitBreaker {
 public:
  static constexpr std::size_t kOutcomes = 20;

  CircuitBreaker() = default;
  explicit CircuitBreaker(BreakerLimits limits) noexcept : limits_(limits) {}

  /// One piece of work came to its end. What was sent before the breaker opened and ends while it is open
  /// counts for nothing: a success of then says nothing of now.
  void succeeded() noexcept;
  void failed(SteadyTime now) noexcept;
  /// To be asked from time to time: half open once the pause is over.
  BreakerState look(SteadyTime now) noexcept;

  BreakerState state() const noexcept { return state_; }
  /// How often it has opened.
  std::uint64_t openings() const noexcept { return openings_; }
  /// Of the pause that runs, or ran last.
  std::chrono::milliseconds pause() const noexcept;

 private:
  void note(bool failure) noexcept;
  void open(SteadyTime now) noexcept;

  // Given.
  BreakerLimits limits_ = {};
  // Owned.
  BreakerState state_ = BreakerState::Closed;
  SteadyTime opened_at_{};
  int openings_in_a_row_ = 0;
  // Measured.
  std::bitset<kOutcomes> latest_;  ///< failures, the latest first
  std::size_t seen_ = 0;
  int in_a_row_ = 0;
  std::uint64_t openings_ = 0;
};

}  // namespace framewright::engine
