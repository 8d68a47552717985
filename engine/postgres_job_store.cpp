#include "engine/postgres_job_store.hpp"

#include <algorithm>
#include <utility>

#include "engine/page_cursor.hpp"
#include "engine/postgres_job_listener.hpp"

namespace framewright::engine {

Result<Job> PostgresJobStore::create(NewJob job) {
  if (Result<void> checked = check(job); !checked) return unexpected(checked.error());
  bool was_sent = false;
  Result<Stored> stored = change([&](PostgresConnection& connection, Ids& changed) -> Result<Stored> {
    Result<Stored> made = store(connection, job, changed);
    was_sent = made && made->is_new;
    return made;
  });
  if (!stored && was_sent) return settle_doubt(job, stored.error());
  if (!stored) return unexpected(stored.error());
  if (stored->is_new) job.upload->keep();
  return std::move(stored->job);
}

/// The commit was sent and nobody knows what became of it.
Result<Job> PostgresJobStore::settle_doubt(const NewJob& job, const Error& failure) {
  Result<Job> found = get(job.upload->id());
  if (!found && found.error().code == ErrorCode::NotFound) return unexpected(failure);
  // There may be a job: without one, its files are swept away later.
  job.upload->keep();
  if (!found) return unexpected(failure);
  tell({found->id});
  return found;
}

std::optional<Result<PostgresJobStore::Stored>> PostgresJobStore::known_by_key(PostgresConnection& connection,
                                                                               const NewJob& job,
                                                                               WallTime now) {
  const std::string key = hexadecimal(*job.idempotency_key);
  // The same request may come to two gateways at once.
  connection.run("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", {key});
  const PostgresRows known =
      connection.run("SELECT fingerprint, job, created_us FROM idempotency_keys WHERE key = $1", {key});
  if (known.size() == 0) return std::nullopt;
  const WallTime made{std::chrono::microseconds{known.integer(0, 2)}};
  if (made + limits_.idempotency <= now) return std::nullopt;
  if (known.text(0, 0) != job.request_fingerprint) return Result<Stored>{key_reused(*job.idempotency_key)};
  return Result<Stored>{Stored{select_job(connection, known.integer(0, 1), parts_.files).job}};
}

Result<PostgresJobStore::Stored> PostgresJobStore::store(PostgresConnection& connection, const NewJob& job,
                                                         Ids& changed) {
  const WallTime now = parts_.clock.wall_now();
  if (job.idempotency_key) {
    if (auto known = known_by_key(connection, job, now)) return std::move(*known);
  }
  // Gateways that count at the same moment may go over by one each, which is no harm.
  const auto waiting = static_cast<std::size_t>(
      connection.run("SELECT COUNT(*) FROM jobs WHERE state = 'queued'").integer(0, 0));
  if (waiting >= limits_.waiting) return too_many_waiting(waiting, limits_.waiting);
  const std::int64_t number = insert_job(connection, job, now);
  insert_event(connection, number, "state", now);
  if (job.idempotency_key) {
    connection.run(
        "INSERT INTO idempotency_keys (key, fingerprint, job, created_us) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT (key) DO UPDATE SET fingerprint = excluded.fingerprint, job = excluded.job,"
        " created_us = excluded.created_us",
        {hexadecimal(*job.idempotency_key), job.request_fingerprint, number, now});
  }
  changed.push_back(job.upload->id());
  return Stored{select_job(connection, number, parts_.files).job, true};
}

Result<Job> PostgresJobStore::get(const std::string& id) {
  return parts_.database.read([&](PostgresConnection& connection) -> Result<Job> {
    std::optional<PostgresJobRow> row = select_job(connection, id, parts_.files);
    if (!row) return no_such_job(id);
    return std::move(row->job);
  });
}

Result<JobPage> PostgresJobStore::list(std::size_t limit, const std::optional<std::string>& cursor,
                                       std::optional<JobState> state) {
  const Result<std::int64_t> below = parse_page_cursor(cursor);
  if (!below) return unexpected(below.error());
  const std::size_t size = std::clamp<std::size_t>(limit, 1, kJobPageLimit);
  return parts_.database.read([&](PostgresConnection& connection) -> Result<JobPage> {
    // One row more than the page shows whether there is a next page.
    std::vector<PostgresJobRow> rows = select_page(connection, parts_.files, *below, size + 1, state);
    JobPage page;
    if (rows.size() > size) {
      rows.pop_back();
      page.next_cursor = page_cursor(rows.back().number);
    }
    for (PostgresJobRow& row : rows) page.jobs.push_back(std::move(row.job));
    return page;
  });
}

Result<Job> PostgresJobStore::cancel(const std::string& id) {
  return change([&](PostgresConnection& connection, Ids& changed) -> Result<Job> {
    const std::optional<std::int64_t> number = lock_job(connection, id);
    if (!number) return no_such_job(id);
    const WallTime now = parts_.clock.wall_now();
    const PostgresRows cancelled = connection.run(
        "UPDATE jobs SET state = 'cancelled', finished_us = $2, lease_owner = NULL, lease_until_us = NULL"
        " WHERE number = $1 AND finished_us IS NULL",
        {*number, now});
    if (cancelled.changed() == 1) {
      insert_event(connection, *number, "state", now);
      changed.push_back(id);
    }
    return select_job(connection, *number, parts_.files).job;
  });
}

Result<std::vector<JobEvent>> PostgresJobStore::events_after(const std::string& id, std::uint64_t number,
                                                             std::size_t limit) {
  return parts_.database.read([&](PostgresConnection& connection) -> Result<std::vector<JobEvent>> {
    const PostgresRows found = connection.run("SELECT number FROM jobs WHERE id = $1", {id});
    if (found.size() == 0) return no_such_job(id);
    return select_events(connection, found.integer(0, 0), number, limit);
  });
}

Result<void> PostgresJobStore::release(const std::string& owner) {
  return change([&](PostgresConnection& connection, Ids& changed) -> Result<void> {
    // A lease that its owner gives back does not count as one that came to nothing.
    const PostgresRows released = connection.run(
        "UPDATE jobs SET state = 'queued', lease_owner = NULL, lease_until_us = NULL,"
        " leases_without_progress = GREATEST(leases_without_progress - 1, 0)"
        " WHERE state = 'running' AND lease_owner = $1 RETURNING number, id",
        {owner});
    for (int row = 0; row < released.size(); ++row) {
      insert_event(connection, released.integer(row, 0), "state", parts_.clock.wall_now());
      changed.push_back(released.text(row, 1));
    }
    return {};
  });
}

void PostgresJobStore::tell_others(PostgresConnection& connection, const Ids& ids) {
  for (const std::string& id : ids) {
    connection.run("SELECT pg_notify($1, $2)", {kJobChannel, job_news(parts_.gateway, id)});
  }
}

void PostgresJobStore::tell(const Ids& ids) {
  for (const std::string& id : ids) parts_.notifier.notify(id);
}

}  // namespace framewright::engine
