#include "app/logging.hpp"

#include <fmt/chrono.h>
#include <spdlog/formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <nlohmann/json.hpp>

#include "engine/log_context.hpp"

namespace framewright::app {
namespace {

using spdlog::details::log_msg;

std::string_view text_of(spdlog::string_view_t text) { return {text.data(), text.size()}; }

std::string_view level_name(spdlog::level::level_enum level) {
  if (level == spdlog::level::warn) return "warn";
  if (level == spdlog::level::err) return "error";
  return text_of(spdlog::level::to_string_view(level));
}

std::string rfc3339(spdlog::log_clock::time_point time) {
  using namespace std::chrono;
  const auto whole = floor<seconds>(time);
  const auto rest = duration_cast<microseconds>(time - whole).count();
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:06}Z", fmt::gmtime(spdlog::log_clock::to_time_t(whole)), rest);
}

template <class Visit>
void for_each_id(Visit visit) {
  const auto& ids = engine::LogContext::current();
  if (!ids.request_id.empty()) visit("request_id", ids.request_id);
  if (!ids.session_id.empty()) visit("session_id", ids.session_id);
  if (!ids.trace_id.empty()) visit("trace_id", ids.trace_id);
}

class JsonFormatter final : public spdlog::formatter {
 public:
  void format(const log_msg& message, spdlog::memory_buf_t& out) override {
    nlohmann::ordered_json line = {{"ts", rfc3339(message.time)},
                                   {"level", level_name(message.level)},
                                   {"logger", text_of(message.logger_name)},
                                   {"msg", text_of(message.payload)}};
    for_each_id([&line](const char* name, std::string_view id) { line[name] = id; });
    const auto text = line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
    fmt::format_to(std::back_inserter(out), "{}\n", text);
  }
  std::unique_ptr<spdlog::formatter> clone() const override { return std::make_unique<JsonFormatter>(); }
};

class TextFormatter final : public spdlog::formatter {
 public:
  void format(const log_msg& message, spdlog::memory_buf_t& out) override {
    fmt::format_to(std::back_inserter(out), "{} {:<5} [{}] ", rfc3339(message.time),
                   level_name(message.level), text_of(message.logger_name));
    append_printable(text_of(message.payload), out);
    for_each_id([&out](const char* name, std::string_view id) {
      fmt::format_to(std::back_inserter(out), " {}=", name);
      append_printable(id, out);
    });
    out.push_back('\n');
  }
  std::unique_ptr<spdlog::formatter> clone() const override { return std::make_unique<TextFormatter>(); }

 private:
  /// A client's text must not begin a line of its own, nor steer the terminal.
  static void append_printable(std::string_view text, spdlog::memory_buf_t& out) {
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte < 0x20 || byte == 0x7f) {
        fmt::format_to(std::back_inserter(out), "\\x{:02x}", byte);
      } else {
        out.push_back(c);
      }
    }
  }
};

}  // namespace

std::unique_ptr<spdlog::formatter> make_log_formatter(LogFormat format) {
  if (format == LogFormat::Json) return std::make_unique<JsonFormatter>();
  return std::make_unique<TextFormatter>();
}

void start_logging(const std::string& level, const std::string& format) {
  auto logger =
      std::make_shared<spdlog::logger>("framewright", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_formatter(make_log_formatter(format == "json" ? LogFormat::Json : LogFormat::Text));
  logger->set_level(spdlog::level::from_str(level));
  spdlog::set_default_logger(std::move(logger));
}

}  // namespace framewright::app
