#include "engine/circuit_breaker.hpp"

#include <algorithm>

#include "engine/check.hpp"

namespace framewright::engine {

std::string_view to_string(BreakerState state) noexcept {
  switch (state) {
    case BreakerState::Closed: return "closed";
    case BreakerState::Open: return "open";
    case BreakerState::HalfOpen: return "half_open";
  }
  check_failed("a BreakerState outside its list", __FILE__, __LINE__);
}

void CircuitBreaker::succeeded() noexcept {
  if (state_ == BreakerState::Open) return;
  if (state_ == BreakerState::HalfOpen) {
    state_ = BreakerState::Closed;
    openings_in_a_row_ = 0;
    latest_.reset();
    seen_ = 0;
  }
  note(false);
}

void CircuitBreaker::failed(SteadyTime now) noexcept {
  if (state_ == BreakerState::Open) return;
  note(true);
  const bool too_many =
      in_a_row_ >= limits_.failures_in_a_row ||
      (seen_ >= kOutcomes && latest_.count() >= static_cast<std::size_t>(limits_.failures_of_latest));
  if (too_many || state_ == BreakerState::HalfOpen) open(now);
}

BreakerState CircuitBreaker::look(SteadyTime now) noexcept {
  if (state_ == BreakerState::Open && now - opened_at_ >= pause()) state_ = BreakerState::HalfOpen;
  return state_;
}

std::chrono::milliseconds CircuitBreaker::pause() const noexcept {
  // The shift is bounded so that it cannot overflow whatever the limits say.
  const auto pause = limits_.first_pause * (1 << std::clamp(openings_in_a_row_ - 1, 0, 20));
  return std::min<std::chrono::milliseconds>(pause, limits_.longest_pause);
}

void CircuitBreaker::note(bool failure) noexcept {
  latest_ <<= 1;
  latest_[0] = failure;
  seen_ = std::min(seen_ + 1, kOutcomes);
  in_a_row_ = failure ? in_a_row_ + 1 : 0;
}

void CircuitBreaker::open(SteadyTime now) noexcept {
  state_ = BreakerState::Open;
  opened_at_ = now;
  in_a_row_ = 0;
  ++openings_in_a_row_;
  ++openings_;
}

}  // namespace framewright::engine
