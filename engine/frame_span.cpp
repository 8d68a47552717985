#include "engine/frame_span.hpp"

#include <algorithm>

#include "engine/frame_task.hpp"

namespace framewright::engine {
namespace {

SpanKind kind_of(FrameEntry entry) {
  switch (entry) {
    case FrameEntry::Rest: return SpanKind::Internal;  // Below the span of its request.
    case FrameEntry::WebSocket:
    case FrameEntry::Node: return SpanKind::Server;
    case FrameEntry::Job: return SpanKind::Consumer;
  }
  check_failed("a FrameEntry outside its list", __FILE__, __LINE__);
}

std::int64_t number(std::uint64_t value) { return static_cast<std::int64_t>(value); }

void describe(const FrameTask& task, const FrameSpan& span, const std::string& this_node, Span& out) {
  auto& attributes = out.attributes;
  attributes.push_back({"framewright.entry", std::string(to_string(span.entry))});
  attributes.push_back({"framewright.node.id", span.node.empty() ? this_node : span.node});
  attributes.push_back({"framewright.pipeline", span_text(task.plan->pipeline_text())});
  attributes.push_back({"framewright.bytes_in", number(task.input_bytes)});
  if (span.entry == FrameEntry::WebSocket) {
    attributes.push_back({"framewright.stream.id", std::int64_t{task.stream_id}});
    attributes.push_back({"framewright.frame.id", number(task.frame_id)});
  }
  if (!span.job_id.empty()) attributes.push_back({"framewright.job.id", span.job_id});
  if (task.answer) {
    attributes.push_back({"framewright.route", std::string(to_string(task.route))});
    attributes.push_back({"framewright.accelerator", std::string(to_string(task.ran_on))});
    attributes.push_back({"framewright.bytes_out", number(task.answer->size_bytes)});
    return;
  }
  const auto& error = task.answer.error();
  attributes.push_back({"error.type", std::string(to_string(error.code))});
  if (task.dropped) attributes.push_back({"framewright.dropped", std::string(to_string(*task.dropped))});
  out.error = span_text(error.detail);
}

/// Lays the stages of a frame out in time, each below the frame's span.
class Stages {
 public:
  Stages(std::vector<Span>& spans, const FrameSpan& frame, SteadyTime started, SteadyTime ended)
      : spans_(spans), frame_(frame), at_(started), ended_(ended) {}

  /// A stage that begins where the last one has ended.
  void add(const char* name, std::chrono::nanoseconds time) {
    if (time <= time.zero()) return;
    const auto ended = std::min(at_ + time, ended_);
    spans_.push_back({.trace = frame_.own.trace,
                      .id = random_span_id(),
                      .parent = frame_.own.span,
                      .name = name,
                      .started = at_,
                      .ended = ended});
    at_ = ended;
  }
  /// The next stage begins there, if that is later than the last one's end.
  void skip_to(SteadyTime at) { at_ = std::clamp(at, at_, ended_); }

 private:
  std::vector<Span>& spans_;
  const FrameSpan& frame_;
  SteadyTime at_;
  const SteadyTime ended_;
};

}  // namespace

std::string_view to_string(FrameEntry entry) noexcept {
  switch (entry) {
    case FrameEntry::Rest: return "rest";
    case FrameEntry::WebSocket: return "websocket";
    case FrameEntry::Job: return "job";
    case FrameEntry::Node: return "node";
  }
  check_failed("a FrameEntry outside its list", __FILE__, __LINE__);
}

std::vector<Span> spans_of(const FrameTask& task, const FrameSpan& span, const std::string& this_node,
                           SteadyTime now) {
  std::vector<Span> spans;
  spans.reserve(5);
  spans.push_back({.trace = span.own.trace,
                   .id = span.own.span,
                   .parent = span.parent,
                   .name = "frame",
                   .kind = kind_of(span.entry),
                   .started = task.admitted_at,
                   .ended = std::max(now, task.admitted_at)});
  describe(task, span, this_node, spans.front());
  Stages stages(spans, span, task.admitted_at, spans.front().ended);
  stages.add("queue", task.times.queue);
  if (!span.node.empty()) return spans;  // The others were that node's, which records them itself.
  stages.add("decode", task.times.decode);
  // On a device a picture waits between the stages: for a slot, and for an encoder.
  if (task.encode_started_at != SteadyTime{}) stages.skip_to(task.encode_started_at - task.times.process);
  stages.add("run", task.times.process);
  if (task.encode_started_at != SteadyTime{}) stages.skip_to(task.encode_started_at);
  stages.add("encode", task.times.encode);
  return spans;
}

}  // namespace framewright::engine
