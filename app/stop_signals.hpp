// SIGTERM and SIGINT as something to wait for: blocked for this thread and for every thread that it starts.
#pragma once

#include <signal.h>

#include <chrono>
#include <optional>

#include "engine/check.hpp"

namespace framewright::app {

class StopSignals {
 public:
  StopSignals() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGTERM);
    sigaddset(&signals_, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  }
  /// Returns the number of the signal that came.
  int wait() {
    int number = 0;
    FW_CHECK(sigwait(&signals_, &number) == 0);
    return number;
  }
  /// None when no signal came for so long.
  std::optional<int> wait_for(std::chrono::milliseconds patience) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(patience);
    const timespec time{seconds.count(), std::chrono::nanoseconds{patience - seconds}.count()};
    const int number = sigtimedwait(&signals_, nullptr, &time);
    return number > 0 ? std::optional{number} : std::nullopt;
  }

 private:
  sigset_t signals_;
};

}  // namespace framewright::app
