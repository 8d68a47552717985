// The spans of one frame: the frame itself, and below it those of its stages that this process ran. They are
// made when the frame is answered, from the times that it carries.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/span.hpp"

namespace framewright::engine {

struct FrameTask;
class Tracer;

/// Which way a frame came into this process.
enum class FrameEntry : std::uint8_t { Rest, WebSocket, Job, Node };
/// "rest", "websocket", "job", "node"
std::string_view to_string(FrameEntry entry) noexcept;

/// What a frame that is being recorded carries for its span.
struct FrameSpan {
  Tracer& tracer;
  TraceParent own;  ///< the span of the frame itself
  SpanId parent = 0;
  FrameEntry entry = FrameEntry::Rest;
  std::string job_id = {};  ///< of a job's picture
  std::string node = {};    ///< another node that ran it; empty: this process did
};

/// The span of an answered frame, and one for each stage that took time here: "queue", "decode", "run" and
/// "encode". Decoding starts when the wait in the queue ends. Stages that took turns, strip by strip, are
/// shown as their sums, one after the other.
///
/// Units    `now` is the end of the frame.
std::vector<Span> spans_of(const FrameTask& task, const FrameSpan& span, const std::string& this_node,
                           SteadyTime now);

}  // namespace framewright::engine
