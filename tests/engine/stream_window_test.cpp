#include "engine/stream_window.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace framewright::engine {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;

class StreamWindowTest : public testing::Test {
 protected:
  static StreamSettings settings(Delivery delivery, int window) {
    return {.stream_id = 7, .delivery = delivery, .window = window};
  }
  StreamWindow latest(int window) const { return {settings(Delivery::Latest, window), nullptr, 1}; }
  StreamWindow lossless(int window) const { return {settings(Delivery::Lossless, window), nullptr, 1}; }

  static InboundFrame frame(std::uint64_t id, std::uint8_t flags = 0) {
    return {.frame_id = id, .capture_us = static_cast<std::int64_t>(id) * 10, .flags = flags, .encoded = {}};
  }
  FrameTaskPtr admit(StreamWindow& window, std::uint64_t id) const {
    return window.admit(frame(id), clock.now()).value().task;
  }
  void answer(StreamWindow& window, const FrameTaskPtr& task) const {
    task->answer = EncodedFrame{};
    EXPECT_EQ(window.finish(task, clock.now()), std::nullopt);
  }
  void run(StreamWindow& window, const FrameTaskPtr& task) const {
    EXPECT_TRUE(task->start());
    answer(window, task);
  }
  static std::vector<std::uint64_t> answers(StreamWindow& window) {
    std::vector<std::uint64_t> ids;
    while (const auto out = window.next_answer()) ids.push_back(out->frame_id);
    return ids;
  }

  ManualClock clock;
};

TEST_F(StreamWindowTest, NumbersFramesAndFillsInTheSettings) {
  auto with_deadline = settings(Delivery::Latest, 4);
  with_deadline.deadline = milliseconds{50};
  with_deadline.output.quality = 33;
  with_deadline.trace_parent = "00-11112222333344445555666677778888-1111222233334444-01";
  StreamWindow window{with_deadline, nullptr, 99};
  admit(window, 5);
  const auto task = admit(window, 6);
  EXPECT_EQ(task->sequence, 1u);
  EXPECT_EQ(task->frame_id, 6u);
  EXPECT_EQ(task->stream_id, 7u);
  EXPECT_EQ(task->flow, 99u);
  EXPECT_EQ(task->capture_us, 60);
  EXPECT_EQ(task->output.quality, 33);
  EXPECT_EQ(task->trace_parent, with_deadline.trace_parent);
  EXPECT_EQ(task->deadline, clock.now() + milliseconds{50});
}

TEST_F(StreamWindowTest, AnswersInTheOrderOfSubmission) {
  auto window = lossless(3);
  const auto first = admit(window, 10);
  const auto second = admit(window, 11);
  run(window, second);
  EXPECT_THAT(answers(window), IsEmpty());
  run(window, first);
  EXPECT_THAT(answers(window), ElementsAre(10, 11));
}

TEST_F(StreamWindowTest, PassesErrorsOnInTheirPlace) {
  auto window = lossless(3);
  const auto task = admit(window, 10);
  task->answer = unexpected(ErrorCode::CorruptMedia, "truncated");
  EXPECT_EQ(window.finish(task, clock.now()), std::nullopt);
  const auto out = window.next_answer();
  ASSERT_TRUE(out.has_value());
  EXPECT_EQ(out->answer.error().code, ErrorCode::CorruptMedia);
}

TEST_F(StreamWindowTest, HoldsALosslessPlaceUntilTheAnswerIsAcknowledged) {
  auto window = lossless(1);
  const auto task = admit(window, 1);
  EXPECT_FALSE(window.has_room());
  run(window, task);
  EXPECT_FALSE(window.has_room());
  EXPECT_THAT(answers(window), ElementsAre(1));
  EXPECT_FALSE(window.has_room());
  window.acknowledge(1);
  EXPECT_TRUE(window.has_room());
}

TEST_F(StreamWindowTest, RefusesALosslessFrameBeyondTheWindow) {
  auto window = lossless(1);
  admit(window, 1);
  const auto refused = window.admit(frame(2), clock.now());
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::Overloaded);
  EXPECT_EQ(window.statistics(clock.now()).frames_dropped, 0u);
}

TEST_F(StreamWindowTest, DropsTheOldestFrameThatHasNotStartedWhenLatestIsFull) {
  auto window = latest(3);
  const auto running = admit(window, 1);
  ASSERT_TRUE(running->start());
  const auto oldest = admit(window, 2);
  admit(window, 3);
  const auto admission = window.admit(frame(4), clock.now());
  ASSERT_TRUE(admission.has_value());
  EXPECT_THAT(admission->dropped, ElementsAre(2));
  EXPECT_EQ(oldest->phase.load(), TaskPhase::Dropped);
  EXPECT_EQ(oldest->dropped, DropReason::WindowFull);
  ASSERT_NE(admission->task, nullptr);
  EXPECT_EQ(admission->task->frame_id, 4u);
}

TEST_F(StreamWindowTest, KeepsTheNewestFrameUntilOneThatHasStartedIsAnswered) {
  auto window = latest(2);
  const auto first = admit(window, 1);
  const auto second = admit(window, 2);
  ASSERT_TRUE(first->start());
  ASSERT_TRUE(second->start());
  const auto admission = window.admit(frame(3), clock.now());
  EXPECT_EQ(admission->task, nullptr);
  EXPECT_THAT(admission->dropped, IsEmpty());
  EXPECT_EQ(window.take_kept(), nullptr);
  answer(window, first);
  EXPECT_THAT(answers(window), ElementsAre(1));
  window.acknowledge(1);
  const auto third = window.take_kept();
  ASSERT_NE(third, nullptr);
  EXPECT_EQ(window.take_kept(), nullptr);
  run(window, third);
  answer(window, second);
  EXPECT_THAT(answers(window), ElementsAre(2, 3));
}

TEST_F(StreamWindowTest, ReplacesTheKeptFrameByANewerOne) {
  auto window = latest(1);
  const auto running = admit(window, 1);
  ASSERT_TRUE(running->start());
  EXPECT_THAT(window.admit(frame(2), clock.now())->dropped, IsEmpty());
  EXPECT_THAT(window.admit(frame(3), clock.now())->dropped, ElementsAre(2));
  EXPECT_EQ(window.statistics(clock.now()).queue_depth, 2u);
  EXPECT_EQ(window.statistics(clock.now()).frames_dropped, 1u);
}

TEST_F(StreamWindowTest, KeepsTheNewestFrameWhileTheClientReadsNoAnswers) {
  auto window = latest(2);
  run(window, admit(window, 1));
  run(window, admit(window, 2));
  EXPECT_THAT(answers(window), ElementsAre(1, 2));
  EXPECT_THAT(window.admit(frame(3), clock.now())->dropped, IsEmpty());
  EXPECT_THAT(window.admit(frame(4), clock.now())->dropped, ElementsAre(3));
  EXPECT_EQ(window.take_kept(), nullptr);
  window.acknowledge(1);
  EXPECT_EQ(window.take_kept()->frame_id, 4u);
}

TEST_F(StreamWindowTest, CountsTheDeadlineOfAKeptFrameFromItsArrival) {
  auto with_deadline = settings(Delivery::Latest, 1);
  with_deadline.deadline = milliseconds{50};
  StreamWindow window{with_deadline, nullptr, 1};
  const auto running = admit(window, 1);
  ASSERT_TRUE(running->start());
  admit(window, 2);
  const auto arrival = clock.now();
  clock.advance(milliseconds{30});
  answer(window, running);
  answers(window);
  window.acknowledge(1);
  EXPECT_EQ(window.take_kept()->deadline, arrival + milliseconds{50});
}

TEST_F(StreamWindowTest, LetsAnswersPassAFrameThatWasDroppedBeforeThem) {
  auto window = latest(2);
  admit(window, 1);
  const auto second = admit(window, 2);
  const auto third = window.admit(frame(3), clock.now())->task;
  run(window, third);
  run(window, second);
  EXPECT_THAT(answers(window), ElementsAre(2, 3));
}

TEST_F(StreamWindowTest, NamesAFrameThatMissedItsDeadlineAndFreesItsPlace) {
  auto window = lossless(1);
  const auto task = admit(window, 1);
  ASSERT_TRUE(task->drop());
  task->give_up(DropReason::Deadline);
  EXPECT_EQ(window.finish(task, clock.now()), DropReason::Deadline);
  EXPECT_TRUE(window.has_room());
  EXPECT_THAT(answers(window), IsEmpty());
  EXPECT_EQ(window.statistics(clock.now()).frames_dropped, 1u);
}

TEST_F(StreamWindowTest, DropsAFrameThatWaitsButNotOneThatRuns) {
  auto window = latest(4);
  const auto waiting = admit(window, 1);
  const auto running = admit(window, 2);
  ASSERT_TRUE(running->start());
  EXPECT_TRUE(window.drop(*waiting, DropReason::Overloaded));
  EXPECT_FALSE(window.drop(*running, DropReason::Overloaded));
  EXPECT_EQ(waiting->dropped, DropReason::Overloaded);
}

TEST_F(StreamWindowTest, UpdatesForLaterFramesAndLosesNone) {
  auto window = latest(4);
  for (std::uint64_t id = 1; id <= 4; ++id) ASSERT_TRUE(admit(window, id)->start());
  auto smaller = settings(Delivery::Lossless, 2);
  smaller.output.quality = 10;
  window.update(smaller, nullptr);
  EXPECT_FALSE(window.has_room());
  EXPECT_FALSE(window.admit(frame(5), clock.now()).has_value());
  EXPECT_EQ(window.statistics(clock.now()).queue_depth, 4u);
}

TEST_F(StreamWindowTest, TakesNoFrameAfterClosingAndClosesWhenAllAreAnswered) {
  auto window = lossless(4);
  const auto task = admit(window, 1);
  window.close("client");
  window.close("draining");
  EXPECT_EQ(window.admit(frame(2), clock.now()).error().code, ErrorCode::Conflict);
  EXPECT_EQ(window.closed(), std::nullopt);
  run(window, task);
  EXPECT_EQ(window.closed(), std::nullopt);
  EXPECT_THAT(answers(window), ElementsAre(1));
  EXPECT_EQ(window.closed(), "client");
}

TEST_F(StreamWindowTest, ClosesByTheLastFrameFlag) {
  auto window = lossless(4);
  const auto task = window.admit(frame(1, kLastFrameFlag), clock.now())->task;
  run(window, task);
  EXPECT_THAT(answers(window), ElementsAre(1));
  EXPECT_EQ(window.closed(), "last_frame");
}

TEST_F(StreamWindowTest, ClosesByTheLastFrameFlagAlsoWhenThatFrameIsDropped) {
  auto window = latest(1);
  const auto last = window.admit(frame(1, kLastFrameFlag), clock.now())->task;
  EXPECT_TRUE(window.drop(*last, DropReason::Overloaded));
  EXPECT_EQ(window.closed(), "last_frame");
}

TEST_F(StreamWindowTest, ClosesOnlyAfterTheFrameThatItKept) {
  auto window = latest(1);
  run(window, admit(window, 1));
  EXPECT_THAT(window.admit(frame(2, kLastFrameFlag), clock.now())->dropped, IsEmpty());
  EXPECT_THAT(answers(window), ElementsAre(1));
  EXPECT_EQ(window.closed(), std::nullopt);
  window.acknowledge(1);
  run(window, window.take_kept());
  EXPECT_THAT(answers(window), ElementsAre(2));
  EXPECT_EQ(window.closed(), "last_frame");
}

TEST_F(StreamWindowTest, AbandonsWhatWaitsAndTellsWhatRuns) {
  auto window = latest(4);
  const auto running = admit(window, 1);
  ASSERT_TRUE(running->start());
  const auto waiting = admit(window, 2);
  EXPECT_THAT(window.abandon(), ElementsAre(1, 2));
  EXPECT_EQ(waiting->phase.load(), TaskPhase::Dropped);
  EXPECT_TRUE(running->cancelled.load());
  answer(window, running);
  EXPECT_THAT(answers(window), IsEmpty());
  EXPECT_EQ(window.closed(), "client");
}

TEST_F(StreamWindowTest, AbandonsTheKeptFrameByName) {
  auto window = latest(1);
  ASSERT_TRUE(admit(window, 1)->start());
  admit(window, 2);
  EXPECT_THAT(window.abandon(), ElementsAre(1, 2));
  EXPECT_EQ(window.take_kept(), nullptr);
  EXPECT_EQ(window.statistics(clock.now()).frames_dropped, 2u);
}

TEST_F(StreamWindowTest, TellsItsStatistics) {
  auto window = latest(8);
  for (std::uint64_t id = 0; id < 40; ++id) {
    const auto task = admit(window, id);
    clock.advance(milliseconds{25});
    run(window, task);
    answers(window);
    window.acknowledge(1);
  }
  admit(window, 100);
  const auto statistics = window.statistics(clock.now());
  EXPECT_NEAR(statistics.frames_per_second, 40, 2);
  EXPECT_NEAR(statistics.latency_ms_p50, 25, 2);
  EXPECT_NEAR(statistics.latency_ms_p99, 25, 2);
  EXPECT_EQ(statistics.queue_depth, 1u);
  EXPECT_EQ(statistics.frames_in, 41u);
  EXPECT_EQ(statistics.frames_out, 40u);
}

/// A random client, worker and socket: every frame is answered or dropped once, answers in order, never more
/// than the window and one that is kept.
TEST_F(StreamWindowTest, AccountsForEveryFrameOfARandomStream) {
  std::mt19937 random{5};
  const auto dice = [&](unsigned sides) {
    return std::uniform_int_distribution<unsigned>{0, sides - 1}(random);
  };
  auto window = latest(6);
  std::vector<FrameTaskPtr> waiting;
  std::vector<FrameTaskPtr> running;
  std::vector<std::uint64_t> left;
  std::size_t dropped = 0;
  std::size_t unacknowledged = 0;
  for (std::uint64_t id = 0; id < 10'000; ++id) {
    const auto admission = window.admit(frame(id), clock.now());
    dropped += admission->dropped.size();
    if (admission->task) waiting.push_back(admission->task);
    if (!waiting.empty() && dice(3) > 0) {
      if (waiting.front()->start()) running.push_back(waiting.front());
      waiting.erase(waiting.begin());
    }
    if (!running.empty() && dice(2) == 0) {
      const auto index = dice(static_cast<unsigned>(running.size()));
      answer(window, running[index]);
      running.erase(running.begin() + index);
    }
    for (const auto answered : answers(window)) {
      EXPECT_TRUE(left.empty() || left.back() < answered);
      left.push_back(answered);
      unacknowledged += 1;
    }
    if (unacknowledged > 0 && dice(2) == 0) {
      window.acknowledge(unacknowledged);
      unacknowledged = 0;
    }
    if (auto kept = window.take_kept()) waiting.push_back(std::move(kept));
    ASSERT_LE(window.statistics(clock.now()).queue_depth + unacknowledged, 7u);
  }
  const auto totals = window.statistics(clock.now());
  EXPECT_EQ(totals.frames_in, 10'000u);
  EXPECT_EQ(totals.frames_out, left.size());
  EXPECT_EQ(totals.frames_dropped, dropped);
  EXPECT_LE(totals.frames_in - totals.frames_out - totals.frames_dropped, 7u);
}

}  // namespace
}  // namespace framewright::engine
