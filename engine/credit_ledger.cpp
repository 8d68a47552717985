#include "engine/credit_ledger.hpp"

#include <algorithm>

#include "engine/check.hpp"

namespace framewright::engine {

void CreditLedger::add(WorkerId worker, Accelerator accelerator, int credit) {
  FW_CHECK(credit > 0 && find(worker) == nullptr);
  workers_.push_back({.id = worker, .accelerator = accelerator, .credit = static_cast<std::size_t>(credit)});
}

void CreditLedger::retire(WorkerId worker) {
  if (Worker* found = find(worker)) found->credit = 0;
}

std::vector<FrameTaskPtr> CreditLedger::remove(WorkerId worker) {
  Worker* found = find(worker);
  if (found == nullptr) return {};
  auto holdings = std::move(found->holdings);
  workers_.erase(workers_.begin() + (found - workers_.data()));
  return holdings;
}

std::optional<WorkerId> CreditLedger::choose(Accelerator accelerator) const {
  const Worker* best = nullptr;
  for (const Worker& worker : workers_) {
    if (worker.accelerator != accelerator || worker.holdings.size() >= worker.credit) continue;
    // A device overlaps the frames of its slots, so its credit is not cut by their time.
    const bool serial = accelerator == Accelerator::Cpu;
    if (serial && !worker.holdings.empty() && worker.load >= kPrefetch) continue;
    if (best == nullptr || worker.load < best->load) best = &worker;
  }
  if (best == nullptr) return std::nullopt;
  return best->id;
}

void CreditLedger::assign(WorkerId worker, FrameTaskPtr task) {
  Worker* found = find(worker);
  FW_CHECK(found != nullptr && found->holdings.size() < found->credit);
  found->load += task->estimated_cost;
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
  holdings.erase(held);
  return true;
}

bool CreditLedger::has(Accelerator accelerator) const noexcept {
  return std::any_of(workers_.begin(), workers_.end(), [&](const Worker& worker) {
    return worker.accelerator == accelerator && worker.credit > 0;
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
