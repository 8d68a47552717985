// The JobStore is where jobs live: SqliteJobStore in one process, PostgresJobStore for several gateways.
//
// Durable   when a call returns success, what it did survives kill -9 and loss of power.
// Threads   any thread; calls block on disk and network, so never call from an io thread or a cooperative
//           actor.
// Errors    every call: Internal (disk), Overloaded (the store is out of reach for now). After Overloaded
//           what was asked may still have been done, so whoever asks again names the same key, item or lease.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/job.hpp"
#include "engine/result.hpp"

namespace framewright::engine {

struct JobStoreLimits {
  std::size_t waiting = 10'000;   ///< queued jobs; more are refused as Overloaded
  std::size_t retained = 10'000;  ///< final jobs, the newest
  std::chrono::milliseconds retention{std::chrono::hours{7 * 24}};
  std::chrono::milliseconds idempotency{std::chrono::hours{24}};
  int leases_without_progress = 5;  ///< then the job fails: it may be what kills the process
};

class JobStore {
 public:
  virtual ~JobStore() = default;

  /// Stores a job, or returns the one that the same idempotency key made within 24 h. The upload's files
  /// belong to the store from then on; where no job was made of them they go with the upload.
  ///
  /// Errors   Conflict (key reused with another request), Overloaded (limit of waiting jobs), InvalidArgument
  ///          (nothing uploaded, priority).
  virtual Result<Job> create(NewJob job) = 0;
  /// Errors   NotFound.
  virtual Result<Job> get(const std::string& id) = 0;
  /// One page, newest first, of at most `limit` (1 to 1000) jobs. A cursor stays good while jobs come and go.
  /// Errors   InvalidArgument (a cursor that no page gave).
  virtual Result<JobPage> list(std::size_t limit, const std::optional<std::string>& cursor,
                               std::optional<JobState> state) = 0;
  /// Cancels what is not final; idempotent; returns the job as it is now.
  /// Errors   NotFound.
  virtual Result<Job> cancel(const std::string& id) = 0;
  /// Events with a higher number, in order, at most `limit`.
  /// Errors   NotFound.
  virtual Result<std::vector<JobEvent>> events_after(const std::string& id, std::uint64_t number,
                                                     std::size_t limit) = 0;

  // For the job runner. `owner` names one run of one process and no other, so it is the token of its leases:
  // once a lease was given to another owner, the earlier one changes nothing any more.
  /// The waiting job of highest priority, oldest first, now leased and Running; none when nothing waits.
  /// Items with a result are already done. A lease that was not renewed is given to the next that asks;
  /// sooner where the store knows that its owner is gone. A job that was leased too often without finishing
  /// one item fails instead.
  virtual Result<std::optional<Job>> lease_next(const std::string& owner, std::chrono::seconds lease) = 0;
  /// Errors   NotFound when the lease was lost, also to a cancellation: then stop working on the job.
  virtual Result<void> renew(const std::string& id, const std::string& owner, std::chrono::seconds lease) = 0;
  /// Records a finished item, whose bytes JobFiles::write_result() has written; takes media type and size
  /// from `result`. Doing it twice is harmless. NotFound when the lease was lost.
  virtual Result<void> item_done(const std::string& id, const std::string& owner, std::size_t item,
                                 const JobItem& result) = 0;
  /// Ends a job. Succeeded needs every item done; the ZIP of several results is durable before the state is.
  /// Where it cannot be written the job is Failed for that reason, which is also returned. NotFound when the
  /// lease was lost.
  virtual Result<void> finish(const std::string& id, const std::string& owner, JobState state,
                              std::optional<Error> error) = 0;
  /// Hands leases of a stopped owner back to the queue.
  virtual Result<void> release(const std::string& owner) = 0;

  /// Deletes final jobs and their files beyond age or count; returns how many.
  virtual Result<std::size_t> expire() = 0;
};

}  // namespace framewright::engine
