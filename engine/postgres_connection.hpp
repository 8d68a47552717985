// The PostgresConnection is the door to PostgreSQL: one connection of libpq, a deadline on every wait, and
// parameters that never become part of the SQL.
//
// Threads   one at a time.
// Errors    what the server or the network refuses is thrown as PostgresFailure; PostgresDatabase catches it.
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "engine/clock.hpp"
#include "engine/result.hpp"

struct pg_conn;
struct pg_result;

namespace framewright::engine {

/// Whether the same statement may succeed later without anybody changing it.
enum class PostgresFault : std::uint8_t {
  Away,    ///< lost, refused, timed out, out of room
  Refused  ///< a statement or a schema that does not fit
};

class PostgresFailure final : public std::runtime_error {
 public:
  PostgresFailure(PostgresFault fault, const std::string& what) : std::runtime_error(what), fault_(fault) {}
  PostgresFault fault() const noexcept { return fault_; }

 private:
  PostgresFault fault_;
};

/// A parameter of a statement, as text; none is NULL.
class PostgresValue {
 public:
  PostgresValue(std::string text) : text_(std::move(text)) {}
  PostgresValue(const char* text) : text_(text) {}
  PostgresValue(std::optional<std::string> text) : text_(std::move(text)) {}
  PostgresValue(std::nullopt_t) {}
  PostgresValue(std::integral auto number) : text_(std::to_string(number)) {}
  PostgresValue(WallTime time) : text_(std::to_string(unix_us(time))) {}

  const char* text() const noexcept { return text_ ? text_->c_str() : nullptr; }

 private:
  std::optional<std::string> text_;
};

/// What a statement returned. Columns count from 0.
class PostgresRows {
 public:
  explicit PostgresRows(pg_result* result);

  int size() const noexcept;
  /// How many rows the statement changed.
  std::int64_t changed() const;
  bool is_null(int row, int column) const;
  std::string text(int row, int column) const;
  std::int64_t integer(int row, int column) const;
  std::optional<std::string> optional_text(int row, int column) const;
  std::optional<std::int64_t> optional_integer(int row, int column) const;

 private:
  struct Clear {
    void operator()(pg_result* result) const noexcept;
  };
  std::unique_ptr<pg_result, Clear> result_;
};

/// Where to connect to, read from a URL. Nothing that it says of itself shows the password.
class PostgresUrl {
 public:
  /// Errors   InvalidArgument; the text does not repeat the URL, which holds a password.
  static Result<PostgresUrl> parse(const std::string& url);

  const std::vector<std::string>& keywords() const noexcept { return keywords_; }
  const std::vector<std::string>& values() const noexcept { return values_; }
  /// "db.example:5432/jobs"
  std::string name() const;
  /// `text` without the password.
  std::string masked(std::string text) const;

 private:
  std::string value_of(const std::string& keyword) const;
  void add_default(const std::string& keyword, const std::string& value);

  std::vector<std::string> keywords_;
  std::vector<std::string> values_;
};

class PostgresConnection {
 public:
  /// Connects, within seconds.
  explicit PostgresConnection(const PostgresUrl& url);
  PostgresConnection(const PostgresConnection&) = delete;
  PostgresConnection& operator=(const PostgresConnection&) = delete;

  /// Runs one statement.
  PostgresRows run(const char* sql, std::initializer_list<PostgresValue> values = {});
  /// Runs several statements without parameters.
  void run_script(const char* sql);
  /// The payloads of the notifications that have come, after waiting for the first of them for at most
  /// `patience`.
  std::vector<std::string> notifications(std::chrono::milliseconds patience);
  /// Lost, or in a state that nobody knows: not to be used again.
  bool is_lost() const noexcept;

 private:
  struct Finish {
    void operator()(pg_conn* connection) const noexcept;
  };
  PostgresRows collect();
  void wait_for_input(SteadyTime deadline);
  [[noreturn]] void fail_lost(const std::string& reason);

  // Given.
  const PostgresUrl& url_;
  // Owned.
  std::unique_ptr<pg_conn, Finish> connection_;
  bool is_lost_ = false;
};

}  // namespace framewright::engine
