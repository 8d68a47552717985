#include "engine/restart_policy.hpp"

#include <algorithm>

namespace framewright::engine {

std::optional<std::chrono::milliseconds> RestartPolicy::failed(SteadyTime now) {
  failures_.push_back(now);
  while (now - failures_.front() > limits_.window) failures_.pop_front();
  const auto count = static_cast<int>(failures_.size());
  if (count > limits_.failures) return std::nullopt;
  // The shift is bounded so that it cannot overflow whatever the limits say.
  const auto delay = limits_.first_delay * (1 << std::min(count - 1, 20));
  return std::min<std::chrono::milliseconds>(delay, limits_.longest_delay);
}

}  // namespace framewright::engine
