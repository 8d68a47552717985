#include "actors/frame_log.hpp"

#include <spdlog/spdlog.h>

#include <chrono>

#include "engine/log_context.hpp"

namespace framewright::actors {

void log_frame(const std::string& what, const Errand& errand) {
  constexpr std::size_t kIdBegin = 3;  // W3C Trace Context: version, trace id, parent id, flags.
  constexpr std::size_t kIdDigits = 32;
  const std::string_view parent = errand.trace_parent;
  const engine::LogContext context(
      {.trace_id = parent.empty() ? parent : parent.substr(kIdBegin, kIdDigits)});
  const auto us = [](std::chrono::nanoseconds time) {
    return std::chrono::duration_cast<std::chrono::microseconds>(time).count();
  };
  spdlog::debug("{}: decode {} us, process {} us, encode {} us", what, us(errand.times.decode),
                us(errand.times.process), us(errand.times.encode));
}

}  // namespace framewright::actors
