// When a failed child may live again: exponential back-off, and giving up after too many failures in a while.
#pragma once

#include <chrono>
#include <deque>
#include <optional>

#include "engine/clock.hpp"

namespace framewright::engine {

class RestartPolicy {
 public:
  struct Limits {
    std::chrono::milliseconds first_delay{10};
    std::chrono::milliseconds longest_delay{5'000};
    int failures = 5;  ///< more than so many within `window` and the child stays down
    std::chrono::milliseconds window{10'000};
  };

  explicit RestartPolicy(Limits limits) : limits_(limits) {}

  /// How long to wait before the next start; none: give up.
  std::optional<std::chrono::milliseconds> failed(SteadyTime now);

 private:
  Limits limits_;
  std::deque<SteadyTime> failures_;
};

}  // namespace framewright::engine
