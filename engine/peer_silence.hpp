// A PeerSilence measures for how long a peer has said nothing while this process was there to hear it.
//
// A process that was halted itself (a debugger, a frozen container, a machine out of memory) wakes to find
// that all its peers have been silent for long. What they said meanwhile has not been read yet, so time by
// which a look is late counts as nobody's.
//
// Threads   none: belongs to one actor.
#pragma once

#include <algorithm>

#include "engine/clock.hpp"

namespace framewright::engine {

class PeerSilence {
 public:
  /// `look_every` is how often look() will be called.
  explicit PeerSilence(std::chrono::nanoseconds look_every) noexcept : look_every_(look_every) {}

  void begin(SteadyTime now) noexcept { heard_at_ = looked_at_ = now; }
  void heard(SteadyTime now) noexcept { heard_at_ = now; }

  /// Since the last word.
  std::chrono::nanoseconds look(SteadyTime now) noexcept {
    const auto late = now - looked_at_ - look_every_;
    looked_at_ = now;
    if (late > look_every_) heard_at_ = std::min(now, heard_at_ + late);
    return now - heard_at_;
  }

 private:
  // Given.
  const std::chrono::nanoseconds look_every_;
  // Measured.
  SteadyTime heard_at_{};
  SteadyTime looked_at_{};
};

}  // namespace framewright::engine
