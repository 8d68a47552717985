#include "engine/frame_task.hpp"

namespace framewright::engine {

std::string_view to_string(DropReason reason) noexcept {
  switch (reason) {
    case DropReason::WindowFull: return "window_full";
    case DropReason::Deadline: return "deadline";
    case DropReason::Closed: return "closed";
    case DropReason::Overloaded: return "overloaded";
  }
  check_failed("a DropReason outside its list", __FILE__, __LINE__);
}

namespace {

Error error_of(DropReason reason, std::uint64_t frame_id) {
  const auto frame = "frame " + std::to_string(frame_id);
  switch (reason) {
    case DropReason::WindowFull: return {ErrorCode::Overloaded, frame + ": newer frames filled the window"};
    case DropReason::Deadline:
      return {ErrorCode::Timeout, frame + ": the deadline passed before it was answered"};
    case DropReason::Closed: return {ErrorCode::Cancelled, frame + ": nobody waits for the answer any more"};
    case DropReason::Overloaded: return {ErrorCode::Overloaded, frame + ": no memory or queue place is free"};
  }
  check_failed("a DropReason outside its list", __FILE__, __LINE__);
}

}  // namespace

std::optional<DropReason> FrameTask::lapsed(SteadyTime now) const noexcept {
  if (cancelled.load(std::memory_order_relaxed)) return DropReason::Closed;
  if (deadline && *deadline <= now) return DropReason::Deadline;
  return std::nullopt;
}

void FrameTask::give_up(DropReason reason) {
  dropped = reason;
  answer = unexpected(error_of(reason, frame_id));
}

}  // namespace framewright::engine
