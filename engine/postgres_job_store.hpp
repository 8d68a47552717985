// The PostgresJobStore keeps jobs in PostgreSQL for several gateways, and their pictures in a JobFiles that
// the gateways share.
//
// Durable   as JobStore; each change is one transaction.
// Threads   any thread; calls block on the network.
// Lifetime  the database, files, notifier and clock outlive the store.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "engine/clock.hpp"
#include "engine/job_events.hpp"
#include "engine/job_files.hpp"
#include "engine/job_rules.hpp"
#include "engine/job_store.hpp"
#include "engine/postgres_database.hpp"
#include "engine/postgres_job_rows.hpp"

namespace framewright::engine {

class PostgresJobStore final : public JobStore {
 public:
  struct Parts {
    PostgresDatabase& database;
    JobFiles& files;
    JobNotifier& notifier;  ///< told of every change of this gateway, after it is durable
    const Clock& clock;     ///< a SharedClock, so that all gateways agree on when a lease runs out
    std::string gateway;    ///< signs what is told to the others (engine/postgres_job_listener.hpp)
  };

  PostgresJobStore(Parts parts, JobStoreLimits limits) : parts_(std::move(parts)), limits_(limits) {}

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
  /// Also removes, now and then, the files that no job knows: those of a gateway that died during an upload.
  Result<std::size_t> expire() override;

 private:
  /// What create() found or made.
  struct Stored {
    Job job;
    bool is_new = false;
  };
  struct Lease {
    std::string owner;
    std::chrono::seconds length;
  };
  using Ids = std::vector<std::string>;

  /// Runs `body(connection, changed)` in a transaction; the jobs that it names are told of with the commit.
  template <class Body>
  auto change(Body&& body) {
    Ids changed;
    auto result = parts_.database.write([&](PostgresConnection& connection) {
      changed.clear();
      auto outcome = body(connection, changed);
      if (outcome) tell_others(connection, changed);
      return outcome;
    });
    if (result) tell(changed);
    return result;
  }

  Result<Stored> store(PostgresConnection& connection, const NewJob& job, Ids& changed);
  std::optional<Result<Stored>> known_by_key(PostgresConnection& connection, const NewJob& job, WallTime now);
  Result<Job> settle_doubt(const NewJob& job, const Error& failure);
  std::optional<Job> lease_best(PostgresConnection& connection, const Lease& lease, Ids& changed);
  Result<void> end(const std::string& id, const std::string& owner, const JobEnding& ending);
  Result<Ids> forget_expired();
  Result<void> sweep();
  void tell_others(PostgresConnection& connection, const Ids& ids);
  void tell(const Ids& ids);

  // Given.
  const Parts parts_;
  const JobStoreLimits limits_;
  // Owned.
  std::mutex mutex_;
  std::optional<SteadyTime> swept_at_;
};

}  // namespace framewright::engine
