#include "engine/database.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <string>

namespace framewright::engine {
namespace {

constexpr int kBusyTimeoutMs = 5000;

Error error_of(const std::filesystem::path& file, const SQLite::Exception& thrown) {
  return Error{ErrorCode::Internal, "database " + file.string() + ": " + thrown.what()};
}

/// The schema's version; 0 for a new file.
Result<int> version_of(SQLite::Database& connection, const std::filesystem::path& file) {
  if (!connection.tableExists("schema_version")) {
    const int tables = connection.execAndGet("SELECT COUNT(*) FROM sqlite_master").getInt();
    if (tables == 0) return 0;
    return unexpected(ErrorCode::Internal, "database " + file.string() +
                                               " belongs to another program: it has " +
                                               std::to_string(tables) + " tables and no schema_version");
  }
  return connection.execAndGet("SELECT MAX(version) FROM schema_version").getInt();
}

/// Runs one step, unless another process that starts at the same time has run it in between.
Result<void> run_migration(SQLite::Database& connection, Migration migration, int version) {
  const bool has_versions = connection.tableExists("schema_version");
  if (has_versions && connection.execAndGet("SELECT MAX(version) FROM schema_version").getInt() >= version) {
    return {};
  }
  connection.exec(migration);
  SQLite::Statement record(connection, "INSERT INTO schema_version (version) VALUES (?)");
  record.bind(1, version);
  record.exec();
  return {};
}

}  // namespace

Database::Database(std::filesystem::path file, FolderUse use) : file_(std::move(file)), use_(use) {}

Database::~Database() = default;

Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& file,
                                                 std::span<const Migration> migrations, FolderUse use) {
  std::unique_ptr<Database> database(new Database(file, use));
  if (Result<void> connected = database->connect(); !connected) return unexpected(connected.error());
  if (Result<void> migrated = database->migrate(migrations); !migrated) return unexpected(migrated.error());
  return database;
}

Result<void> Database::connect() try {
  const int flags = SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE;
  writer_ = std::make_unique<SQLite::Database>(file_.string(), flags, kBusyTimeoutMs);
  const std::string wanted = use_ == FolderUse::Alone ? "wal" : "delete";
  const std::string mode = writer_->execAndGet("PRAGMA journal_mode=" + wanted).getString();
  if (mode != wanted) {
    return unexpected(ErrorCode::Internal, "database " + file_.string() +
                                               ": its folder allows no journal \"" + wanted + "\", only \"" +
                                               mode + "\"");
  }
  writer_->exec("PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON");
  // What a killed gateway left half done is undone by whoever comes next, also by one that reads.
  reader_ = std::make_unique<SQLite::Database>(
      file_.string(), use_ == FolderUse::Alone ? SQLite::OPEN_READONLY : SQLite::OPEN_READWRITE,
      kBusyTimeoutMs);
  reader_->exec("PRAGMA query_only=ON");
  return {};
} catch (const SQLite::Exception& thrown) {
  return unexpected(error_of(file_, thrown));
}

Result<void> Database::migrate(std::span<const Migration> migrations) {
  const int last = static_cast<int>(migrations.size());
  const Result<int> found =
      write([&](SQLite::Database& connection) { return version_of(connection, file_); });
  if (!found) return unexpected(found.error());
  if (*found > last) {
    return unexpected(ErrorCode::Internal, "database " + file_.string() + " has schema " +
                                               std::to_string(*found) + ", this program knows up to " +
                                               std::to_string(last) +
                                               ": start a newer program or name another data.directory");
  }
  for (int version = *found + 1; version <= last; ++version) {
    const Migration migration = migrations[static_cast<std::size_t>(version - 1)];
    Result<void> done =
        write([&](SQLite::Database& connection) { return run_migration(connection, migration, version); });
    if (!done) return done;
  }
  return {};
}

Result<void> Database::run_write(const Step& step) {
  const std::lock_guard lock(write_mutex_);
  try {
    SQLite::Transaction transaction(*writer_, SQLite::TransactionBehavior::IMMEDIATE);
    if (step(*writer_)) transaction.commit();
    return {};
  } catch (const SQLite::Exception& thrown) {
    return unexpected(error_of(file_, thrown));
  }
}

Result<void> Database::run_read(const Step& step) {
  const std::lock_guard lock(read_mutex_);
  try {
    const SQLite::Transaction transaction(*reader_);
    step(*reader_);
    return {};
  } catch (const SQLite::Exception& thrown) {
    return unexpected(error_of(file_, thrown));
  }
}

}  // namespace framewright::engine
