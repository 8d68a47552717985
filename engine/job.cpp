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

std::string result_filename(const JobItem& item) {
  std::string name = item.filename.substr(0, item.filename.rfind('.'));
  if (item.result_media_type == "image/jpeg") return name + ".jpg";
  if (item.result_media_type == "image/png") return name + ".png";
  if (item.result_media_type == "image/webp") return name + ".webp";
  return name + ".raw";
}

}  // namespace framewright::engine
