#include "engine/worker_load.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "engine/check.hpp"

namespace framewright::engine {
namespace {

using std::chrono::nanoseconds;

constexpr double kNewShare = 0.25;  // of the latest frame in the moving averages
constexpr double kMostPace = 64;    // either way: what is beyond is an odd frame and no worker
constexpr double kDetourHalvesIn = 5e9;

nanoseconds scaled(nanoseconds time, double factor) noexcept {
  return nanoseconds{static_cast<std::int64_t>(static_cast<double>(time.count()) * factor)};
}

}  // namespace

bool WorkerCredit::has_filters_of(const Plan& plan) const noexcept {
  if (lacks.empty()) return true;
  const auto& calls = plan.pipeline().filters();
  return std::none_of(calls.begin(), calls.end(), [this](const FilterCall& call) {
    return std::find(lacks.begin(), lacks.end(), call.filter) != lacks.end();
  });
}

bool WorkerCredit::suits(const FrameTask& task) const noexcept {
  const bool is_its_device =
      !task.device || (!remote && accelerator == Accelerator::Cuda && device == *task.device);
  return is_its_device && has_filters_of(*task.plan);
}

WorkerLoad::WorkerLoad(WorkerCredit credit) : credit_(std::move(credit)), limit_(credit_.frames) {
  FW_CHECK(credit_.frames > credit_.kept_for_live && credit_.at_a_time > 0 && credit_.workers > 0);
  FW_CHECK(credit_.device >= 0 && credit_.device < kMaxDevices);
}

bool WorkerLoad::has_room(Accelerator kind, WorkClass work_class) const noexcept {
  const auto taken = held() + (work_class == WorkClass::Job ? credit_.kept_for_live : 0);
  if (!in_service(kind) || taken >= std::min(limit_, credit_.frames) || bytes_ >= credit_.bytes) return false;
  if (taken < credit_.at_a_time) return true;
  return load_ / static_cast<std::int64_t>(credit_.at_a_time) < kPrefetch;
}

nanoseconds WorkerLoad::wait(SteadyTime now) const noexcept {
  if (held() < credit_.workers) return nanoseconds{0};
  return std::max<nanoseconds>(outstanding() - (now - busy_since_), nanoseconds{0});
}

nanoseconds WorkerLoad::outstanding() const noexcept {
  return scaled(load_, pace_) / static_cast<std::int64_t>(credit_.workers);
}

nanoseconds WorkerLoad::turnaround(nanoseconds estimate, SteadyTime now) const noexcept {
  return wait(now) + scaled(estimate, pace_) + detour(now);
}

void WorkerLoad::assign(FrameTaskPtr task, SteadyTime now) {
  FW_CHECK(held() < credit_.frames);
  if (holdings_.empty()) busy_since_ = now;
  load_ += task->estimated_cost;
  bytes_ += task->input_bytes;
  holdings_.push_back({std::move(task), now, held() < credit_.workers});
}

bool WorkerLoad::finish(const FrameTask* task, SteadyTime now) {
  const auto found = std::find_if(holdings_.begin(), holdings_.end(),
                                  [task](const Holding& holding) { return holding.task.get() == task; });
  if (found == holdings_.end()) return false;
  learn(*found, now);
  load_ -= task->estimated_cost;
  bytes_ -= task->input_bytes;
  holdings_.erase(found);
  busy_since_ = now;
  return true;
}

std::vector<FrameTaskPtr> WorkerLoad::take_all() {
  std::vector<FrameTaskPtr> tasks;
  tasks.reserve(holdings_.size());
  for (auto& holding : holdings_) tasks.push_back(std::move(holding.task));
  holdings_.clear();
  load_ = nanoseconds{0};
  bytes_ = 0;
  return tasks;
}

void WorkerLoad::learn(const Holding& holding, SteadyTime now) noexcept {
  if (!holding.task->answer.has_value() || holding.task->estimated_cost <= nanoseconds{0}) return;
  const auto worked = holding.task->times.worker();
  const auto pace =
      static_cast<double>(worked.count()) / static_cast<double>(holding.task->estimated_cost.count());
  pace_ += kNewShare * (std::clamp(pace, 1 / kMostPace, kMostPace) - pace_);
  if (!credit_.remote || !holding.found_it_free) return;
  const auto rest = std::max<nanoseconds>(now - holding.since - worked, nanoseconds{0});
  const auto known = static_cast<double>(detour(now).count());
  const bool is_first = detour_at_ == SteadyTime{};
  detour_ns_ = is_first ? static_cast<double>(rest.count())
                        : known + kNewShare * (static_cast<double>(rest.count()) - known);
  detour_at_ = now;
}

nanoseconds WorkerLoad::detour(SteadyTime now) const noexcept {
  if (detour_ns_ <= 0) return nanoseconds{0};
  const auto age = static_cast<double>(nanoseconds{now - detour_at_}.count());
  return nanoseconds{static_cast<std::int64_t>(detour_ns_ * std::exp2(-age / kDetourHalvesIn))};
}

}  // namespace framewright::engine
