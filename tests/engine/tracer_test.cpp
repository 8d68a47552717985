#include "engine/tracer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/kept_spans.hpp"

namespace framewright::engine {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr const char* kSampled = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
constexpr const char* kUnsampled = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";

class TracerTest : public testing::Test {
 protected:
  void admit(const std::string& trace_parent = "") {
    task.span = nullptr;
    task.trace_parent = trace_parent;
    task.plan = plans.get("invert").value();
    task.input_bytes = 100;
    task.admitted_at = clock.now();
  }
  /// The frame is answered 10 ms after its admission, which its stages took up.
  void answer() {
    task.times = {.queue = 1ms, .decode = 2ms, .process = 3ms, .encode = 4ms};
    EncodedFrame picture;
    picture.size_bytes = 50;
    task.answer = std::move(picture);
    clock.advance(10ms);
  }
  std::vector<std::string> names() const {
    std::vector<std::string> found;
    for (const auto& span : spans.all()) found.push_back(span.name);
    return found;
  }
  Tracer tracer(std::uint64_t one_in) { return {"this-node", one_in, clock, spans}; }

  ManualClock clock;
  KeptSpans spans;
  PlanCache plans{ImageLimits{}, 4};
  FrameTask task;
};

TEST_F(TracerTest, LaysTheStagesOfAFrameOutBelowIt) {
  auto all = tracer(1);
  admit(kSampled);
  all.begin(task, FrameEntry::Rest);
  answer();
  end_span(task);
  ASSERT_THAT(names(), ElementsAre("frame", "queue", "decode", "run", "encode"));
  const auto frame = spans.named("frame");
  EXPECT_EQ(hex_of(frame.trace), "0af7651916cd43dd8448eb211c80319c");
  EXPECT_EQ(hex_of(frame.parent), "b7ad6b7169203331");
  EXPECT_EQ(frame.kind, SpanKind::Internal);
  EXPECT_EQ(frame.started, task.admitted_at);
  EXPECT_EQ(frame.ended, clock.now());
  EXPECT_EQ(frame.error, std::nullopt);
  auto at = frame.started;
  for (const auto* name : {"queue", "decode", "run", "encode"}) {
    const auto stage = spans.named(name);
    EXPECT_EQ(stage.trace, frame.trace);
    EXPECT_EQ(stage.parent, frame.id);
    EXPECT_EQ(stage.started, at) << name;
    at = stage.ended;
  }
  EXPECT_EQ(at, frame.ended);
}

TEST_F(TracerTest, SaysWhatRanWhere) {
  auto all = tracer(1);
  admit(kSampled);
  task.stream_id = 3;
  task.frame_id = 77;
  all.begin(task, FrameEntry::WebSocket);
  answer();
  end_span(task);
  const auto frame = spans.named("frame");
  EXPECT_EQ(frame.kind, SpanKind::Server);
  EXPECT_EQ(attribute_of(frame, "framewright.entry"), "websocket");
  EXPECT_EQ(attribute_of(frame, "framewright.node.id"), "this-node");
  EXPECT_EQ(attribute_of(frame, "framewright.pipeline"), "invert");
  EXPECT_EQ(attribute_of(frame, "framewright.route"), "pixels");
  EXPECT_EQ(attribute_of(frame, "framewright.accelerator"), "cpu");
  EXPECT_EQ(attribute_of(frame, "framewright.bytes_in"), "100");
  EXPECT_EQ(attribute_of(frame, "framewright.bytes_out"), "50");
  EXPECT_EQ(attribute_of(frame, "framewright.stream.id"), "3");
  EXPECT_EQ(attribute_of(frame, "framewright.frame.id"), "77");
}

TEST_F(TracerTest, LeavesTheStagesOfAnotherNodeToThatNode) {
  auto all = tracer(1);
  admit(kSampled);
  all.begin(task, FrameEntry::Rest);
  const auto handed_on = parse_trace_parent(task.trace_parent);
  task.span->node = "other-node";
  answer();
  end_span(task);
  EXPECT_THAT(names(), ElementsAre("frame", "queue"));
  const auto frame = spans.named("frame");
  EXPECT_EQ(attribute_of(frame, "framewright.node.id"), "other-node");
  ASSERT_TRUE(handed_on.has_value());
  EXPECT_EQ(handed_on->span, frame.id) << "the parent of that node's span";
  EXPECT_TRUE(handed_on->sampled);
}

TEST_F(TracerTest, PutsTheWaitsOfADeviceBetweenTheStages) {
  auto all = tracer(1);
  admit(kSampled);
  all.begin(task, FrameEntry::Rest);
  answer();
  clock.advance(20ms);
  task.encode_started_at = task.admitted_at + 26ms;
  end_span(task);
  EXPECT_EQ(spans.named("decode").ended, task.admitted_at + 3ms);
  EXPECT_EQ(spans.named("run").started, task.admitted_at + 23ms);
  EXPECT_EQ(spans.named("run").ended, task.admitted_at + 26ms);
  EXPECT_EQ(spans.named("encode").ended, task.admitted_at + 30ms);
}

TEST_F(TracerTest, KeepsStagesWithinTheirFrame) {
  auto all = tracer(1);
  admit(kSampled);
  all.begin(task, FrameEntry::Rest);
  answer();
  task.times.process = 1h;
  task.encode_started_at = task.admitted_at + 2h;
  end_span(task);
  const auto frame = spans.named("frame");
  for (const auto& span : spans.all()) {
    EXPECT_GE(span.started, frame.started) << span.name;
    EXPECT_LE(span.started, span.ended) << span.name;
    EXPECT_LE(span.ended, frame.ended) << span.name;
  }
}

TEST_F(TracerTest, TellsWhyThereIsNoPicture) {
  auto all = tracer(1);
  admit(kSampled);
  all.begin(task, FrameEntry::Rest);
  task.give_up(DropReason::Deadline);
  end_span(task);
  ASSERT_THAT(names(), ElementsAre("frame"));
  const auto frame = spans.named("frame");
  EXPECT_EQ(frame.error, task.answer.error().detail);
  EXPECT_EQ(attribute_of(frame, "error.type"), "timeout");
  EXPECT_EQ(attribute_of(frame, "framewright.dropped"), "deadline");
}

TEST_F(TracerTest, RecordsNothingThatTheCallerDoesNotRecord) {
  auto all = tracer(1);
  for (const auto* parent : {kUnsampled, "nonsense"}) {
    admit(parent);
    all.begin(task, FrameEntry::Rest);
    EXPECT_EQ(task.span, nullptr);
    EXPECT_EQ(task.trace_parent, parent) << "is handed on as it was";
    end_span(task);
  }
  EXPECT_THAT(spans.all(), IsEmpty());
}

TEST_F(TracerTest, BeginsOneTraceInSoMany) {
  auto some = tracer(4);
  int begun = 0;
  for (int i = 0; i < 4000; ++i) {
    admit();
    some.begin(task, FrameEntry::WebSocket);
    if (!task.span) {
      EXPECT_TRUE(task.trace_parent.empty());
      continue;
    }
    ++begun;
    EXPECT_EQ(task.span->parent, 0U);
  }
  EXPECT_NEAR(begun, 1000, 200);
}

TEST_F(TracerTest, BeginsNoTraceWhereNoneIsWanted) {
  auto none = tracer(0);
  admit();
  none.begin(task, FrameEntry::WebSocket);
  EXPECT_EQ(task.span, nullptr);
  none.begin_job_picture(task, "00000000000000000000000004");
  EXPECT_EQ(task.span, nullptr);
  begin_span(nullptr, task, FrameEntry::WebSocket);
  EXPECT_EQ(task.span, nullptr);
}

TEST_F(TracerTest, BeginsNoTraceForAFrameOfAGateway) {
  auto all = tracer(1);
  admit();
  all.begin(task, FrameEntry::Node);
  EXPECT_EQ(task.span, nullptr);
  admit(kSampled);
  all.begin(task, FrameEntry::Node);
  answer();
  end_span(task);
  EXPECT_EQ(spans.named("frame").kind, SpanKind::Server);
}

TEST_F(TracerTest, PutsThePicturesOfAJobIntoOneTrace) {
  auto all = tracer(1);
  const std::string job = "00000000000000000000000004";
  for (int picture = 0; picture < 2; ++picture) {
    admit();
    all.begin_job_picture(task, job);
    answer();
    end_span(task);
  }
  for (const auto& span : spans.all()) EXPECT_EQ(span.trace, (TraceId{0, 1}));
  const auto frame = spans.all().front();
  EXPECT_EQ(frame.kind, SpanKind::Consumer);
  EXPECT_EQ(frame.parent, 0U);
  EXPECT_EQ(attribute_of(frame, "framewright.job.id"), job);
}

}  // namespace
}  // namespace framewright::engine
