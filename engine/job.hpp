// Jobs: pictures that are processed without a client waiting on the line. Plain values and the store's interface.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/clock.hpp"
#include "engine/media.hpp"
#include "engine/result.hpp"

namespace framewright::engine {

enum class JobState : std::uint8_t { Queued, Running, Succeeded, Failed, Cancelled };
std::string_view to_string(JobState state) noexcept;
std::optional<JobState> parse_job_state(std::string_view name) noexcept;
constexpr bool is_final(JobState state) noexcept {
  return state == JobState::Succeeded || state == JobState::Failed || state == JobState::Cancelled;
}

/// One picture of a job. The input lies in a file that the store owns, or is an image of the library.
struct JobItem {
  std::string filename;              ///< as uploaded, for the result's name
  std::filesystem::path input;       ///< absolute path of the bytes
  std::filesystem::path result;      ///< absolute path of the finished bytes; empty until then
  std::string result_media_type;
  std::uint64_t result_bytes = 0;
};

struct JobProgress {
  std::uint32_t done = 0;
  std::uint32_t total = 0;
};

struct Job {
  std::string id;                    ///< unguessable, URL-safe
  JobState state = JobState::Queued;
  int priority = 5;                  ///< 0 (last) to 9 (first)
  std::string pipeline;              ///< canonical text
  OutputOptions output;
  Accelerator accelerator = Accelerator::Auto;
  std::optional<std::string> image_id;
  JobProgress progress;
  WallTime created_at{};
  std::optional<WallTime> started_at;
  std::optional<WallTime> finished_at;
  std::optional<Error> error;
  std::vector<JobItem> items;
};

/// What a client asks for; the files of `uploads` have already been written and synced below the store's folder.
struct NewJob {
  int priority = 5;
  std::string pipeline;
  OutputOptions output;
  Accelerator accelerator = Accelerator::Auto;
  std::optional<std::string> image_id;
  std::optional<std::string> idempotency_key;
  std::string request_fingerprint;   ///< digest of the request, to refuse a reused key with another request
  std::vector<JobItem> items;
};

/// One entry of `GET /jobs/{id}/events`. `number` counts from 1 in each job and is the SSE id.
struct JobEvent {
  std::uint64_t number = 0;
  std::string kind;                  ///< "state" or "progress"
  JobState state = JobState::Queued;
  JobProgress progress;
  WallTime at{};
};

struct JobPage {
  std::vector<Job> jobs;             ///< newest first
  std::optional<std::string> next_cursor;
};

/// Where jobs live. SQLite now; PostgreSQL shares this interface and its test suite.
///
/// Durable   when a call returns success, what it did survives kill -9 and loss of power.
/// Threads   any thread; calls block on the disk, so never call from an io thread or a cooperative actor.
class JobStore {
 public:
  virtual ~JobStore() = default;

  /// Stores a job, or returns the one that the same idempotency key made within 24 h.
  /// Errors   Conflict (key reused with another request), Overloaded (limit of stored jobs), Internal (disk).
  virtual Result<Job> create(NewJob job) = 0;
  virtual Result<Job> get(const std::string& id) = 0;
  virtual Result<JobPage> list(std::size_t limit, const std::optional<std::string>& cursor,
                               std::optional<JobState> state) = 0;
  /// Cancels what is not final; idempotent; returns the job as it is now.
  virtual Result<Job> cancel(const std::string& id) = 0;
  virtual Result<std::vector<JobEvent>> events_after(const std::string& id, std::uint64_t number,
                                                     std::size_t limit) = 0;

  // For the job runner. `owner` names the process; a lease that is not renewed is given to the next that asks.
  /// The queued job of highest priority, oldest first, now leased and Running; none when nothing waits.
  virtual Result<std::optional<Job>> lease_next(const std::string& owner, std::chrono::seconds lease) = 0;
  virtual Result<void> renew(const std::string& id, const std::string& owner, std::chrono::seconds lease) = 0;
  /// Records a finished item (its result file is complete and synced). NotFound when the lease was lost.
  virtual Result<void> item_done(const std::string& id, const std::string& owner, std::size_t item,
                                 const JobItem& result) = 0;
  virtual Result<void> finish(const std::string& id, const std::string& owner, JobState state,
                              std::optional<Error> error) = 0;
  /// Hands leases of a stopped owner back to the queue.
  virtual Result<void> release(const std::string& owner) = 0;

  /// Deletes final jobs and their files beyond age or count; returns how many.
  virtual Result<std::size_t> expire() = 0;
};

}  // namespace framewright::engine
