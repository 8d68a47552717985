#include "engine/fair_queue.hpp"

#include <algorithm>
#include <string>

namespace framewright::engine {
namespace {

constexpr std::size_t kSweepFloor = 16;

std::int64_t credit_ns() noexcept { return std::chrono::nanoseconds{FairQueue::kNewcomerCredit}.count(); }

}  // namespace

std::int64_t FairQueue::Class::newcomer_ns() const noexcept {
  return std::max(start_ns, fair_ns - credit_ns());
}

Result<void> FairQueue::push(FrameTaskPtr task, std::chrono::nanoseconds estimated_cost) {
  const auto id = task->flow;
  auto& flow = detach(id, task->work_class);
  if (flow.waiting.size() >= flow.sweep_at || is_full(*task)) sweep(flow);
  if (is_full(*task)) {
    settle(id, flow);
    return unexpected(ErrorCode::Overloaded,
                      "frame queue: " + std::to_string(size_) + " of " + std::to_string(limits_.tasks) +
                          " places and " + std::to_string(bytes_) + " of " + std::to_string(limits_.bytes) +
                          " bytes are taken, frame needs " + std::to_string(task->input_bytes));
  }
  task->estimated_cost = estimated_cost;
  const auto bytes = task->input_bytes;
  flow.waiting.push_back({std::move(task), bytes, estimated_cost});
  count(flow.waiting.back());
  settle(id, flow);
  return {};
}

FairQueue::Popped FairQueue::pop(SteadyTime now, WorkClass down_to) {
  Popped popped;
  while (auto* group = next_class(down_to)) {
    const auto [virtual_ns, id] = *group->ready.begin();
    auto& flow = flows_.at(id);
    group->ready.erase(group->ready.begin());
    popped.task = start_first(flow, now, popped.expired);
    if (popped.task) {
      class_start_ns_ = group->virtual_ns;
      group->start_ns = std::max(group->start_ns, virtual_ns);
      flow.running += 1;
      add_cost(flow, popped.task->estimated_cost.count());
    }
    settle(id, flow);
    if (popped.task) break;
  }
  return popped;
}

void FairQueue::charge(const FrameTask& task, std::chrono::nanoseconds measured_cost) {
  const auto found = flows_.find(task.flow);
  if (found == flows_.end() || found->second.running == 0) return;  // popped from a queue before this one
  auto& flow = found->second;
  class_of(flow).ready.erase({flow.virtual_ns, task.flow});
  flow.running -= 1;
  add_cost(flow, (measured_cost - task.estimated_cost).count());
  settle(task.flow, flow);
}

std::vector<FrameTaskPtr> FairQueue::drop_flow(FlowId id) {
  std::vector<FrameTaskPtr> dropped;
  const auto found = flows_.find(id);
  if (found == flows_.end()) return dropped;
  auto& flow = detach(id, found->second.work_class);
  flow.closed = true;
  while (!flow.waiting.empty()) {
    auto task = std::move(flow.waiting.front().task);
    remove_front(flow);
    if (!task->drop()) continue;
    task->give_up(DropReason::Closed);
    dropped.push_back(std::move(task));
  }
  settle(id, flow);
  return dropped;
}

std::vector<FrameTaskPtr> FairQueue::take_all() {
  std::vector<std::pair<FlowId, WorkClass>> waiting;
  for (const auto& [id, flow] : flows_) {
    if (!flow.waiting.empty()) waiting.emplace_back(id, flow.work_class);
  }
  std::vector<FrameTaskPtr> taken;
  for (const auto& [id, work_class] : waiting) {
    auto& flow = detach(id, work_class);
    while (!flow.waiting.empty()) {
      auto task = std::move(flow.waiting.front().task);
      remove_front(flow);
      if (task->phase.load() == TaskPhase::Queued) taken.push_back(std::move(task));
    }
    settle(id, flow);
  }
  return taken;
}

FairQueue::Class* FairQueue::next_class(WorkClass down_to) noexcept {
  auto& live = classes_[static_cast<std::size_t>(WorkClass::Live)];
  auto& job = classes_[static_cast<std::size_t>(WorkClass::Job)];
  if (down_to == WorkClass::Live) return live.ready.empty() ? nullptr : &live;
  if (live.ready.empty()) return job.ready.empty() ? nullptr : &job;
  return !job.ready.empty() && job.virtual_ns < live.virtual_ns ? &job : &live;
}

bool FairQueue::is_full(const FrameTask& task) const noexcept {
  return size_ >= limits_.tasks || task.input_bytes > limits_.bytes - bytes_;
}

/// Finds or makes the flow and takes it out of the ordered sets, so that it can change; settle() puts it
/// back. A flow that was idle, or a class that was, starts where the others are.
FairQueue::Flow& FairQueue::detach(FlowId id, WorkClass work_class) {
  const auto [found, is_new] = flows_.try_emplace(id);
  auto& flow = found->second;
  if (is_new) {
    flow.work_class = work_class;
    class_of(flow).flows += 1;
  }
  FW_CHECK(flow.work_class == work_class);
  auto& group = class_of(flow);
  group.ahead.erase({flow.virtual_ns, id});
  if (group.ready.empty()) group.virtual_ns = std::max(group.virtual_ns, class_start_ns_);
  if (flow.waiting.empty()) {
    flow.closed = false;
    flow.virtual_ns = std::max(flow.virtual_ns, group.newcomer_ns());
  } else {
    group.ready.erase({flow.virtual_ns, id});
  }
  return flow;
}

/// Puts a changed flow where it belongs now; may end it. Flows without frames are remembered only while they
/// are ahead of what newcomers get, and not at all once nothing of their class is waiting or running.
void FairQueue::settle(FlowId id, Flow& flow) {
  auto& group = class_of(flow);
  if (!flow.waiting.empty()) {
    group.ready.insert({flow.virtual_ns, id});
  } else if (flow.running == 0) {
    const auto ahead = group.ahead.insert({flow.virtual_ns, id}).first;
    if (flow.closed) forget(group, ahead);
  }
  const bool idle = group.flows == group.ahead.size();
  while (!group.ahead.empty() && (idle || group.ahead.begin()->first <= group.newcomer_ns())) {
    forget(group, group.ahead.begin());
  }
  if (group.flows == 0) group.start_ns = group.fair_ns = 0;
}

void FairQueue::forget(Class& group, ByVirtualTime::iterator ahead) {
  flows_.erase(ahead->second);
  group.ahead.erase(ahead);
  group.flows -= 1;
}

void FairQueue::add_cost(Flow& flow, std::int64_t cost_ns) noexcept {
  auto& group = class_of(flow);
  const auto active = static_cast<std::int64_t>(group.flows - group.ahead.size());
  flow.virtual_ns += cost_ns;
  group.fair_ns += cost_ns / active;
  group.virtual_ns += flow.work_class == WorkClass::Job ? cost_ns * kLiveWeight : cost_ns;
}

/// When the frame will be done, on the safe side: half of all frames take longer than estimated. While no
/// other waits it is only `now`: nobody gains by giving up a frame for an estimate, which may be wrong.
SteadyTime FairQueue::expected_end(const FrameTask& task, SteadyTime now) const noexcept {
  return size_ == 0 ? now : now + 2 * task.estimated_cost;
}

FrameTaskPtr FairQueue::start_first(Flow& flow, SteadyTime now, std::vector<FrameTaskPtr>& expired) {
  while (!flow.waiting.empty()) {
    auto task = std::move(flow.waiting.front().task);
    remove_front(flow);
    if (const auto reason = task->lapsed(expected_end(*task, now))) {
      if (!task->drop()) continue;
      task->give_up(*reason);
      expired.push_back(std::move(task));
    } else if (task->start()) {
      return task;
    }
  }
  return nullptr;
}

void FairQueue::sweep(Flow& flow) {
  std::erase_if(flow.waiting, [this](const Entry& entry) {
    if (entry.task->phase.load() == TaskPhase::Queued) return false;
    discount(entry);
    return true;
  });
  flow.sweep_at = std::max(kSweepFloor, 2 * flow.waiting.size());
}

void FairQueue::count(const Entry& entry) noexcept {
  size_ += 1;
  bytes_ += entry.bytes;
  cost_ += entry.cost;
}

void FairQueue::discount(const Entry& entry) noexcept {
  size_ -= 1;
  bytes_ -= entry.bytes;
  cost_ -= entry.cost;
}

void FairQueue::remove_front(Flow& flow) {
  discount(flow.waiting.front());
  flow.waiting.pop_front();
}

}  // namespace framewright::engine
