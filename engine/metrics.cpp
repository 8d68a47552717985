#include "engine/metrics.hpp"

#include "engine/check.hpp"

namespace framewright::engine {
namespace {

std::optional<std::chrono::nanoseconds> since_capture(std::int64_t capture_us, const Clock& clock) {
  if (capture_us <= 0) return std::nullopt;  // Most clients: asking what time it is is spared.
  const std::chrono::microseconds age{unix_us(clock.wall_now()) - capture_us};
  if (age < age.zero() || age > std::chrono::hours{1}) return std::nullopt;
  return age;
}

}  // namespace

FrameMeasurement measurement_of(const FrameTask& task, std::string_view entry, const Clock& clock) {
  FW_CHECK(task.answer.has_value());
  return {.ran_on = task.ran_on,
          .pipeline = task.plan->pipeline_text(),
          .entry = entry,
          .times = task.times,
          .total = clock.now() - task.admitted_at,
          .since_capture = since_capture(task.capture_us, clock),
          .bytes_in = task.input_bytes,
          .bytes_out = task.answer->size_bytes};
}

}  // namespace framewright::engine
