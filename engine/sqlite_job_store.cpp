#include "engine/sqlite_job_store.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <algorithm>

#include "engine/job_rows.hpp"
#include "engine/page_cursor.hpp"
#include "engine/sqlite_values.hpp"

namespace framewright::engine {
namespace {

/// Puts the running jobs of one owner, or of every owner, back into the queue; returns their ids.
std::vector<std::string> requeue(SQLite::Database& connection, const std::optional<std::string>& owner,
                                 WallTime now) {
  // A lease that its owner gives back does not count as one that came to nothing.
  const char* const sql = owner
                              ? "UPDATE jobs SET state = 'queued', lease_owner = NULL, lease_until_us = NULL,"
                                " leases_without_progress = MAX(leases_without_progress - 1, 0)"
                                " WHERE state = 'running' AND lease_owner = ? RETURNING number, id"
                              : "UPDATE jobs SET state = 'queued', lease_owner = NULL, lease_until_us = NULL"
                                " WHERE state = 'running' RETURNING number, id";
  SQLite::Statement update(connection, sql);
  if (owner) update.bind(1, *owner);
  std::vector<std::string> ids;
  std::vector<std::int64_t> numbers;
  while (update.executeStep()) {
    numbers.push_back(update.getColumn(0).getInt64());
    ids.push_back(update.getColumn(1).getString());
  }
  for (const std::int64_t number : numbers) insert_event(connection, number, "state", now);
  return ids;
}

bool job_exists(SQLite::Database& connection, const std::string& id) {
  SQLite::Statement select(connection, "SELECT 1 FROM jobs WHERE id = ?");
  select.bind(1, id);
  return select.executeStep();
}

}  // namespace

/// What create() found or made.
struct SqliteJobStore::Stored {
  Job job;
  bool is_new = false;
};

Result<std::unique_ptr<SqliteJobStore>> SqliteJobStore::open(Parts parts, JobStoreLimits limits) {
  Result<void> recovered = parts.database.write([&](SQLite::Database& connection) -> Result<void> {
    requeue(connection, std::nullopt, parts.clock.wall_now());
    return {};
  });
  if (!recovered) return unexpected(recovered.error());
  Result<std::size_t> removed = parts.database.read([&](SQLite::Database& connection) {
    return parts.files.remove_unknown([&](const std::string& id) { return job_exists(connection, id); });
  });
  if (!removed) return unexpected(removed.error());
  return std::unique_ptr<SqliteJobStore>(new SqliteJobStore(parts, limits));
}

Result<Job> SqliteJobStore::create(NewJob job) {
  if (Result<void> checked = check(job); !checked) return unexpected(checked.error());
  Result<Stored> stored =
      parts_.database.write([&](SQLite::Database& connection) { return store(connection, job); });
  if (!stored) return unexpected(stored.error());
  if (stored->is_new) {
    job.upload->keep();
    parts_.notifier.notify(stored->job.id);
  }
  return std::move(stored->job);
}

Result<SqliteJobStore::Stored> SqliteJobStore::store(SQLite::Database& connection, const NewJob& job) {
  const WallTime now = parts_.clock.wall_now();
  if (job.idempotency_key) {
    SQLite::Statement select(connection,
                             "SELECT fingerprint, job, created_us FROM idempotency_keys WHERE key = ?");
    select.bind(1, *job.idempotency_key);
    const bool known = select.executeStep() && time_of(select.getColumn(2)) + limits_.idempotency > now;
    if (known && select.getColumn(0).getString() != job.request_fingerprint) {
      return key_reused(*job.idempotency_key);
    }
    if (known) return Stored{select_job(connection, select.getColumn(1).getInt64(), parts_.files).job};
  }
  const auto waiting = static_cast<std::size_t>(
      connection.execAndGet("SELECT COUNT(*) FROM jobs WHERE state = 'queued'").getInt64());
  if (waiting >= limits_.waiting) return too_many_waiting(waiting, limits_.waiting);
  const std::int64_t number = insert_job(connection, job, now);
  insert_event(connection, number, "state", now);
  if (job.idempotency_key) {
    SQLite::Statement insert(connection,
                             "INSERT OR REPLACE INTO idempotency_keys (key, fingerprint, job, created_us)"
                             " VALUES (?, ?, ?, ?)");
    insert.bind(1, *job.idempotency_key);
    insert.bind(2, job.request_fingerprint);
    insert.bind(3, number);
    insert.bind(4, unix_us(now));
    insert.exec();
  }
  return Stored{select_job(connection, number, parts_.files).job, true};
}

Result<Job> SqliteJobStore::get(const std::string& id) {
  return parts_.database.read([&](SQLite::Database& connection) -> Result<Job> {
    std::optional<JobRow> row = select_job(connection, id, parts_.files);
    if (!row) return no_such_job(id);
    return std::move(row->job);
  });
}

Result<JobPage> SqliteJobStore::list(std::size_t limit, const std::optional<std::string>& cursor,
                                     std::optional<JobState> state) {
  const Result<std::int64_t> below = parse_page_cursor(cursor);
  if (!below) return unexpected(below.error());
  const std::size_t size = std::clamp<std::size_t>(limit, 1, kJobPageLimit);
  return parts_.database.read([&](SQLite::Database& connection) -> Result<JobPage> {
    // One row more than the page shows whether there is a next page.
    std::vector<JobRow> rows = select_page(connection, parts_.files, *below, size + 1, state);
    JobPage page;
    if (rows.size() > size) {
      rows.pop_back();
      page.next_cursor = page_cursor(rows.back().number);
    }
    for (JobRow& row : rows) page.jobs.push_back(std::move(row.job));
    return page;
  });
}

Result<Job> SqliteJobStore::cancel(const std::string& id) {
  const WallTime now = parts_.clock.wall_now();
  bool changed = false;
  Result<Job> job = parts_.database.write([&](SQLite::Database& connection) -> Result<Job> {
    const std::optional<JobRow> row = select_job(connection, id, parts_.files);
    if (!row) return no_such_job(id);
    changed = !is_final(row->job.state);
    if (!changed) return row->job;
    SQLite::Statement update(connection,
                             "UPDATE jobs SET state = 'cancelled', finished_us = ?, lease_owner = NULL,"
                             " lease_until_us = NULL WHERE number = ?");
    update.bind(1, unix_us(now));
    update.bind(2, row->number);
    update.exec();
    insert_event(connection, row->number, "state", now);
    return select_job(connection, row->number, parts_.files).job;
  });
  if (job && changed) parts_.notifier.notify(id);
  return job;
}

Result<std::vector<JobEvent>> SqliteJobStore::events_after(const std::string& id, std::uint64_t number,
                                                           std::size_t limit) {
  return parts_.database.read([&](SQLite::Database& connection) -> Result<std::vector<JobEvent>> {
    SQLite::Statement select(connection, "SELECT number FROM jobs WHERE id = ?");
    select.bind(1, id);
    if (!select.executeStep()) return no_such_job(id);
    return select_events(connection, select.getColumn(0).getInt64(), number, limit);
  });
}

Result<void> SqliteJobStore::release(const std::string& owner) {
  Result<std::vector<std::string>> ids =
      parts_.database.write([&](SQLite::Database& connection) -> Result<std::vector<std::string>> {
        return requeue(connection, owner, parts_.clock.wall_now());
      });
  if (!ids) return unexpected(ids.error());
  tell(*ids);
  return {};
}

void SqliteJobStore::tell(const std::vector<std::string>& ids) {
  for (const std::string& id : ids) parts_.notifier.notify(id);
}

}  // namespace framewright::engine
