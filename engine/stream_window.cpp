#include "engine/stream_window.hpp"

#include <algorithm>
#include <utility>

namespace framewright::engine {

StreamWindow::StreamWindow(StreamSettings settings, std::shared_ptr<const Plan> plan, FlowId flow,
                           MakeTask make_task)
    : settings_(std::move(settings)), plan_(std::move(plan)), flow_(flow), make_task_(make_task) {
  FW_CHECK(settings_.window >= 1 && settings_.window <= kMaxStreamWindow);
}

Result<StreamWindow::Admission> StreamWindow::admit(InboundFrame frame, SteadyTime now) {
  const auto name = [&] { return "stream " + std::to_string(settings_.stream_id); };
  if (closing_) return unexpected(ErrorCode::Conflict, name() + " is closing and takes no more frames");
  const auto window = static_cast<std::size_t>(settings_.window);
  if (settings_.delivery == Delivery::Lossless && places_used() >= window) {
    return unexpected(ErrorCode::Overloaded,
                      name() + ": all " + std::to_string(window) + " places are taken");
  }
  frames_in_ += 1;
  if (frame.flags & kLastFrameFlag) close("last_frame");
  Admission admission;
  while (places_used() >= window && drop_oldest_waiting(admission.dropped)) {
  }
  auto task = task_of(std::move(frame), now);
  if (places_used() < window) {
    give_place(task);
    admission.task = std::move(task);
    return admission;
  }
  if (kept_) {
    admission.dropped.push_back(kept_->frame_id);
    frames_dropped_ += 1;
  }
  kept_ = std::move(task);
  return admission;
}

FrameTaskPtr StreamWindow::take_kept() {
  if (!kept_ || places_used() >= static_cast<std::size_t>(settings_.window)) return nullptr;
  give_place(kept_);
  return std::exchange(kept_, nullptr);
}

void StreamWindow::give_place(const FrameTaskPtr& task) {
  order_.open(task->sequence);
  unfinished_.push_back(task);
}

FrameTaskPtr StreamWindow::task_of(InboundFrame frame, SteadyTime now) {
  auto task = make_task_();
  task->flow = flow_;
  task->sequence = next_sequence_++;
  task->frame_id = frame.frame_id;
  task->stream_id = settings_.stream_id;
  task->capture_us = frame.capture_us;
  task->flags = frame.flags;
  task->answer_as_json = frame.answer_as_json;
  task->plan = plan_;
  task->output = settings_.output;
  task->accelerator = settings_.accelerator;
  task->device = settings_.device;
  if (settings_.deadline) task->deadline = now + *settings_.deadline;
  task->admitted_at = now;
  task->trace_parent = settings_.trace_parent;
  task->input = std::move(frame.encoded);
  task->input_bytes = task->input.size_bytes;
  return task;
}

bool StreamWindow::drop_oldest_waiting(std::vector<std::uint64_t>& dropped) {
  const auto oldest =
      std::find_if(unfinished_.begin(), unfinished_.end(), [](auto& task) { return task->drop(); });
  if (oldest == unfinished_.end()) return false;
  // forget() reads the task while it lets go of the window's own pointer.
  const auto task = *oldest;  // NOLINT(performance-unnecessary-copy-initialization)
  task->give_up(DropReason::WindowFull);
  dropped.push_back(task->frame_id);
  forget(*task);
  return true;
}

bool StreamWindow::drop(FrameTask& task, DropReason reason) {
  if (!task.drop()) return false;
  task.give_up(reason);
  forget(task);
  return true;
}

/// Takes a dropped frame out of the order.
void StreamWindow::forget(const FrameTask& task) {
  order_.skip(task.sequence);
  std::erase_if(unfinished_, [&](const auto& other) { return other->sequence == task.sequence; });
  frames_dropped_ += 1;
}

std::optional<DropReason> StreamWindow::finish(const FrameTaskPtr& task, SteadyTime now) {
  if (abandoned_) return std::nullopt;
  if (task->dropped) {
    forget(*task);
    return task->dropped;
  }
  std::erase_if(unfinished_, [&](const auto& other) { return other->sequence == task->sequence; });
  order_.put(task->sequence, task);
  latency_.record(now - task->admitted_at, now);
  return std::nullopt;
}

std::optional<OutboundFrame> StreamWindow::next_answer() {
  const auto task = order_.take();
  if (!task) return std::nullopt;
  unacknowledged_ += 1;
  frames_out_ += 1;
  return outbound_frame_of(**task);
}

void StreamWindow::acknowledge(std::size_t count) {
  FW_CHECK(count <= unacknowledged_);
  unacknowledged_ -= count;
}

void StreamWindow::update(StreamSettings settings, std::shared_ptr<const Plan> plan) {
  FW_CHECK(settings.window >= 1 && settings.window <= kMaxStreamWindow);
  FW_CHECK(settings.stream_id == settings_.stream_id);
  settings_ = std::move(settings);
  plan_ = std::move(plan);
}

void StreamWindow::close(std::string reason) {
  if (!closing_) closing_ = std::move(reason);
}

std::optional<std::string> StreamWindow::closed() const {
  return order_.size() == 0 && !kept_ ? closing_ : std::nullopt;
}

std::vector<std::uint64_t> StreamWindow::abandon() {
  close("client");
  abandoned_ = true;
  std::vector<std::uint64_t> lost;
  for (const auto& task : unfinished_) {
    lost.push_back(task->frame_id);
    task->cancelled = true;
    if (task->drop()) task->give_up(DropReason::Closed);
  }
  frames_dropped_ += order_.size();
  if (kept_) {
    lost.push_back(kept_->frame_id);
    frames_dropped_ += 1;
    kept_ = nullptr;
  }
  unfinished_.clear();
  order_.clear();
  return lost;
}

StreamStatistics StreamWindow::statistics(SteadyTime now) const {
  const auto milliseconds = [](std::chrono::nanoseconds time) {
    return std::chrono::duration<double, std::milli>{time}.count();
  };
  return {.frames_per_second = latency_.frames_per_second(now),
          .queue_depth = static_cast<std::uint32_t>(unfinished_.size() + (kept_ ? 1 : 0)),
          .latency_ms_p50 = milliseconds(latency_.percentile(0.50, now)),
          .latency_ms_p99 = milliseconds(latency_.percentile(0.99, now)),
          .frames_in = frames_in_,
          .frames_out = frames_out_,
          .frames_dropped = frames_dropped_};
}

}  // namespace framewright::engine
