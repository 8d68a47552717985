// Jobs: pictures that are processed while no client waits on the line. Values, and the store's interface.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
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

class JobUpload;

/// One picture of a job. Its files lie in the job's folder (engine/job_files.hpp).
struct JobItem {
  std::string filename;               ///< as uploaded, made safe; for the result's name
  std::filesystem::path input;        ///< path of the bytes
  std::filesystem::path result = {};  ///< path of the finished bytes; empty until then
  std::string result_media_type = {};
  std::uint64_t result_bytes = 0;
};

/// The name under which a result is handed out: that of the upload, with the extension of the result's type.
std::string result_filename(const JobItem& item);

/// What a succeeded job hands out: the picture of its only item, or one ZIP with the pictures of all.
struct JobResult {
  std::filesystem::path file;
  std::string filename;  ///< for Content-Disposition: "holiday.png", "JOB_ID.zip"
  std::string media_type;
  std::uint64_t size_bytes = 0;
};

struct JobProgress {
  std::uint32_t done = 0;
  std::uint32_t total = 0;
};

struct Job {
  std::string id;  ///< unguessable, URL-safe
  JobState state = JobState::Queued;
  int priority = 5;      ///< 0 (last) to 9 (first)
  std::string pipeline;  ///< canonical text
  OutputOptions output;
  Accelerator accelerator = Accelerator::Auto;
  std::optional<std::string> image_id;
  JobProgress progress;
  WallTime created_at{};
  std::optional<WallTime> started_at;
  std::optional<WallTime> finished_at;
  std::optional<Error> error;
  std::vector<JobItem> items;
  std::optional<JobResult> result;  ///< of a succeeded job
};

/// What a client asks for. The pictures have already been written and synced through `upload`.
struct NewJob {
  int priority = 5;
  std::string pipeline;
  OutputOptions output;
  Accelerator accelerator = Accelerator::Auto;
  std::optional<std::string> image_id;
  std::optional<std::string> idempotency_key;
  std::string request_fingerprint;    ///< digest of the request, to refuse a reused key with another request
  std::shared_ptr<JobUpload> upload;  ///< at least one picture; one of the library is linked into it
};

/// One entry of `GET /jobs/{id}/events`. `number` counts from 1 in each job and is the SSE id.
struct JobEvent {
  std::uint64_t number = 0;
  std::string kind;  ///< "state" or "progress"
  JobState state = JobState::Queued;
  JobProgress progress;
  WallTime at{};
};

struct JobPage {
  std::vector<Job> jobs;  ///< newest first
  std::optional<std::string> next_cursor;
};

/// Where jobs live. SQLite now; PostgreSQL shares this interface and its test suite.
///
/// Durable   when a call returns success, what it did survives kill -9 and loss of power.
/// Threads   any thread; calls block on the disk, so never call from an io thread or a cooperative actor.
class JobStore {
 public:
  virtual ~JobStore() = default;

  /// Stores a job, or returns the one that the same idempotency key made within 24 h. The upload's files
  /// belong to the store from then on; where no job was made of them they go with the upload.
  ///
  /// Errors   Conflict (key reused with another request), Overloaded (limit of waiting jobs), InvalidArgument
  ///          (nothing uploaded, priority), Internal (disk).
  virtual Result<Job> create(NewJob job) = 0;
  virtual Result<Job> get(const std::string& id) = 0;
  /// One page, newest first, of at most `limit` (1 to 1000) jobs. A cursor stays good while jobs come and go.
  /// Errors   InvalidArgument (a cursor that no page gave).
  virtual Result<JobPage> list(std::size_t limit, const std::optional<std::string>& cursor,
                               std::optional<JobState> state) = 0;
  /// Cancels what is not final; idempotent; returns the job as it is now.
  virtual Result<Job> cancel(const std::string& id) = 0;
  /// Events with a higher number, in order, at most `limit`.
  virtual Result<std::vector<JobEvent>> events_after(const std::string& id, std::uint64_t number,
                                                     std::size_t limit) = 0;

  // For the job runner. `owner` names the process; a lease that is not renewed is given to the next that
  // asks.
  /// The waiting job of highest priority, oldest first, now leased and Running; none when nothing waits.
  /// Items with a result are already done. A job that was leased too often without finishing one item fails
  /// instead.
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
