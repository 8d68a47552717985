// Jobs as rows of the embedded database: the SQL of the SqliteJobStore that maps rows to values.
//
// Errors    what SQLite throws passes through; the Database catches it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/job.hpp"
#include "engine/job_files.hpp"

namespace SQLite {
class Database;
class Statement;
}  // namespace SQLite

namespace framewright::engine {

/// A job and its row's number.
struct JobRow {
  std::int64_t number = 0;
  Job job;
};

/// Inserts `job` in the state queued, with its items; returns its number.
std::int64_t insert_job(SQLite::Database& connection, const NewJob& job, WallTime now);

/// The job of `id` or `number`, whole; `files` says where its pictures lie.
std::optional<JobRow> select_job(SQLite::Database& connection, const std::string& id, const JobFiles& files);
JobRow select_job(SQLite::Database& connection, std::int64_t number, const JobFiles& files);

/// At most `limit` jobs with a number below `below`, the highest first, of one state or of every.
std::vector<JobRow> select_page(SQLite::Database& connection, const JobFiles& files, std::int64_t below,
                                std::size_t limit, std::optional<JobState> state);

/// Appends the event "state" or "progress" with the job as it is now.
void insert_event(SQLite::Database& connection, std::int64_t number, const char* kind, WallTime now);

std::vector<JobEvent> select_events(SQLite::Database& connection, std::int64_t number, std::uint64_t after,
                                    std::size_t limit);

}  // namespace framewright::engine
