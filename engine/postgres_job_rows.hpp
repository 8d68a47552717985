// Jobs as rows of PostgreSQL: the SQL of the PostgresJobStore that maps rows to values.
//
// Errors    PostgresFailure passes through; the PostgresDatabase catches it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/job.hpp"
#include "engine/job_files.hpp"
#include "engine/postgres_connection.hpp"

namespace framewright::engine {

/// A job and its row's number.
struct PostgresJobRow {
  std::int64_t number = 0;
  Job job;
};

/// Inserts `job` in the state queued, with its items; returns its number.
std::int64_t insert_job(PostgresConnection& connection, const NewJob& job, WallTime now);

/// Locks the row until the transaction ends, where there is one, and returns its number.
std::optional<std::int64_t> lock_job(PostgresConnection& connection, const std::string& id);

/// The job of `id` or `number`, whole; `files` says where its pictures lie.
std::optional<PostgresJobRow> select_job(PostgresConnection& connection, const std::string& id,
                                         const JobFiles& files);
PostgresJobRow select_job(PostgresConnection& connection, std::int64_t number, const JobFiles& files);

/// At most `limit` jobs with a number below `below`, the highest first, of one state or of every.
std::vector<PostgresJobRow> select_page(PostgresConnection& connection, const JobFiles& files,
                                        std::int64_t below, std::size_t limit, std::optional<JobState> state);

/// Appends the event "state" or "progress" with the job as it is now. The caller has changed the job's row in
/// this transaction, so that nobody else takes the same number.
void insert_event(PostgresConnection& connection, std::int64_t number, const char* kind, WallTime now);

std::vector<JobEvent> select_events(PostgresConnection& connection, std::int64_t number, std::uint64_t after,
                                    std::size_t limit);

/// Bytes of a client, whatever they are, as text of the database.
std::string hexadecimal(const std::string& bytes);

}  // namespace framewright::engine
