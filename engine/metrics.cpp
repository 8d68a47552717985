#include "engine/metrics.hpp"

#include "engine/check.hpp"

namespace framewright::engine {

FrameMeasurement measurement_of(const FrameTask& task, std::string_view entry, SteadyTime now) {
  FW_CHECK(task.answer.has_value());
  return {.ran_on = task.ran_on,
          .pipeline = task.plan->pipeline_text(),
          .entry = entry,
          .times = task.times,
          .total = now - task.admitted_at,
          .bytes_in = task.input_bytes,
          .bytes_out = task.answer->size_bytes};
}

}  // namespace framewright::engine
