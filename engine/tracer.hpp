// The Tracer decides which traces are recorded, and gives frames the span that they carry to their answer.
//
// A trace is recorded where whoever asked records it; of those that begin here one in so many. A process
// without a Tracer records nothing, and frames are not touched.
//
// Threads   any thread. A frame's span belongs to whoever holds the frame.
// Lifetime  outlives the frames that it has begun, as far as they are ended.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/frame_task.hpp"
#include "engine/span.hpp"

namespace framewright::engine {

class Tracer {
 public:
  /// `node` names this process. Of the traces that begin here one in `one_in` is recorded, none for 0.
  Tracer(std::string node, std::uint64_t one_in, const Clock& clock, SpanSink& sink)
      : node_(std::move(node)), one_in_(one_in), clock_(clock), sink_(sink) {}

  /// Whether a trace that begins here is recorded: the same for every process that is asked.
  bool samples(TraceId trace) const noexcept {
    return one_in_ != 0 && trace.low <= ~std::uint64_t{0} / one_in_;
  }

  /// Gives an admitted frame its span, if its trace is recorded. From then on `task.trace_parent` names that
  /// span, to whoever works on the frame. A frame without a trace begins one, unless it came from a node,
  /// whose gateway has decided already.
  void begin(FrameTask& task, FrameEntry entry);
  /// As begin(); all pictures of one job are in one trace.
  void begin_job_picture(FrameTask& task, const std::string& job_id);
  /// Records the spans of a frame that holds its answer, and takes its span away.
  void end(FrameTask& task);

  void record(Span span);

 private:
  void go_on(FrameTask& task, const TraceParent& parent, FrameEntry entry);

  // Given.
  const std::string node_;
  const std::uint64_t one_in_;
  const Clock& clock_;
  SpanSink& sink_;
};

/// Nothing without a tracer.
inline void begin_span(Tracer* tracer, FrameTask& task, FrameEntry entry) {
  if (tracer != nullptr) tracer->begin(task, entry);
}
/// To be called once a frame holds its answer; nothing where it is not recorded.
inline void end_span(FrameTask& task) {
  if (task.span) task.span->tracer.end(task);
}

}  // namespace framewright::engine
