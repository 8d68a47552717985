// The half of PostgresJobStore that the job runner speaks to: leases, results, endings, retention.
#include "engine/check.hpp"
#include "engine/postgres_job_listener.hpp"
#include "engine/postgres_job_store.hpp"

namespace framewright::engine {
namespace {

constexpr std::chrono::hours kSweepEvery{1};
/// "frameexp" in ASCII: the advisory lock of the gateway that deletes what has expired.
constexpr std::int64_t kExpiryLock = 0x6672616d65657870;
/// How long an owner without a session keeps a lease that it does not renew: its connections may just have
/// been cut, and it renews every two seconds. So long after a start of the database nobody counts as gone,
/// because everybody has to connect again.
constexpr std::chrono::seconds kGrace{4};

/// The job, whose row is now locked, if `owner` still has its lease.
std::optional<std::int64_t> leased_number(PostgresConnection& connection, const std::string& id,
                                          const std::string& owner) {
  const PostgresRows found =
      connection.run("SELECT number FROM jobs WHERE id = $1 AND lease_owner = $2 FOR UPDATE", {id, owner});
  if (found.size() == 0) return std::nullopt;
  return found.integer(0, 0);
}

/// Who asks for a lease, and when.
struct Asker {
  std::string owner;
  std::chrono::seconds lease;
  WallTime now;
};

struct Candidate {
  std::int64_t number = 0;
  std::string id;
  bool is_queued = false;
  int leases_without_progress = 0;
};

/// Whether `owner` works on a job that came to nothing at least `leases` times. What others work on does not
/// matter: a job that kills its process kills this one only.
bool is_running(PostgresConnection& connection, const Asker& asker, int leases) {
  return connection
             .run(
                 "SELECT 1 FROM jobs WHERE state = 'running' AND lease_owner = $1 AND lease_until_us > $2"
                 " AND leases_without_progress > $3 LIMIT 1",  // the lease that it runs on is counted already
                 {asker.owner, asker.now, leases})
             .size() > 0;
}

/// The waiting job of highest priority, oldest first, locked; one waits too whose lease ran out, or whose
/// owner is gone: it has neither renewed it for a while nor does it hold the lock of a gateway that has a
/// session. What another gateway is just taking is passed over. Every owner's leases are as long as the
/// asker's.
std::optional<Candidate> first_waiting(PostgresConnection& connection, const std::string& compared,
                                       const Asker& asker) {
  const std::string sql =
      "SELECT number, id, state = 'queued', leases_without_progress FROM jobs"
      " WHERE state IN ('queued', 'running') AND (state = 'queued' OR lease_until_us <= $1 OR"
      " (lease_until_us <= $3 AND pg_postmaster_start_time() <= clock_timestamp() - make_interval(secs => $4)"
      " AND pg_try_advisory_xact_lock(hashtextextended(lease_owner, $5))))"
      " AND leases_without_progress " +
      compared + " $2 ORDER BY priority DESC, number LIMIT 1 FOR UPDATE SKIP LOCKED";
  const PostgresRows found = connection.run(
      sql.c_str(),
      {asker.now, kLeasesOfASuspect, asker.now + asker.lease - kGrace, kGrace.count(), kGatewayLocks});
  if (found.size() == 0) return std::nullopt;
  return Candidate{found.integer(0, 0), found.text(0, 1), found.text(0, 2) == "t",
                   static_cast<int>(found.integer(0, 3))};
}

/// Suspects come last, and one by one.
std::optional<Candidate> best_candidate(PostgresConnection& connection, const Asker& asker) {
  if (is_running(connection, asker, kLeasesOfASuspect)) return std::nullopt;
  if (auto unsuspected = first_waiting(connection, "<", asker)) return unsuspected;
  if (is_running(connection, asker, 0)) return std::nullopt;
  return first_waiting(connection, ">=", asker);
}

void end_job(PostgresConnection& connection, std::int64_t number, const JobEnding& ending, WallTime now) {
  std::optional<std::string> code;
  std::optional<std::string> detail;
  if (ending.error) {
    code = to_string(ending.error->code);
    detail = ending.error->detail;
  }
  PostgresValue archive_bytes = std::nullopt;
  if (ending.archive_bytes) archive_bytes = *ending.archive_bytes;
  connection.run(
      "UPDATE jobs SET state = $2, finished_us = $3, error_code = $4, error_detail = $5, archive_bytes = $6,"
      " lease_owner = NULL, lease_until_us = NULL WHERE number = $1",
      {number, std::string(to_string(ending.state)), now, code, detail, archive_bytes});
  insert_event(connection, number, "state", now);
}

}  // namespace

Result<std::optional<Job>> PostgresJobStore::lease_next(const std::string& owner,
                                                        std::chrono::seconds lease) {
  return change([&](PostgresConnection& connection, Ids& changed) -> Result<std::optional<Job>> {
    return lease_best(connection, {owner, lease}, changed);
  });
}

std::optional<Job> PostgresJobStore::lease_best(PostgresConnection& connection, const Lease& lease,
                                                Ids& changed) {
  const WallTime now = parts_.clock.wall_now();
  const Asker asker{lease.owner, lease.length, now};
  std::optional<Candidate> best = best_candidate(connection, asker);
  for (; best && best->leases_without_progress >= limits_.leases_without_progress;
       best = best_candidate(connection, asker)) {
    end_job(connection, best->number, ending_without_progress(best->leases_without_progress), now);
    changed.push_back(best->id);
  }
  if (!best) return std::nullopt;
  connection.run(
      "UPDATE jobs SET state = 'running', lease_owner = $2, lease_until_us = $3,"
      " started_us = COALESCE(started_us, $4), leases_without_progress = leases_without_progress + 1"
      " WHERE number = $1",
      {best->number, lease.owner, now + lease.length, now});
  if (best->is_queued) {
    insert_event(connection, best->number, "state", now);
    changed.push_back(best->id);
  }
  return select_job(connection, best->number, parts_.files).job;
}

Result<void> PostgresJobStore::renew(const std::string& id, const std::string& owner,
                                     std::chrono::seconds lease) {
  return parts_.database.write([&](PostgresConnection& connection) -> Result<void> {
    const PostgresRows renewed =
        connection.run("UPDATE jobs SET lease_until_us = $3 WHERE id = $1 AND lease_owner = $2",
                       {id, owner, parts_.clock.wall_now() + lease});
    if (renewed.changed() == 0) return no_such_lease(id, owner);
    return {};
  });
}

Result<void> PostgresJobStore::item_done(const std::string& id, const std::string& owner, std::size_t item,
                                         const JobItem& result) {
  return change([&](PostgresConnection& connection, Ids& changed) -> Result<void> {
    const std::optional<std::int64_t> number = leased_number(connection, id, owner);
    if (!number) return no_such_lease(id, owner);
    const PostgresRows recorded = connection.run(
        "UPDATE job_items SET result_media_type = $1, result_bytes = $2"
        " WHERE job = $3 AND item = $4 AND result_bytes IS NULL",
        {result.result_media_type, result.result_bytes, *number, item});
    if (recorded.changed() == 0) return {};
    connection.run("UPDATE jobs SET done = done + 1, leases_without_progress = 0 WHERE number = $1",
                   {*number});
    insert_event(connection, *number, "progress", parts_.clock.wall_now());
    changed.push_back(id);
    return {};
  });
}

Result<void> PostgresJobStore::finish(const std::string& id, const std::string& owner, JobState state,
                                      std::optional<Error> error) {
  return finish_job(*this, id, {state, std::move(error)}, parts_.files,
                    [&](const JobEnding& ending) { return end(id, owner, ending); });
}

Result<void> PostgresJobStore::end(const std::string& id, const std::string& owner, const JobEnding& ending) {
  return change([&](PostgresConnection& connection, Ids& changed) -> Result<void> {
    const std::optional<std::int64_t> number = leased_number(connection, id, owner);
    if (!number) return no_such_lease(id, owner);
    end_job(connection, *number, ending, parts_.clock.wall_now());
    changed.push_back(id);
    return {};
  });
}

Result<std::size_t> PostgresJobStore::expire() {
  const Result<std::size_t> removed = remove_forgotten([this] { return forget_expired(); }, parts_.files);
  if (!removed) return removed;
  if (Result<void> swept = sweep(); !swept) return unexpected(swept.error());
  return removed;
}

Result<PostgresJobStore::Ids> PostgresJobStore::forget_expired() {
  return parts_.database.write([&](PostgresConnection& connection) -> Result<Ids> {
    if (connection.run("SELECT pg_try_advisory_xact_lock($1)", {kExpiryLock}).text(0, 0) != "t") return Ids{};
    const PostgresRows forgotten = connection.run(
        "DELETE FROM jobs WHERE number IN ("
        " (SELECT number FROM jobs WHERE finished_us IS NOT NULL"
        "  ORDER BY finished_us DESC, number DESC LIMIT $1 OFFSET $2)"
        " UNION (SELECT number FROM jobs WHERE finished_us <= $3 LIMIT $1))"
        " RETURNING id",
        {kJobsExpiredAtOnce, limits_.retained, parts_.clock.wall_now() - limits_.retention});
    Ids ids;
    for (int row = 0; row < forgotten.size(); ++row) ids.push_back(forgotten.text(row, 0));
    return ids;
  });
}

Result<void> PostgresJobStore::sweep() {
  {
    const std::lock_guard lock(mutex_);
    const SteadyTime now = parts_.clock.now();
    if (swept_at_ && now - *swept_at_ < kSweepEvery) return {};
    swept_at_ = now;
  }
  const Result<std::size_t> removed =
      parts_.database.read([&](PostgresConnection& connection) -> Result<std::size_t> {
        return parts_.files.remove_unknown([&](const std::string& id) {
          return connection.run("SELECT 1 FROM jobs WHERE id = $1", {id}).size() > 0;
        });
      });
  if (!removed) return unexpected(removed.error());
  return {};
}

}  // namespace framewright::engine
