#include "engine/fair_queue.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

namespace framewright::engine {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

const SteadyTime kNow{std::chrono::seconds{1000}};

FrameTaskPtr make_task(FlowId flow, std::uint64_t frame_id = 0, WorkClass work_class = WorkClass::Live) {
  auto task = std::make_shared<FrameTask>();
  task->flow = flow;
  task->work_class = work_class;
  task->frame_id = frame_id;
  task->input_bytes = 100;
  return task;
}

void push(FairQueue& queue, const FrameTaskPtr& task, nanoseconds cost = milliseconds{1}) {
  ASSERT_TRUE(queue.push(task, cost).has_value());
}

TEST(FairQueue, GivesNothingWhenNothingWaits) {
  FairQueue queue{{}};
  const auto popped = queue.pop(kNow);
  EXPECT_EQ(popped.task, nullptr);
  EXPECT_TRUE(popped.expired.empty());
}

TEST(FairQueue, StartsTheFrameThatItHandsOut) {
  FairQueue queue{{}};
  push(queue, make_task(1));
  EXPECT_EQ(queue.pop(kNow).task->phase.load(), TaskPhase::Running);
}

TEST(FairQueue, LeavesJobsWhereTheyAreWhenItIsAskedForLiveFrames) {
  FairQueue queue{{}};
  push(queue, make_task(1, 1, WorkClass::Job));
  EXPECT_EQ(queue.pop(kNow, WorkClass::Live).task, nullptr);
  push(queue, make_task(2, 2));
  EXPECT_EQ(queue.pop(kNow, WorkClass::Live).task->frame_id, 2u);
  EXPECT_EQ(queue.pop(kNow, WorkClass::Live).task, nullptr);
  EXPECT_EQ(queue.pop(kNow).task->frame_id, 1u);
}

TEST(FairQueue, KeepsTheOrderWithinAFlow) {
  FairQueue queue{{}};
  for (std::uint64_t i = 0; i < 20; ++i) push(queue, make_task(7, i));
  for (std::uint64_t i = 0; i < 20; ++i) EXPECT_EQ(queue.pop(kNow).task->frame_id, i);
}

TEST(FairQueue, ServesTwoBackloggedFlowsByCostAndNotByCount) {
  FairQueue queue{{}};
  for (int i = 0; i < 400; ++i) {
    push(queue, make_task(1), milliseconds{9});
    push(queue, make_task(2), milliseconds{1});
  }
  std::map<FlowId, nanoseconds> used;
  for (int i = 0; i < 400; ++i) {
    const auto task = queue.pop(kNow).task;
    used[task->flow] += task->estimated_cost;
    queue.charge(*task, task->estimated_cost);
    // The bound of start-time fair queueing: one greatest frame of each.
    EXPECT_LE(std::chrono::abs(used[1] - used[2]), milliseconds{10});
  }
}

TEST(FairQueue, CorrectsWrongEstimatesWhenFramesAreDone) {
  FairQueue queue{{}};
  for (int i = 0; i < 400; ++i) {
    push(queue, make_task(1), milliseconds{1});
    push(queue, make_task(2), milliseconds{1});
  }
  std::map<FlowId, nanoseconds> used;
  for (int i = 0; i < 300; ++i) {
    const auto task = queue.pop(kNow).task;
    const auto real = milliseconds{task->flow == 1 ? 9 : 1};
    used[task->flow] += real;
    queue.charge(*task, real);
  }
  EXPECT_LE(std::chrono::abs(used[1] - used[2]), milliseconds{10});
}

TEST(FairQueue, ServesAModestFlowAtOnceAmongGreedyOnes) {
  FairQueue queue{{}};
  for (int i = 0; i < 100; ++i) {
    for (FlowId greedy = 1; greedy <= 4; ++greedy) push(queue, make_task(greedy), milliseconds{20});
  }
  for (int round = 0; round < 20; ++round) {
    for (int i = 0; i < 3; ++i) {
      const auto task = queue.pop(kNow).task;
      queue.charge(*task, milliseconds{20});
    }
    push(queue, make_task(9), milliseconds{1});
    // It starts where the others are: at most the flow that is furthest behind comes first.
    const auto first = queue.pop(kNow).task;
    const auto second = queue.pop(kNow).task;
    EXPECT_TRUE(first->flow == 9 || second->flow == 9) << "round " << round;
    queue.charge(*first, first->estimated_cost);
    queue.charge(*second, second->estimated_cost);
  }
}

TEST(FairQueue, LetsNoFlowSaveUpCreditWhileItIsIdle) {
  FairQueue queue{{}};
  for (int i = 0; i < 1000; ++i) push(queue, make_task(1), milliseconds{10});
  for (int i = 0; i < 500; ++i) queue.charge(*queue.pop(kNow).task, milliseconds{10});
  for (int i = 0; i < 100; ++i) push(queue, make_task(2), milliseconds{10});
  std::map<FlowId, int> served;
  for (int i = 0; i < 100; ++i) {
    const auto task = queue.pop(kNow).task;
    served[task->flow] += 1;
    queue.charge(*task, milliseconds{10});
  }
  // Half each, and what the newcomer may be ahead.
  EXPECT_LE(served[2], 50 + FairQueue::kNewcomerCredit / milliseconds{10});
  EXPECT_GE(served[2], 50);
}

TEST(FairQueue, StarvesNoFlowUnderAnEndlessRowOfNewOnes) {
  FairQueue queue{{}};
  push(queue, make_task(1), milliseconds{10});
  push(queue, make_task(1), milliseconds{10});
  queue.charge(*queue.pop(kNow).task, milliseconds{10});
  int newcomers_before_second = 0;
  for (FlowId id = 100; id < 1100; ++id) {
    push(queue, make_task(id), milliseconds{10});
    const auto task = queue.pop(kNow).task;
    queue.charge(*task, milliseconds{10});
    if (task->flow == 1) break;
    newcomers_before_second += 1;
  }
  EXPECT_LE(newcomers_before_second, 30);
}

TEST(FairQueue, GivesJobsANinthOfTheWorkersBesideBackloggedLiveWork) {
  FairQueue queue{{}};
  for (int i = 0; i < 1000; ++i) {
    push(queue, make_task(1));
    push(queue, make_task(2, 0, WorkClass::Job));
  }
  int jobs = 0;
  for (int i = 0; i < 900; ++i) {
    const auto task = queue.pop(kNow).task;
    if (task->work_class == WorkClass::Job) jobs += 1;
    queue.charge(*task, milliseconds{1});
  }
  EXPECT_NEAR(jobs, 100, 1);
}

TEST(FairQueue, ServesLiveWorkFirstAfterJobsHadTheWorkersAlone) {
  FairQueue queue{{}};
  for (int i = 0; i < 100; ++i) push(queue, make_task(2, 0, WorkClass::Job));
  for (int i = 0; i < 50; ++i) queue.charge(*queue.pop(kNow).task, milliseconds{1});
  for (int i = 0; i < 8; ++i) push(queue, make_task(1));
  for (int i = 0; i < 8; ++i) {
    const auto task = queue.pop(kNow).task;
    EXPECT_EQ(task->work_class, WorkClass::Live);
    queue.charge(*task, milliseconds{1});
  }
}

TEST(FairQueue, PassesOverFramesThatWereDroppedMeanwhile) {
  FairQueue queue{{}};
  const auto dropped = make_task(1, 1);
  push(queue, dropped);
  push(queue, make_task(1, 2));
  ASSERT_TRUE(dropped->drop());
  const auto popped = queue.pop(kNow);
  EXPECT_EQ(popped.task->frame_id, 2u);
  EXPECT_TRUE(popped.expired.empty());
}

TEST(FairQueue, GivesUpFramesThatWouldBeDoneTooLateWhileOthersWait) {
  FairQueue queue{{}};
  const auto late = make_task(1, 1);
  late->deadline = kNow + milliseconds{15};
  push(queue, late, milliseconds{10});
  push(queue, make_task(1, 2));
  const auto popped = queue.pop(kNow);
  EXPECT_EQ(popped.task->frame_id, 2);
  ASSERT_EQ(popped.expired.size(), 1);
  EXPECT_EQ(popped.expired[0]->dropped, DropReason::Deadline);
}

TEST(FairQueue, StartsAFrameThatMayBeLateWhenNoOtherWaits) {
  FairQueue queue{{}};
  const auto task = make_task(1, 1);
  task->deadline = kNow + milliseconds{15};
  push(queue, task, milliseconds{10});
  EXPECT_EQ(queue.pop(kNow).task, task);
}

TEST(FairQueue, GivesUpFramesWhoseDeadlineHasPassed) {
  FairQueue queue{{}};
  const auto late = make_task(1, 1);
  late->deadline = kNow;
  push(queue, late);
  push(queue, make_task(1, 2));
  const auto popped = queue.pop(kNow);
  EXPECT_EQ(popped.task->frame_id, 2u);
  ASSERT_EQ(popped.expired.size(), 1u);
  EXPECT_EQ(popped.expired[0]->dropped, DropReason::Deadline);
  EXPECT_EQ(popped.expired[0]->answer.error().code, ErrorCode::Timeout);
  EXPECT_EQ(popped.expired[0]->phase.load(), TaskPhase::Dropped);
}

TEST(FairQueue, GivesUpFramesThatNobodyWaitsFor) {
  FairQueue queue{{}};
  const auto task = make_task(1);
  task->cancelled = true;
  push(queue, task);
  const auto popped = queue.pop(kNow);
  EXPECT_EQ(popped.task, nullptr);
  ASSERT_EQ(popped.expired.size(), 1u);
  EXPECT_EQ(popped.expired[0]->dropped, DropReason::Closed);
}

TEST(FairQueue, RefusesWhenEveryPlaceIsTaken) {
  FairQueue queue{{.tasks = 2, .bytes = 1000}};
  push(queue, make_task(1));
  push(queue, make_task(2));
  const auto task = make_task(3);
  const auto pushed = queue.push(task, milliseconds{1});
  ASSERT_FALSE(pushed.has_value());
  EXPECT_EQ(pushed.error().code, ErrorCode::Overloaded);
  EXPECT_EQ(task->phase.load(), TaskPhase::Queued);
  EXPECT_EQ(queue.flows(), 2u);
}

TEST(FairQueue, RefusesBytesBeyondTheLimit) {
  FairQueue queue{{.tasks = 10, .bytes = 250}};
  push(queue, make_task(1));
  push(queue, make_task(1));
  EXPECT_FALSE(queue.push(make_task(1), milliseconds{1}).has_value());
  EXPECT_EQ(queue.bytes(), 200u);
}

TEST(FairQueue, MakesRoomFromTheDroppedFramesOfTheSameFlow) {
  FairQueue queue{{.tasks = 2, .bytes = 1000}};
  const auto first = make_task(1);
  push(queue, first);
  push(queue, make_task(1));
  ASSERT_TRUE(first->drop());
  EXPECT_TRUE(queue.push(make_task(1), milliseconds{1}).has_value());
  EXPECT_EQ(queue.size(), 2u);
}

TEST(FairQueue, StaysSmallWhenAStreamDropsAllThatItSubmits) {
  FairQueue queue{{}};
  push(queue, make_task(1));
  for (int i = 0; i < 10'000; ++i) {
    const auto task = make_task(1);
    push(queue, task);
    ASSERT_TRUE(task->drop());
  }
  EXPECT_LE(queue.size(), 32u);
}

TEST(FairQueue, DropsTheFramesOfAFlowWhoseClientHasGone) {
  FairQueue queue{{}};
  push(queue, make_task(1, 10));
  push(queue, make_task(1, 11));
  push(queue, make_task(2, 20));
  const auto dropped = queue.drop_flow(1);
  ASSERT_EQ(dropped.size(), 2u);
  EXPECT_EQ(dropped[0]->dropped, DropReason::Closed);
  EXPECT_EQ(queue.pop(kNow).task->frame_id, 20u);
  EXPECT_EQ(queue.pop(kNow).task, nullptr);
}

TEST(FairQueue, ForgetsFlowsThatAreIdle) {
  FairQueue queue{{}};
  for (FlowId id = 0; id < 100; ++id) push(queue, make_task(id));
  while (const auto task = queue.pop(kNow).task) queue.charge(*task, milliseconds{5});
  EXPECT_EQ(queue.flows(), 0u);
  EXPECT_EQ(queue.bytes(), 0u);
}

/// Everything that can happen to frames, at random, with several workers: each frame ends exactly once.
TEST(FairQueue, HandsOutOrGivesUpEachFrameExactlyOnce) {
  std::mt19937 random{20};
  const auto dice = [&](unsigned sides) {
    return std::uniform_int_distribution<unsigned>{0, sides - 1}(random);
  };
  FairQueue queue{{.tasks = 200, .bytes = 15'000}};
  std::multiset<std::uint64_t> ended;
  std::map<FlowId, std::uint64_t> last_of_flow;
  std::vector<FrameTaskPtr> running;
  std::vector<FrameTaskPtr> all;
  auto now = kNow;
  for (std::uint64_t i = 1; i <= 20'000; ++i) {
    now += std::chrono::microseconds{100};
    const auto flow = FlowId{dice(12)};
    auto task = make_task(flow, i, flow >= 10 ? WorkClass::Job : WorkClass::Live);
    if (dice(4) == 0) task->deadline = now + milliseconds{dice(20)};
    if (queue.push(task, std::chrono::microseconds{dice(300) + 1})) all.push_back(task);
    if (dice(10) == 0 && !all.empty()) {
      const auto& victim = all[dice(static_cast<unsigned>(all.size()))];
      if (victim->drop()) ended.insert(victim->frame_id);
    }
    if (dice(500) == 0) {
      for (const auto& gone : queue.drop_flow(dice(12))) ended.insert(gone->frame_id);
    }
    if (running.size() < 4) {
      const auto popped = queue.pop(now);
      for (const auto& expired : popped.expired) ended.insert(expired->frame_id);
      if (popped.task) {
        EXPECT_LT(last_of_flow[popped.task->flow], popped.task->frame_id);
        last_of_flow[popped.task->flow] = popped.task->frame_id;
        running.push_back(popped.task);
      }
    } else {
      const auto done = dice(4);
      ended.insert(running[done]->frame_id);
      queue.charge(*running[done], std::chrono::microseconds{dice(600)});
      running.erase(running.begin() + done);
    }
    ASSERT_LE(queue.size(), 200u);
    ASSERT_LE(queue.bytes(), 15'000u);
    ASSERT_LE(queue.flows(), 12u);
  }
  for (const auto& task : running) ended.insert(task->frame_id);
  for (auto popped = queue.pop(now); popped.task || !popped.expired.empty(); popped = queue.pop(now)) {
    for (const auto& expired : popped.expired) ended.insert(expired->frame_id);
    if (popped.task) ended.insert(popped.task->frame_id);
  }
  std::multiset<std::uint64_t> pushed;
  for (const auto& task : all) pushed.insert(task->frame_id);
  EXPECT_EQ(ended, pushed);
  EXPECT_EQ(queue.size(), 0u);
  EXPECT_EQ(queue.bytes(), 0u);
}

/// Backlogged flows with random costs, wrong estimates and eight frames under way: shares stay within a few
/// frames.
TEST(FairQueue, KeepsSharesEvenWithManyWorkersAndWrongEstimates) {
  std::mt19937 random{7};
  FairQueue queue{{}};
  std::map<FlowId, nanoseconds> used;
  std::map<FlowId, int> waiting;
  std::vector<FrameTaskPtr> running;
  const auto cost_of = [&](FlowId flow) {
    return std::chrono::microseconds{
        std::uniform_int_distribution<int>{1, 1000 * static_cast<int>(flow)}(random)};
  };
  for (int i = 0; i < 20'000; ++i) {
    for (FlowId flow = 1; flow <= 5; ++flow) {
      for (; waiting[flow] < 4; ++waiting[flow]) push(queue, make_task(flow), milliseconds{2});
    }
    if (running.size() == 8) {
      const auto task = running.front();
      running.erase(running.begin());
      const auto cost = cost_of(task->flow);
      used[task->flow] += cost;
      queue.charge(*task, cost);
    }
    running.push_back(queue.pop(kNow).task);
    waiting[running.back()->flow] -= 1;
  }
  const auto [least, most] = std::minmax({used[1], used[2], used[3], used[4], used[5]});
  EXPECT_LE(most - least, milliseconds{5 * 8});
}

}  // namespace
}  // namespace framewright::engine
