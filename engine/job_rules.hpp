// What every JobStore decides and answers in the same way, whatever it keeps its rows in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/job.hpp"
#include "engine/job_files.hpp"
#include "engine/job_store.hpp"
#include "engine/result.hpp"

namespace framewright::engine {

constexpr std::size_t kJobPageLimit = 1000;
constexpr std::int64_t kJobsExpiredAtOnce = 256;  ///< keeps the write transaction short

/// A job that so many leases have left without a finished picture is a suspect: it may be what kills the
/// process. It runs when nothing else does, so that no other job goes down with it again.
constexpr int kLeasesOfASuspect = 2;

/// How a job ended.
struct JobEnding {
  JobState state = JobState::Failed;
  std::optional<Error> error = {};
  std::optional<std::uint64_t> archive_bytes = {};  ///< of the ZIP, where there is one
};

/// Errors   InvalidArgument (nothing uploaded, priority).
Result<void> check(const NewJob& job);

Unexpected no_such_job(const std::string& id);
Unexpected no_such_lease(const std::string& id, const std::string& owner);
Unexpected key_reused(const std::string& key);
Unexpected too_many_waiting(std::size_t waiting, std::size_t limit);

/// The end of a job that was leased too often in vain.
JobEnding ending_without_progress(int leases);

/// The end of a job whose items are all done: writes the ZIP of several results. Failed, with the reason,
/// where that cannot be written. Errors   Internal when an item is not done.
Result<JobEnding> ending_with_results(const Job& job, const JobFiles& files);

/// JobStore::finish(): works out how the job ends and hands that to `end`.
Result<void> finish_job(JobStore& store, const std::string& id, JobEnding wanted, const JobFiles& files,
                        const std::function<Result<void>(const JobEnding&)>& end);

/// Removes the files of the jobs whose rows `forget` deletes, a few at a time, until it finds none. Rows
/// first: a folder without a row is swept away later, a row without a folder would be a lie.
/// Returns how many jobs went.
Result<std::size_t> remove_forgotten(const std::function<Result<std::vector<std::string>>()>& forget,
                                     JobFiles& files);

/// What a succeeded job hands out.
JobResult result_of(const Job& job, std::uint64_t archive_bytes, const JobFiles& files);

/// The code that a store kept by its name; a name that no code has is a broken database.
ErrorCode stored_error_code(const std::string& name);

}  // namespace framewright::engine
