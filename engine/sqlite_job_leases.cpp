// The half of SqliteJobStore that the job runner speaks to: leases, results, endings, retention.
#include <SQLiteCpp/SQLiteCpp.h>

#include "engine/job_rows.hpp"
#include "engine/sqlite_job_store.hpp"
#include "engine/sqlite_values.hpp"

namespace framewright::engine {
namespace {

std::optional<std::int64_t> leased_number(SQLite::Database& connection, const std::string& id,
                                          const std::string& owner) {
  SQLite::Statement select(connection, "SELECT number FROM jobs WHERE id = ? AND lease_owner = ?");
  select.bind(1, id);
  select.bind(2, owner);
  if (!select.executeStep()) return std::nullopt;
  return select.getColumn(0).getInt64();
}

struct Candidate {
  std::int64_t number = 0;
  std::string id;
  bool is_queued = false;
  int leases_without_progress = 0;
};

/// Whether a job is being worked on whose count of leases is at least `leases`.
bool is_running(SQLite::Database& connection, int leases, WallTime now) {
  SQLite::Statement select(connection,
                           "SELECT 1 FROM jobs WHERE state = 'running' AND lease_until_us > ?"
                           " AND leases_without_progress > ? LIMIT 1");
  select.bind(1, unix_us(now));
  select.bind(2, leases);  // the lease that it runs on is counted already
  return select.executeStep();
}

/// The waiting job of highest priority, oldest first; one whose lease ran out waits too.
std::optional<Candidate> first_waiting(SQLite::Database& connection, const char* compared, WallTime now) {
  SQLite::Statement select(
      connection,
      std::string("SELECT number, id, state = 'queued', leases_without_progress FROM jobs"
                  " WHERE state IN ('queued', 'running') AND (state = 'queued' OR lease_until_us <= ?1)"
                  " AND leases_without_progress ") +
          compared + " ?2 ORDER BY priority DESC, number LIMIT 1");
  select.bind(1, unix_us(now));
  select.bind(2, kLeasesOfASuspect);
  if (!select.executeStep()) return std::nullopt;
  return Candidate{select.getColumn(0).getInt64(), select.getColumn(1).getString(),
                   select.getColumn(2).getInt() != 0, select.getColumn(3).getInt()};
}

/// Suspects come last, and one by one.
std::optional<Candidate> best_candidate(SQLite::Database& connection, WallTime now) {
  if (is_running(connection, kLeasesOfASuspect, now)) return std::nullopt;
  if (auto unsuspected = first_waiting(connection, "<", now)) return unsuspected;
  if (is_running(connection, 0, now)) return std::nullopt;
  return first_waiting(connection, ">=", now);
}

void end_job(SQLite::Database& connection, std::int64_t number, const JobEnding& ending, WallTime now) {
  SQLite::Statement update(
      connection,
      "UPDATE jobs SET state = ?2, finished_us = ?3, error_code = ?4, error_detail = ?5,"
      " archive_bytes = ?6, lease_owner = NULL, lease_until_us = NULL WHERE number = ?1");
  update.bind(1, number);
  update.bind(2, std::string(to_string(ending.state)));
  update.bind(3, unix_us(now));
  if (ending.error) {
    update.bind(4, std::string(to_string(ending.error->code)));
    update.bind(5, ending.error->detail);
  }
  if (ending.archive_bytes) update.bind(6, signed_of(*ending.archive_bytes));
  update.exec();
  insert_event(connection, number, "state", now);
}

}  // namespace

Result<std::optional<Job>> SqliteJobStore::lease_next(const std::string& owner, std::chrono::seconds lease) {
  std::vector<std::string> changed;
  Result<std::optional<Job>> job = parts_.database.write(
      [&](SQLite::Database& connection) { return lease_best(connection, {owner, lease}, changed); });
  if (job) tell(changed);
  return job;
}

Result<std::optional<Job>> SqliteJobStore::lease_best(SQLite::Database& connection, const Lease& lease,
                                                      std::vector<std::string>& changed) {
  const WallTime now = parts_.clock.wall_now();
  std::optional<Candidate> best = best_candidate(connection, now);
  for (; best && best->leases_without_progress >= limits_.leases_without_progress;
       best = best_candidate(connection, now)) {
    end_job(connection, best->number, ending_without_progress(best->leases_without_progress), now);
    changed.push_back(best->id);
  }
  if (!best) return std::optional<Job>{};
  SQLite::Statement update(connection,
                           "UPDATE jobs SET state = 'running', lease_owner = ?2, lease_until_us = ?3,"
                           " started_us = COALESCE(started_us, ?4),"
                           " leases_without_progress = leases_without_progress + 1 WHERE number = ?1");
  update.bind(1, best->number);
  update.bind(2, lease.owner);
  update.bind(3, unix_us(now + lease.length));
  update.bind(4, unix_us(now));
  update.exec();
  if (best->is_queued) {
    insert_event(connection, best->number, "state", now);
    changed.push_back(best->id);
  }
  return std::optional<Job>{select_job(connection, best->number, parts_.files).job};
}

Result<void> SqliteJobStore::renew(const std::string& id, const std::string& owner,
                                   std::chrono::seconds lease) {
  return parts_.database.write([&](SQLite::Database& connection) -> Result<void> {
    SQLite::Statement update(connection,
                             "UPDATE jobs SET lease_until_us = ? WHERE id = ? AND lease_owner = ?");
    update.bind(1, unix_us(parts_.clock.wall_now() + lease));
    update.bind(2, id);
    update.bind(3, owner);
    if (update.exec() == 0) return no_such_lease(id, owner);
    return {};
  });
}

Result<void> SqliteJobStore::item_done(const std::string& id, const std::string& owner, std::size_t item,
                                       const JobItem& result) {
  bool changed = false;
  Result<void> done = parts_.database.write([&](SQLite::Database& connection) -> Result<void> {
    const std::optional<std::int64_t> number = leased_number(connection, id, owner);
    if (!number) return no_such_lease(id, owner);
    SQLite::Statement update(connection,
                             "UPDATE job_items SET result_media_type = ?, result_bytes = ?"
                             " WHERE job = ? AND item = ? AND result_bytes IS NULL");
    update.bind(1, result.result_media_type);
    update.bind(2, signed_of(result.result_bytes));
    update.bind(3, *number);
    update.bind(4, signed_of(item));
    changed = update.exec() == 1;
    if (!changed) return {};
    SQLite::Statement count(connection,
                            "UPDATE jobs SET done = done + 1, leases_without_progress = 0"
                            " WHERE number = ?");
    count.bind(1, *number);
    count.exec();
    insert_event(connection, *number, "progress", parts_.clock.wall_now());
    return {};
  });
  if (done && changed) parts_.notifier.notify(id);
  return done;
}

Result<void> SqliteJobStore::finish(const std::string& id, const std::string& owner, JobState state,
                                    std::optional<Error> error) {
  return finish_job(*this, id, {state, std::move(error)}, parts_.files,
                    [&](const JobEnding& ending) { return end(id, owner, ending); });
}

Result<void> SqliteJobStore::end(const std::string& id, const std::string& owner, const JobEnding& ending) {
  Result<void> ended = parts_.database.write([&](SQLite::Database& connection) -> Result<void> {
    const std::optional<std::int64_t> number = leased_number(connection, id, owner);
    if (!number) return no_such_lease(id, owner);
    end_job(connection, *number, ending, parts_.clock.wall_now());
    return {};
  });
  if (ended) parts_.notifier.notify(id);
  return ended;
}

Result<std::size_t> SqliteJobStore::expire() {
  return remove_forgotten([this] { return forget_expired(); }, parts_.files);
}

Result<std::vector<std::string>> SqliteJobStore::forget_expired() {
  return parts_.database.write([&](SQLite::Database& connection) -> Result<std::vector<std::string>> {
    SQLite::Statement forget(
        connection,
        "DELETE FROM jobs WHERE number IN ("
        " SELECT number FROM (SELECT number FROM jobs WHERE finished_us IS NOT NULL"
        "  ORDER BY finished_us DESC, number DESC LIMIT ?1 OFFSET ?2)"
        " UNION SELECT number FROM (SELECT number FROM jobs WHERE finished_us <= ?3 LIMIT ?1))"
        " RETURNING id");
    forget.bind(1, kJobsExpiredAtOnce);
    forget.bind(2, signed_of(limits_.retained));
    forget.bind(3, unix_us(parts_.clock.wall_now() - limits_.retention));
    std::vector<std::string> ids;
    while (forget.executeStep()) ids.push_back(forget.getColumn(0).getString());
    return ids;
  });
}

}  // namespace framewright::engine
