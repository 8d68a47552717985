#include "engine/credit_ledger.hpp"

#include <algorithm>

#include "engine/check.hpp"

namespace framewright::engine {

bool CreditLedger::Worker::has_room(Accelerator kind) const noexcept {
  if (holdings.size() >= credit.frames || bytes >= credit.bytes) return false;
  // A device overlaps the frames of its slots, so its credit is not cut by their time.
  const bool serial = kind == Accelerator::Cpu;
  return !serial || holdings.size() < credit.at_a_time || wait() < kPrefetch;
}

std::chrono::nanoseconds CreditLedger::Worker::wait() const noexcept {
  return load / static_cast<std::int64_t>(credit.at_a_time);
}

void CreditLedger::add(WorkerId worker, WorkerCredit credit) {
  FW_CHECK(credit.frames > 0 && credit.at_a_time > 0 && find(worker) == nullptr);
  workers_.push_back({.id = worker, .credit = credit});
}

void CreditLedger::retire(WorkerId worker) {
  if (Worker* found = find(worker)) found->credit.frames = 0;
}

std::vector<FrameTaskPtr> CreditLedger::remove(WorkerId worker) {
  Worker* found = find(worker);
  if (found == nullptr) return {};
  auto holdings = std::move(found->holdings);
  workers_.erase(workers_.begin() + (found - workers_.data()));
  return holdings;
}

std::optional<WorkerId> CreditLedger::choose(Accelerator accelerator) {
  const Worker* local = nullptr;
  std::vector<const Worker*> remote;
  for (const Worker& worker : workers_) {
    if (!worker.credit.serves(accelerator) || !worker.has_room(accelerator)) continue;
    if (worker.credit.remote) {
      remote.push_back(&worker);
    } else if (local == nullptr || worker.load < local->load) {
      local = &worker;
    }
  }
  if (local != nullptr) return local->id;
  if (remote.empty()) return std::nullopt;
  if (remote.size() > 2) {
    std::swap(remote[0], remote[draw_() % remote.size()]);
    std::swap(remote[1], remote[1 + draw_() % (remote.size() - 1)]);
  }
  const bool second = remote.size() > 1 && remote[1]->wait() < remote[0]->wait();
  return remote[second ? 1 : 0]->id;
}

void CreditLedger::assign(WorkerId worker, FrameTaskPtr task) {
  Worker* found = find(worker);
  FW_CHECK(found != nullptr && found->holdings.size() < found->credit.frames);
  found->load += task->estimated_cost;
  found->bytes += task->input_bytes;
  found->holdings.push_back(std::move(task));
}

bool CreditLedger::finish(WorkerId worker, const FrameTask* task) {
  Worker* found = find(worker);
  if (found == nullptr) return false;
  auto& holdings = found->holdings;
  const auto held = std::find_if(holdings.begin(), holdings.end(),
                                 [&](const FrameTaskPtr& holding) { return holding.get() == task; });
  if (held == holdings.end()) return false;
  found->load -= task->estimated_cost;
  found->bytes -= task->input_bytes;
  holdings.erase(held);
  return true;
}

bool CreditLedger::has(Accelerator accelerator) const noexcept {
  return std::any_of(workers_.begin(), workers_.end(), [&](const Worker& worker) {
    return worker.credit.serves(accelerator) && worker.credit.frames > 0;
  });
}

std::size_t CreditLedger::held() const noexcept {
  std::size_t sum = 0;
  for (const Worker& worker : workers_) sum += worker.holdings.size();
  return sum;
}

CreditLedger::Worker* CreditLedger::find(WorkerId worker) noexcept {
  const auto found =
      std::find_if(workers_.begin(), workers_.end(), [&](const Worker& w) { return w.id == worker; });
  return found == workers_.end() ? nullptr : &*found;
}

}  // namespace framewright::engine
