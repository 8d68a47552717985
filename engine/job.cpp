#include "engine/job.hpp"

#include <array>

#include "engine/check.hpp"

namespace framewright::engine {

std::string_view to_string(JobState state) noexcept {
  switch (state) {
    case JobState::Queued: return "queued";
    case JobState::Running: return "running";
    case JobState::Succeeded: return "succeeded";
    case JobState::Failed: return "failed";
    case JobState::Cancelled: return "cancelled";
  }
  check_failed("a JobState outside its list", __FILE__, __LINE__);
}

std::optional<JobState> parse_job_state(std::string_view name) noexcept {
  constexpr std::array kStates{JobState::Queued, JobState::Running, JobState::Succeeded, JobState::Failed,
                               JobState::Cancelled};
  for (const JobState state : kStates) {
    if (to_string(state) == name) return state;
  }
  return std::nullopt;
}

}  // namespace framewright::engine
