// The PostgresDatabase is a bounded number of connections to one database: made when needed, kept while good,
// and not asked for again at once while the server is away.
//
// Durable   a successful write() is committed with synchronous_commit.
// Threads   any thread; calls block on the network, each for seconds at most.
// Errors    Overloaded: the database is away or every connection is in use; after a write() it may still have
//           been done. Internal: it refuses what is asked. Both name the database and never the password.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "engine/database.hpp"
#include "engine/postgres_connection.hpp"
#include "engine/result.hpp"
#include "engine/shared_clock.hpp"

namespace framewright::engine {

class PostgresDatabase {
 public:
  struct Options {
    std::string url;
    std::span<const Migration> migrations;
    std::size_t connections = 6;  ///< beside those that connect() hands out
  };

  /// Reads the URL and tries to connect; a database that is away now is fine. Every process brings the schema
  /// up to the last of the migrations, one at a time, with its first connection.
  /// Errors   InvalidArgument (the URL), Internal (a schema newer than this program).
  static Result<std::unique_ptr<PostgresDatabase>> open(Options options, SharedClock& clock);

  /// Runs `body(PostgresConnection&)`, which returns a Result, in one transaction: committed when it
  /// succeeds, undone when it returns an error or PostgreSQL refuses.
  template <class Body>
  std::invoke_result_t<Body, PostgresConnection&> write(Body&& body) {
    return collect("BEGIN", std::forward<Body>(body));
  }

  /// As write(), on one state of the database, without changing it.
  template <class Body>
  std::invoke_result_t<Body, PostgresConnection&> read(Body&& body) {
    return collect("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", std::forward<Body>(body));
  }

  /// A connection of the caller's own, ready for use.
  Result<std::unique_ptr<PostgresConnection>> connect();
  /// Asks the database for its time.
  void ask_time(PostgresConnection& connection);

  /// "db.example:5432/jobs"
  std::string name() const { return url_.name(); }
  /// What `failure` is to the caller.
  Error error_of(const PostgresFailure& failure) const;

 private:
  using Connection = std::unique_ptr<PostgresConnection>;
  using Step = std::function<bool(PostgresConnection&)>;  ///< true: commit

  PostgresDatabase(PostgresUrl url, Options options, SharedClock& clock);
  Result<void> run(const char* begin, const Step& step);
  Result<void> in_transaction(Connection& connection, const Step& step);
  Result<Connection> begin(const char* begin);
  /// An idle connection, or none: the caller makes one, and holds its place until release().
  Result<Connection> lend();
  void release(Connection connection);
  Result<void> may_connect();
  void note_attempt(const std::optional<Error>& failure);
  void set_up(PostgresConnection& connection);
  Result<void> migrate(PostgresConnection& connection);

  template <class Body>
  std::invoke_result_t<Body, PostgresConnection&> collect(const char* begin, Body&& body) {
    std::optional<std::invoke_result_t<Body, PostgresConnection&>> outcome;
    Result<void> ran = run(begin, [&](PostgresConnection& connection) {
      outcome.emplace(body(connection));
      return outcome->has_value();
    });
    if (!ran) return unexpected(ran.error());
    return std::move(*outcome);
  }

  // Given.
  const PostgresUrl url_;
  const Options options_;
  SharedClock& clock_;
  // Owned.
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<Connection> idle_;
  std::size_t lent_ = 0;
  bool is_migrated_ = false;
  // Measured.
  std::optional<Error> last_failure_;
  std::chrono::milliseconds back_off_{0};
  SteadyTime next_attempt_{};
};

}  // namespace framewright::engine
