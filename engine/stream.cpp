#include "engine/stream.hpp"

namespace framewright::engine {

OutboundFrame outbound_frame_of(FrameTask& task) {
  return {.stream_id = task.stream_id,
          .frame_id = task.frame_id,
          .capture_us = task.capture_us,
          .flags = task.flags,
          .answer_as_json = task.answer_as_json,
          .ran_on = task.ran_on,
          .reason = task.why,
          .times = task.times,
          .geometry = task.output_geometry,
          .answer = std::move(task.answer)};
}

}  // namespace framewright::engine
