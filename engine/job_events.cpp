#include "engine/job_events.hpp"

#include <vector>

namespace framewright::engine {
namespace {

const std::string kEveryJob;

}  // namespace

Result<JobNotifier::Ticket> JobNotifier::subscribe(const std::string& job_id, Callback callback) {
  const std::lock_guard lock(mutex_);
  if (watchers_.size() >= limit_) {
    return unexpected(ErrorCode::Overloaded, std::to_string(limit_) + " watchers of jobs, no more are taken");
  }
  const Ticket ticket = next_ticket_++;
  watchers_.emplace(ticket, Watcher{job_id, std::make_shared<const Callback>(std::move(callback))});
  by_job_.emplace(job_id, ticket);
  return ticket;
}

Result<JobNotifier::Ticket> JobNotifier::subscribe_all(Callback callback) {
  return subscribe(kEveryJob, std::move(callback));
}

void JobNotifier::unsubscribe(Ticket ticket) noexcept {
  const std::lock_guard lock(mutex_);
  const auto found = watchers_.find(ticket);
  if (found == watchers_.end()) return;
  const auto [first, last] = by_job_.equal_range(found->second.job_id);
  for (auto entry = first; entry != last; ++entry) {
    if (entry->second != ticket) continue;
    by_job_.erase(entry);
    break;
  }
  watchers_.erase(found);
}

void JobNotifier::notify(const std::string& job_id) {
  std::vector<std::shared_ptr<const Callback>> callbacks;
  {
    const std::lock_guard lock(mutex_);
    for (const std::string* key : {&job_id, &kEveryJob}) {
      const auto [first, last] = by_job_.equal_range(*key);
      for (auto entry = first; entry != last; ++entry)
        callbacks.push_back(watchers_.at(entry->second).callback);
    }
  }
  for (const auto& callback : callbacks) (*callback)(job_id);
}

void JobNotifier::notify_everybody() {
  std::vector<Watcher> watchers;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [ticket, watcher] : watchers_) watchers.push_back(watcher);
  }
  for (const Watcher& watcher : watchers) (*watcher.callback)(watcher.job_id);
}

std::size_t JobNotifier::watchers() const {
  const std::lock_guard lock(mutex_);
  return watchers_.size();
}

}  // namespace framewright::engine
