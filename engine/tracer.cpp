#include "engine/tracer.hpp"

#include <utility>

namespace framewright::engine {

void Tracer::go_on(FrameTask& task, const TraceParent& parent, FrameEntry entry) {
  const TraceParent own{parent.trace, random_span_id(), true};
  task.span = std::make_unique<FrameSpan>(FrameSpan{*this, own, parent.span, entry});
  task.trace_parent = to_string(own);
}

void Tracer::begin(FrameTask& task, FrameEntry entry) {
  if (task.trace_parent.empty()) {
    if (entry == FrameEntry::Node) return;
    const auto trace = random_trace_id();
    if (samples(trace)) go_on(task, {.trace = trace}, entry);
    return;
  }
  const auto parent = parse_trace_parent(task.trace_parent);
  if (parent && parent->sampled) go_on(task, *parent, entry);
}

void Tracer::begin_job_picture(FrameTask& task, const std::string& job_id) {
  const auto trace = trace_id_of(job_id);
  if (!samples(trace)) return;
  go_on(task, {.trace = trace}, FrameEntry::Job);
  task.span->job_id = span_text(job_id);
}

void Tracer::end(FrameTask& task) {
  const auto span = std::exchange(task.span, nullptr);
  sink_.take(spans_of(task, *span, node_, clock_.now()));
}

void Tracer::record(Span span) {
  std::vector<Span> spans;
  spans.push_back(std::move(span));
  sink_.take(std::move(spans));
}

}  // namespace framewright::engine
