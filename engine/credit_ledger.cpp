#include "engine/credit_ledger.hpp"

#include <algorithm>

#include "engine/check.hpp"

namespace framewright::engine {

using std::chrono::nanoseconds;

void CreditLedger::add(WorkerId worker, WorkerCredit credit) {
  FW_CHECK(find(worker) == nullptr);
  workers_.push_back({worker, WorkerLoad{std::move(credit)}});
}

void CreditLedger::limit(WorkerId worker, std::size_t frames) {
  if (Worker* found = find(worker)) found->load.limit(frames);
}

void CreditLedger::set_bytes(WorkerId worker, std::uint64_t bytes) {
  if (Worker* found = find(worker)) found->load.set_bytes(bytes);
}

std::vector<FrameTaskPtr> CreditLedger::remove(WorkerId worker) {
  Worker* found = find(worker);
  if (found == nullptr) return {};
  auto holdings = found->load.take_all();
  workers_.erase(workers_.begin() + (found - workers_.data()));
  return holdings;
}

std::optional<WorkerId> CreditLedger::choose(Accelerator kind, WorkClass work_class, Demand demand,
                                             SteadyTime now) {
  return choose_of(kind, work_class, demand, now, [](const Worker&) { return true; });
}

std::optional<WorkerId> CreditLedger::choose_for(const FrameTask& task, Accelerator kind,
                                                 std::span<const WorkerId> in_vain, Demand demand,
                                                 SteadyTime now) {
  const auto can = [&](const Worker& worker) { return worker.load.credit().suits(task); };
  const auto is_fresh = [&](const Worker& worker) {
    return can(worker) && std::find(in_vain.begin(), in_vain.end(), worker.id) == in_vain.end();
  };
  const bool others = std::any_of(workers_.begin(), workers_.end(), [&](const Worker& worker) {
    return worker.load.in_service(kind) && is_fresh(worker);
  });
  return others ? choose_of(kind, task.work_class, demand, now, is_fresh)
                : choose_of(kind, task.work_class, demand, now, can);
}

template <class Fits>
std::optional<WorkerId> CreditLedger::choose_of(Accelerator kind, WorkClass work_class, Demand demand,
                                                SteadyTime now, Fits fits) {
  const Worker* local = nullptr;
  std::vector<const Worker*> remote;
  std::int64_t locals = 0;
  auto local_wait = nanoseconds::max();
  const Worker* soonest = nullptr;
  for (const Worker& worker : workers_) {
    if (!worker.load.in_service(kind) || !fits(worker)) continue;
    const bool has_room = worker.load.has_room(kind, work_class);
    if (worker.load.credit().remote) {
      if (has_room) remote.push_back(&worker);
      continue;
    }
    if (has_room && (local == nullptr || worker.load.outstanding() < local->load.outstanding()))
      local = &worker;
    ++locals;
    if (local == nullptr && worker.load.wait(now) < local_wait) {
      soonest = &worker;
      local_wait = worker.load.wait(now);
    }
  }
  if (local != nullptr) return local->id;
  if (remote.empty()) return std::nullopt;
  const Worker& best = better_of_two(remote, demand, now);
  if (soonest != nullptr) {
    const auto before_it = (demand.all - demand.next) / locals;
    const auto here = soonest->load.turnaround(demand.next + before_it, now);
    if (here <= best.load.turnaround(demand.next, now)) return std::nullopt;
  }
  return best.id;
}

const CreditLedger::Worker& CreditLedger::better_of_two(std::vector<const Worker*>& remote, Demand demand,
                                                        SteadyTime now) {
  if (remote.size() > 2) {
    std::swap(remote[0], remote[draw_() % remote.size()]);
    std::swap(remote[1], remote[1 + draw_() % (remote.size() - 1)]);
  }
  const bool second = remote.size() > 1 && remote[1]->load.turnaround(demand.next, now) <
                                               remote[0]->load.turnaround(demand.next, now);
  return *remote[second ? 1 : 0];
}

bool CreditLedger::can_run(WorkerId worker, const FrameTask& task) const {
  const Worker* found = find(worker);
  return found != nullptr && found->load.credit().suits(task);
}

std::optional<nanoseconds> CreditLedger::local_wait(Accelerator kind, nanoseconds before,
                                                    SteadyTime now) const noexcept {
  std::optional<nanoseconds> soonest;
  std::int64_t at_a_time = 0;
  for (const Worker& worker : workers_) {
    if (worker.load.credit().remote || !worker.load.in_service(kind)) continue;
    at_a_time += static_cast<std::int64_t>(worker.load.credit().workers);
    soonest = std::min(soonest.value_or(nanoseconds::max()), worker.load.wait(now));
  }
  if (soonest) *soonest += before / at_a_time;
  return soonest;
}

void CreditLedger::assign(WorkerId worker, FrameTaskPtr task, SteadyTime now) {
  Worker* found = find(worker);
  FW_CHECK(found != nullptr);
  found->load.assign(std::move(task), now);
}

bool CreditLedger::finish(WorkerId worker, const FrameTask* task, SteadyTime now) {
  Worker* found = find(worker);
  return found != nullptr && found->load.finish(task, now);
}

bool CreditLedger::has(Accelerator kind) const noexcept {
  return std::any_of(workers_.begin(), workers_.end(),
                     [&](const Worker& worker) { return worker.load.in_service(kind); });
}

bool CreditLedger::has_local(Accelerator kind) const noexcept {
  return std::any_of(workers_.begin(), workers_.end(), [&](const Worker& worker) {
    return worker.load.in_service(kind) && !worker.load.credit().remote;
  });
}

bool CreditLedger::has_for(Accelerator kind, const FrameTask& task) const noexcept {
  return std::any_of(workers_.begin(), workers_.end(), [&](const Worker& worker) {
    return worker.load.in_service(kind) && worker.load.credit().suits(task);
  });
}

std::uint64_t CreditLedger::local_devices() const noexcept {
  std::uint64_t devices = 0;
  for (const Worker& worker : workers_) {
    const auto& credit = worker.load.credit();
    const bool is_one = !credit.remote && worker.load.in_service(Accelerator::Cuda);
    if (is_one) devices |= std::uint64_t{1} << static_cast<unsigned>(credit.device);
  }
  return devices;
}

std::size_t CreditLedger::held() const noexcept {
  std::size_t sum = 0;
  for (const Worker& worker : workers_) sum += worker.load.held();
  return sum;
}

CreditLedger::Worker* CreditLedger::find(WorkerId worker) noexcept {
  return const_cast<Worker*>(std::as_const(*this).find(worker));
}

const CreditLedger::Worker* CreditLedger::find(WorkerId worker) const noexcept {
  const auto found =
      std::find_if(workers_.begin(), workers_.end(), [&](const Worker& w) { return w.id == worker; });
  return found == workers_.end() ? nullptr : &*found;
}

}  // namespace framewright::engine
