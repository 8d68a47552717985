// Jobs: pictures that are processed while no client waits on the line. They live in a JobStore.
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
  AcceleratorWish accelerator;
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
  AcceleratorWish accelerator;
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

}  // namespace framewright::engine
