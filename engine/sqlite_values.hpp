// Columns of SQLite as values of the engine. Included only by files that speak SQL.
#pragma once

#include <SQLiteCpp/Column.h>
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "engine/clock.hpp"

namespace framewright::engine {

inline WallTime time_of(const SQLite::Column& column) {
  return WallTime{std::chrono::microseconds{column.getInt64()}};
}

inline std::optional<WallTime> optional_time(const SQLite::Column& column) {
  if (column.isNull()) return std::nullopt;
  return time_of(column);
}

inline std::optional<std::string> optional_text(const SQLite::Column& column) {
  if (column.isNull()) return std::nullopt;
  return column.getString();
}

/// A count that was stored as one; NULL counts as 0.
inline std::uint64_t unsigned_of(const SQLite::Column& column) {
  return static_cast<std::uint64_t>(column.getInt64());
}

/// A count as SQLite's integer; beyond its range the highest.
inline std::int64_t signed_of(std::uint64_t count) {
  constexpr std::uint64_t kHighest = std::numeric_limits<std::int64_t>::max();
  return static_cast<std::int64_t>(std::min(count, kHighest));
}

}  // namespace framewright::engine
