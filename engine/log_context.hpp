// The LogContext names whom the log lines of this thread are about, while it lives.
//
//   const engine::LogContext context({.session_id = id_});
//   spdlog::info("closed: {}", reason);      // carries session_id
//
// Threads   it counts for the thread that made it; contexts end in reverse order.
// Lifetime  the texts outlive the context.
#pragma once

#include <string_view>

namespace framewright::engine {

/// Empty ids are left out of the line.
struct LogIds {
  std::string_view request_id = {};
  std::string_view session_id = {};
  std::string_view trace_id = {};
};

class LogContext {
 public:
  explicit LogContext(LogIds ids) noexcept;
  ~LogContext();
  LogContext(const LogContext&) = delete;
  LogContext& operator=(const LogContext&) = delete;

  /// Those of the innermost context of this thread.
  static const LogIds& current() noexcept;

 private:
  const LogIds outer_;
};

}  // namespace framewright::engine
