// The JobNotifier tells whoever watches a job that its state or progress changed. It carries no event: the
// watcher reads JobStore::events_after() from the last number it knows, so nothing is lost or doubled.
//
// Threads   any thread. Callbacks run on the thread that notifies, without a lock held; they must return at
// once
//           and may subscribe and unsubscribe. A callback may still be running when unsubscribe() returns
//           elsewhere, so it holds what it needs by weak_ptr.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "engine/result.hpp"

namespace framewright::engine {

class JobNotifier {
 public:
  using Callback = std::function<void(const std::string& job_id)>;
  using Ticket = std::uint64_t;

  explicit JobNotifier(std::size_t limit = 20'000) : limit_(limit) {}

  /// Calls back on every change of `job_id`. Subscribe first and read the events then: nothing falls in
  /// between. Errors   Overloaded when there are too many watchers.
  Result<Ticket> subscribe(const std::string& job_id, Callback callback);
  /// Calls back on every change of any job: a new one, one that is queued again, a cancelled one.
  Result<Ticket> subscribe_all(Callback callback);
  /// An unknown ticket is fine.
  void unsubscribe(Ticket ticket) noexcept;

  void notify(const std::string& job_id);
  /// News may have been missed: everybody looks again. Watchers of every job get an empty id.
  void notify_everybody();

  std::size_t watchers() const;

 private:
  struct Watcher {
    std::string job_id;  ///< empty: every job
    std::shared_ptr<const Callback> callback;
  };

  // Given.
  const std::size_t limit_;
  // Owned.
  mutable std::mutex mutex_;
  std::map<Ticket, Watcher> watchers_;
  std::multimap<std::string, Ticket> by_job_;
  Ticket next_ticket_ = 1;
};

}  // namespace framewright::engine
