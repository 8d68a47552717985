// The Database is the door to SQLite: one file in WAL mode, one connection that writes and one that reads. A
// file that several gateways share has a rollback journal instead: a write-ahead log needs shared memory,
// which ends at the machine.
//
// Durable   a successful write() is on the disk (synchronous=FULL): it survives kill -9 and loss of power.
// Threads   any thread; writers wait for each other, and readers for each other, but not one for the other.
// Errors    what SQLite throws in a body is caught here and returned as Internal, naming file and reason.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <type_traits>

#include "engine/folder_use.hpp"
#include "engine/result.hpp"

namespace SQLite {
class Database;
}

namespace framewright::engine {

/// One step of the schema. Steps are numbered from 1 by their place and never change once released.
using Migration = const char*;

class Database {
 public:
  /// Opens or makes `file` and brings its schema up to the last of `migrations`, each step in a transaction.
  /// Errors   Internal: not readable or writable, not a database, one of another program, or a schema newer
  ///          than this program.
  static Result<std::unique_ptr<Database>> open(const std::filesystem::path& file,
                                                std::span<const Migration> migrations,
                                                FolderUse use = FolderUse::Alone);
  ~Database();

  /// Runs `body(SQLite::Database&)`, which returns a Result, in one transaction: committed when it succeeds,
  /// undone when it returns an error or SQLite fails.
  template <class Body>
  std::invoke_result_t<Body, SQLite::Database&> write(Body&& body) {
    return collect(&Database::run_write, std::forward<Body>(body));
  }

  /// As write(), on one state of the database, without changing it.
  template <class Body>
  std::invoke_result_t<Body, SQLite::Database&> read(Body&& body) {
    return collect(&Database::run_read, std::forward<Body>(body));
  }

 private:
  using Step = std::function<bool(SQLite::Database&)>;  ///< true: commit

  Database(std::filesystem::path file, FolderUse use);
  Result<void> connect();
  Result<void> migrate(std::span<const Migration> migrations);
  Result<void> run_write(const Step& step);
  Result<void> run_read(const Step& step);

  template <class Body>
  std::invoke_result_t<Body, SQLite::Database&> collect(Result<void> (Database::*run)(const Step&),
                                                        Body&& body) {
    std::optional<std::invoke_result_t<Body, SQLite::Database&>> outcome;
    Result<void> ran = (this->*run)([&](SQLite::Database& connection) {
      outcome.emplace(body(connection));
      return outcome->has_value();
    });
    if (!ran) return unexpected(ran.error());
    return std::move(*outcome);
  }

  // Given.
  const std::filesystem::path file_;
  const FolderUse use_;
  // Owned.
  std::mutex write_mutex_;
  std::mutex read_mutex_;
  std::unique_ptr<SQLite::Database> writer_;
  std::unique_ptr<SQLite::Database> reader_;
};

}  // namespace framewright::engine
