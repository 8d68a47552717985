#include "engine/job_rules.hpp"

#include <algorithm>
#include <utility>

#include "engine/check.hpp"

namespace framewright::engine {

Result<void> check(const NewJob& job) {
  if (!job.upload || job.upload->items().empty()) {
    return unexpected(ErrorCode::InvalidArgument, "a job needs at least one picture");
  }
  if (job.priority < 0 || job.priority > 9) {
    return unexpected(Error{ErrorCode::InvalidArgument,
                            "priority " + std::to_string(job.priority) + " is not 0 to 9",
                            {{"priority", "an integer from 0 to 9"}}});
  }
  return {};
}

Unexpected no_such_job(const std::string& id) {
  return unexpected(ErrorCode::NotFound, "there is no job " + id);
}

Unexpected no_such_lease(const std::string& id, const std::string& owner) {
  return unexpected(ErrorCode::NotFound, "job " + id + " is not leased to " + owner);
}

Unexpected key_reused(const std::string& key) {
  return unexpected(ErrorCode::Conflict, "Idempotency-Key " + key + " was already used with another request");
}

Unexpected too_many_waiting(std::size_t waiting, std::size_t limit) {
  return unexpected(ErrorCode::Overloaded,
                    std::to_string(waiting) + " of " + std::to_string(limit) + " jobs are waiting");
}

JobEnding ending_without_progress(int leases) {
  return {JobState::Failed, Error{ErrorCode::Internal, "gave up after " + std::to_string(leases) +
                                                           " attempts in which no picture was finished"}};
}

Result<JobEnding> ending_with_results(const Job& job, const JobFiles& files) {
  if (job.progress.done < job.progress.total) {
    return unexpected(ErrorCode::Internal, "job " + job.id + " cannot succeed with " +
                                               std::to_string(job.progress.done) + " of " +
                                               std::to_string(job.progress.total) + " pictures done");
  }
  if (job.items.size() == 1) return JobEnding{JobState::Succeeded};
  const Result<std::uint64_t> archive = files.write_archive(job);
  if (!archive) return JobEnding{JobState::Failed, archive.error()};
  return JobEnding{JobState::Succeeded, std::nullopt, *archive};
}

Result<void> finish_job(JobStore& store, const std::string& id, JobEnding wanted, const JobFiles& files,
                        const std::function<Result<void>(const JobEnding&)>& end) {
  FW_CHECK(is_final(wanted.state));
  if (wanted.state != JobState::Succeeded) return end(wanted);
  const Result<Job> job = store.get(id);
  if (!job) return unexpected(job.error());
  const Result<JobEnding> ending = ending_with_results(*job, files);
  if (!ending) return unexpected(ending.error());
  if (Result<void> ended = end(*ending); !ended) return ended;
  if (ending->error) return unexpected(*ending->error);
  return {};
}

Result<std::size_t> remove_forgotten(const std::function<Result<std::vector<std::string>>()>& forget,
                                     JobFiles& files) {
  std::size_t removed = 0;
  for (;;) {
    const Result<std::vector<std::string>> ids = forget();
    if (!ids) return unexpected(ids.error());
    if (ids->empty()) return removed;
    for (const std::string& id : *ids) {
      if (Result<void> gone = files.remove(id); !gone) return unexpected(gone.error());
    }
    removed += ids->size();
  }
}

JobResult result_of(const Job& job, std::uint64_t archive_bytes, const JobFiles& files) {
  if (job.items.size() > 1) {
    return {files.archive_of(job.id), job.id + ".zip", "application/zip", archive_bytes};
  }
  const JobItem& only = job.items.front();
  return {only.result, result_filename(only), only.result_media_type, only.result_bytes};
}

ErrorCode stored_error_code(const std::string& name) {
  const auto codes = all_error_codes();
  const auto found = std::ranges::find(codes, name, [](ErrorCode each) { return to_string(each); });
  FW_CHECK(found != codes.end());
  return *found;
}

}  // namespace framewright::engine
