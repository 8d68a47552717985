// The SqliteJobStore keeps jobs in the embedded database and their pictures in JobFiles.
//
// Durable   as JobStore; each change is one transaction.
// Threads   any thread; calls block on the disk.
// Lifetime  the database, files, notifier and clock outlive the store.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/clock.hpp"
#include "engine/database.hpp"
#include "engine/job_events.hpp"
#include "engine/job_files.hpp"
#include "engine/job_rules.hpp"
#include "engine/job_store.hpp"

namespace framewright::engine {

class SqliteJobStore final : public JobStore {
 public:
  struct Parts {
    Database& database;
    JobFiles& files;
    JobNotifier& notifier;  ///< told of every change, after it is durable
    const Clock& clock = system_clock();
  };

  /// Opens the store of a data directory that this process alone holds: jobs that were running when an
  /// earlier process died wait again, and files that no job knows are removed.
  static Result<std::unique_ptr<SqliteJobStore>> open(Parts parts, JobStoreLimits limits);

  Result<Job> create(NewJob job) override;
  Result<Job> get(const std::string& id) override;
  Result<JobPage> list(std::size_t limit, const std::optional<std::string>& cursor,
                       std::optional<JobState> state) override;
  Result<Job> cancel(const std::string& id) override;
  Result<std::vector<JobEvent>> events_after(const std::string& id, std::uint64_t number,
                                             std::size_t limit) override;
  Result<std::optional<Job>> lease_next(const std::string& owner, std::chrono::seconds lease) override;
  Result<void> renew(const std::string& id, const std::string& owner, std::chrono::seconds lease) override;
  Result<void> item_done(const std::string& id, const std::string& owner, std::size_t item,
                         const JobItem& result) override;
  Result<void> finish(const std::string& id, const std::string& owner, JobState state,
                      std::optional<Error> error) override;
  Result<void> release(const std::string& owner) override;
  Result<std::size_t> expire() override;

 private:
  struct Stored;
  struct Lease {
    std::string owner;
    std::chrono::seconds length;
  };
  SqliteJobStore(Parts parts, JobStoreLimits limits) : parts_(parts), limits_(limits) {}
  Result<Stored> store(SQLite::Database& connection, const NewJob& job);
  Result<std::optional<Job>> lease_best(SQLite::Database& connection, const Lease& lease,
                                        std::vector<std::string>& changed);
  Result<void> end(const std::string& id, const std::string& owner, const JobEnding& ending);
  Result<std::vector<std::string>> forget_expired();
  void tell(const std::vector<std::string>& ids);

  // Given.
  const Parts parts_;
  const JobStoreLimits limits_;
};

}  // namespace framewright::engine
