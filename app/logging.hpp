// The log of the process: text for people or JSON lines for collectors, on standard error (standard output
// belongs to what commands print). Rooms write through spdlog's default logger.
#pragma once

#include <memory>
#include <string>

namespace spdlog {
class formatter;
}

namespace framewright::app {

enum class LogFormat { Text, Json };

/// Sends everything of at least `level` ("trace" to "critical", or "off") to standard error. `format` is
/// "text" or "json". Called once, before other threads log.
void start_logging(const std::string& level, const std::string& format);

/// One line for each message, whatever is in it:
/// text   2026-01-31T12:00:00.000001Z warn  [framewright] message request_id=... session_id=... trace_id=...
/// JSON   {"ts":...,"level":...,"logger":...,"msg":...,"request_id":...,"session_id":...,"trace_id":...}
std::unique_ptr<spdlog::formatter> make_log_formatter(LogFormat format);

}  // namespace framewright::app
