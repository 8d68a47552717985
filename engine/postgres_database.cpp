#include "engine/postgres_database.hpp"

#include <algorithm>
#include <utility>

namespace framewright::engine {
namespace {

constexpr std::chrono::seconds kPatience{5};
constexpr std::chrono::milliseconds kFirstBackOff{100};
constexpr std::chrono::milliseconds kLongestBackOff{2000};
/// "framewri" in ASCII: the advisory lock of those who bring the schema up to date.
constexpr std::int64_t kMigrationLock = 0x6672616d65777269;

/// Bounds on what one statement may take, and a place of our own in the database. A commit that the server
/// has not written yet is not one.
constexpr const char* kSession = R"sql(
SET statement_timeout = '5s';
SET lock_timeout = '3s';
SET idle_in_transaction_session_timeout = '15s';
SET search_path TO framewright;
SELECT set_config('synchronous_commit', 'on', false)
 WHERE current_setting('synchronous_commit') IN ('off', 'local');
)sql";

void run_step(PostgresConnection& connection, Migration migration, int version) {
  connection.run_script(migration);
  connection.run("INSERT INTO schema_version (version) VALUES ($1)", {version});
}

}  // namespace

PostgresDatabase::PostgresDatabase(PostgresUrl url, Options options, SharedClock& clock)
    : url_(std::move(url)), options_(std::move(options)), clock_(clock) {}

Result<std::unique_ptr<PostgresDatabase>> PostgresDatabase::open(Options options, SharedClock& clock) {
  Result<PostgresUrl> url = PostgresUrl::parse(options.url);
  if (!url) return unexpected(url.error());
  std::unique_ptr<PostgresDatabase> database(
      new PostgresDatabase(std::move(*url), std::move(options), clock));
  Result<Connection> first = database->connect();
  if (!first && first.error().code != ErrorCode::Overloaded) return unexpected(first.error());
  if (first) database->idle_.push_back(std::move(*first));
  return database;
}

Error PostgresDatabase::error_of(const PostgresFailure& failure) const {
  const bool is_away = failure.fault() == PostgresFault::Away;
  return Error{is_away ? ErrorCode::Overloaded : ErrorCode::Internal,
               url_.masked("database " + name() + (is_away ? " is away: " : ": ") + failure.what())};
}

Result<PostgresDatabase::Connection> PostgresDatabase::connect() {
  if (Result<void> allowed = may_connect(); !allowed) return unexpected(allowed.error());
  std::optional<Error> failure;
  Connection connection;
  try {
    connection = std::make_unique<PostgresConnection>(url_);
    set_up(*connection);
    if (Result<void> migrated = migrate(*connection); !migrated) failure = migrated.error();
  } catch (const PostgresFailure& thrown) {
    failure = error_of(thrown);
  }
  note_attempt(failure);
  if (failure) return unexpected(*failure);
  return connection;
}

Result<void> PostgresDatabase::may_connect() {
  const std::lock_guard lock(mutex_);
  if (!last_failure_) return {};
  const SteadyTime now = std::chrono::steady_clock::now();
  if (now < next_attempt_) return unexpected(*last_failure_);
  // One caller tries; the others hear the last answer until it has one.
  next_attempt_ = now + kPatience;
  return {};
}

void PostgresDatabase::note_attempt(const std::optional<Error>& failure) {
  const std::lock_guard lock(mutex_);
  last_failure_ = failure;
  back_off_ =
      failure ? std::clamp(2 * back_off_, kFirstBackOff, kLongestBackOff) : std::chrono::milliseconds{0};
  next_attempt_ = std::chrono::steady_clock::now() + back_off_;
}

void PostgresDatabase::set_up(PostgresConnection& connection) {
  connection.run_script(kSession);
  ask_time(connection);
}

void PostgresDatabase::ask_time(PostgresConnection& connection) {
  const WallTime asked = clock_.own().wall_now();
  const PostgresRows time =
      connection.run("SELECT (EXTRACT(EPOCH FROM clock_timestamp()) * 1000000)::bigint");
  clock_.correct(WallTime{std::chrono::microseconds{time.integer(0, 0)}}, asked, clock_.own().wall_now());
}

Result<void> PostgresDatabase::migrate(PostgresConnection& connection) {
  {
    const std::lock_guard lock(mutex_);
    if (is_migrated_) return {};
  }
  connection.run("BEGIN");
  // Others that start now wait here, and then find that nothing is left to do.
  connection.run("SET LOCAL lock_timeout = '5s'");
  connection.run("SELECT pg_advisory_xact_lock($1)", {kMigrationLock});
  // Whoever may not make schemas gets this one from the administrator.
  const PostgresRows there = connection.run("SELECT to_regnamespace('framewright') IS NOT NULL");
  if (there.text(0, 0) != "t") connection.run("CREATE SCHEMA framewright");
  connection.run_script("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY)");
  const PostgresRows found = connection.run("SELECT COALESCE(MAX(version), 0) FROM schema_version");
  const auto version = static_cast<int>(found.integer(0, 0));
  const int last = static_cast<int>(options_.migrations.size());
  if (version > last) {
    return unexpected(ErrorCode::Internal, "database " + name() + " has schema " + std::to_string(version) +
                                               ", this program knows up to " + std::to_string(last) +
                                               ": start a newer program or name another jobs.store");
  }
  for (int step = version + 1; step <= last; ++step)
    run_step(connection, options_.migrations[static_cast<std::size_t>(step - 1)], step);
  connection.run("COMMIT");
  const std::lock_guard lock(mutex_);
  is_migrated_ = true;
  return {};
}

Result<PostgresDatabase::Connection> PostgresDatabase::lend() {
  std::unique_lock lock(mutex_);
  if (!returned_.wait_for(lock, kPatience, [this] { return lent_ < options_.connections; })) {
    return unexpected(
        ErrorCode::Overloaded,
        "database " + name() + ": all " + std::to_string(options_.connections) + " connections are in use");
  }
  ++lent_;
  if (idle_.empty()) return Connection{};
  Connection connection = std::move(idle_.back());
  idle_.pop_back();
  return connection;
}

void PostgresDatabase::release(Connection connection) {
  {
    const std::lock_guard lock(mutex_);
    --lent_;
    if (connection && !connection->is_lost()) idle_.push_back(std::move(connection));
  }
  returned_.notify_one();
}

Result<PostgresDatabase::Connection> PostgresDatabase::begin(const char* begin) {
  for (;;) {
    Result<Connection> connection = lend();
    if (!connection) return connection;
    const bool is_kept = *connection != nullptr;
    if (!is_kept) {
      connection = connect();
      if (!connection) {
        release({});
        return connection;
      }
    }
    try {
      (*connection)->run(begin);
      return connection;
    } catch (const PostgresFailure& failure) {
      // A kept connection may have gone with an earlier server; nothing was asked on it yet.
      const bool was_stale = is_kept && (*connection)->is_lost();
      release(std::move(*connection));
      if (!was_stale) return unexpected(error_of(failure));
    }
  }
}

Result<void> PostgresDatabase::run(const char* begin_sql, const Step& step) {
  Result<Connection> connection = begin(begin_sql);
  if (!connection) return unexpected(connection.error());
  Result<void> ran = in_transaction(*connection, step);
  release(std::move(*connection));
  return ran;
}

Result<void> PostgresDatabase::in_transaction(Connection& connection, const Step& step) {
  std::optional<Error> failure;
  try {
    const bool commit = step(*connection);
    connection->run(commit ? "COMMIT" : "ROLLBACK");
    return {};
  } catch (const PostgresFailure& thrown) {
    failure = error_of(thrown);
  }
  try {
    if (!connection->is_lost()) connection->run("ROLLBACK");
  } catch (const PostgresFailure&) {
    connection.reset();  // Its state is unknown: the next one is made anew.
  }
  return unexpected(std::move(*failure));
}

}  // namespace framewright::engine
