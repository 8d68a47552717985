#include "engine/credit_ledger.hpp"

#include <gtest/gtest.h>

namespace framewright::engine {
namespace {

using namespace std::chrono_literals;

FrameTaskPtr task_of(std::chrono::nanoseconds estimate) {
  auto task = std::make_shared<FrameTask>();
  task->estimated_cost = estimate;
  return task;
}

const SteadyTime kNow{1000s};

/// For a frame that takes so long, behind others that together take `before`.
std::optional<WorkerId> choose(CreditLedger& ledger, Accelerator kind = Accelerator::Cpu,
                               std::chrono::nanoseconds next = 10ms, std::chrono::nanoseconds before = 0ms) {
  return ledger.choose(kind, WorkClass::Job, {.next = next, .all = next + before}, kNow);
}

TEST(CreditLedger, GivesAHeavyFrameToAnIdleWorkerOnly) {
  CreditLedger ledger;
  ledger.add(1, {.accelerator = Accelerator::Cpu, .frames = 8});
  ledger.assign(1, task_of(10ms), kNow);
  EXPECT_FALSE(choose(ledger));
}

TEST(CreditLedger, KeepsRoomForLiveFramesWhereAWorkerSaysSo) {
  CreditLedger ledger;
  ledger.add(1, {.accelerator = Accelerator::Cuda, .frames = 3, .at_a_time = 3, .kept_for_live = 1});
  const auto room_for = [&](WorkClass work_class) {
    return ledger.choose(Accelerator::Cuda, work_class, {}, kNow).has_value();
  };
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(room_for(WorkClass::Job)) << i;
    ledger.assign(1, task_of(10ms), kNow);
  }
  EXPECT_FALSE(room_for(WorkClass::Job));
  EXPECT_TRUE(room_for(WorkClass::Live));
  auto job = task_of(10ms);
  job->work_class = WorkClass::Job;
  job->plan = std::make_shared<Plan>();
  EXPECT_FALSE(ledger.choose_for(*job, Accelerator::Cuda, {}, {}, kNow));
  ledger.assign(1, task_of(10ms), kNow);
  EXPECT_FALSE(room_for(WorkClass::Live));
}

TEST(CreditLedger, GivesTinyFramesInNumbersUpToTheCredit) {
  CreditLedger ledger;
  ledger.add(1, {.accelerator = Accelerator::Cpu, .frames = 3});
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(choose(ledger), 1u);
    ledger.assign(1, task_of(1us), kNow);
  }
  EXPECT_FALSE(choose(ledger));
}

TEST(CreditLedger, PrefersTheLeastLoadedWorker) {
  CreditLedger ledger;
  ledger.add(1, {.accelerator = Accelerator::Cpu, .frames = 8});
  ledger.add(2, {.accelerator = Accelerator::Cpu, .frames = 8});
  ledger.assign(1, task_of(5us), kNow);
  EXPECT_EQ(choose(ledger), 2u);
}

TEST(CreditLedger, ReturnsTheCreditOfAFinishedFrameOnce) {
  CreditLedger ledger;
  ledger.add(1, {.accelerator = Accelerator::Cpu, .frames = 1});
  const auto task = task_of(5us);
  ledger.assign(1, task, kNow);
  EXPECT_TRUE(ledger.finish(1, task.get(), kNow));
  EXPECT_FALSE(ledger.finish(1, task.get(), kNow));
  EXPECT_EQ(choose(ledger), 1u);
}

TEST(CreditLedger, HandsBackWhatALostWorkerHeld) {
  CreditLedger ledger;
  ledger.add(1, {.accelerator = Accelerator::Cuda, .frames = 4});
  ledger.assign(1, task_of(5ms), kNow);
  ledger.assign(1, task_of(5ms), kNow);
  EXPECT_EQ(ledger.remove(1).size(), 2u);
  EXPECT_FALSE(ledger.has(Accelerator::Cuda));
}

TEST(CreditLedger, GivesARetiredWorkerNothingMoreAndLetsItFinish) {
  CreditLedger ledger;
  ledger.add(1, {.accelerator = Accelerator::Cuda, .frames = 4});
  const auto task = task_of(5ms);
  ledger.assign(1, task, kNow);
  ledger.retire(1);
  EXPECT_FALSE(choose(ledger, Accelerator::Cuda));
  EXPECT_FALSE(ledger.has(Accelerator::Cuda));
  EXPECT_TRUE(ledger.finish(1, task.get(), kNow));
}

TEST(CreditLedger, FillsEverySlotOfADeviceWhateverItsFramesCost) {
  CreditLedger ledger;
  ledger.add(1, {.accelerator = Accelerator::Cuda, .frames = 8, .at_a_time = 2});
  ledger.assign(1, task_of(50ms), kNow);
  EXPECT_EQ(choose(ledger, Accelerator::Cuda), 1u);
  ledger.assign(1, task_of(50ms), kNow);
  EXPECT_FALSE(choose(ledger, Accelerator::Cuda)) << "what is beyond the slots is for tiny frames";
}

TEST(CreditLedger, KnowsHowLongAFrameWouldWaitHere) {
  CreditLedger ledger;
  EXPECT_FALSE(ledger.local_wait(Accelerator::Cpu, 0ms, kNow));
  ledger.add(1, {.frames = 8});
  ledger.add(2, {.frames = 8});
  ledger.add(3, {.frames = 8, .remote = true});
  ledger.assign(1, task_of(10ms), kNow);
  EXPECT_EQ(ledger.local_wait(Accelerator::Cpu, 0ms, kNow), 0ms);
  ledger.assign(2, task_of(6ms), kNow);
  EXPECT_EQ(ledger.local_wait(Accelerator::Cpu, 8ms, kNow), 10ms);
  EXPECT_EQ(ledger.local_wait(Accelerator::Cpu, 8ms, kNow + 2ms), 8ms);
  EXPECT_FALSE(ledger.local_wait(Accelerator::Cuda, 0ms, kNow));
}

TEST(CreditLedger, GivesADeviceThatIsSlowerLess) {
  CreditLedger ledger;
  ledger.add(1, {.accelerator = Accelerator::Cuda, .frames = 100, .at_a_time = 100, .device = 0});
  ledger.add(2, {.accelerator = Accelerator::Cuda, .frames = 100, .at_a_time = 100, .device = 1});
  const auto run = [&](WorkerId worker, std::chrono::nanoseconds took) {
    const auto task = task_of(1ms);
    ledger.assign(worker, task, kNow);
    task->times.process = took;
    task->answer = EncodedFrame{};
    ledger.finish(worker, task.get(), kNow);
  };
  for (int i = 0; i < 20; ++i) {
    run(1, 3ms);
    run(2, 1ms);
  }
  int given[2] = {0, 0};
  for (int i = 0; i < 40; ++i) {
    const auto worker = choose(ledger, Accelerator::Cuda, 1ms);
    ledger.assign(*worker, task_of(1ms), kNow);
    ++given[*worker - 1];
  }
  EXPECT_NEAR(given[0], 10, 1);
  EXPECT_NEAR(given[1], 30, 1);
}

TEST(CreditLedger, GivesAPinnedFrameToItsDeviceAlone) {
  CreditLedger ledger;
  ledger.add(1, {.accelerator = Accelerator::Cuda, .frames = 2, .at_a_time = 2, .device = 0});
  ledger.add(2, {.accelerator = Accelerator::Cuda, .frames = 2, .at_a_time = 2, .device = 1});
  ledger.add(3, {.accelerator = Accelerator::Cpu, .frames = 2, .remote = true, .device_too = true});
  EXPECT_EQ(ledger.local_devices(), 3u);
  const auto pinned = task_of(1ms);
  pinned->plan = Plan::make(Pipeline::parse("invert").value(), {}).value();
  pinned->device = 1;
  EXPECT_TRUE(ledger.has_for(Accelerator::Cuda, *pinned));
  EXPECT_FALSE(ledger.can_run(1, *pinned));
  EXPECT_FALSE(ledger.can_run(3, *pinned));
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(ledger.choose_for(*pinned, Accelerator::Cuda, {}, {}, kNow), 2u);
    ledger.assign(2, task_of(1ms), kNow);
  }
  EXPECT_FALSE(ledger.choose_for(*pinned, Accelerator::Cuda, {}, {}, kNow)) << "it waits for its device";
  ledger.retire(2);
  EXPECT_FALSE(ledger.has_for(Accelerator::Cuda, *pinned));
  EXPECT_EQ(ledger.local_devices(), 1u);
}

WorkerCredit remote_credit(std::size_t at_a_time = 2, std::uint64_t bytes = 1000) {
  return {.frames = 16, .bytes = bytes, .at_a_time = at_a_time, .workers = 1, .remote = true};
}

TEST(CreditLedger, AsksTheNetworkOnlyWhenNoLocalWorkerHasRoom) {
  CreditLedger ledger;
  ledger.add(1, remote_credit());
  ledger.add(2, {.frames = 8});
  EXPECT_EQ(choose(ledger), 2u);
  ledger.assign(2, task_of(10ms), kNow);
  EXPECT_EQ(choose(ledger), 1u);
}

TEST(CreditLedger, GivesARemoteNodeAsManyHeavyFramesAsItWorksOnAtATime) {
  CreditLedger ledger;
  ledger.add(1, remote_credit(3));
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(choose(ledger));
    ledger.assign(1, task_of(10ms), kNow);
  }
  EXPECT_FALSE(choose(ledger));
}

TEST(CreditLedger, GivesANodeWithADeviceNoMoreHeavyFramesThanAnyOther) {
  CreditLedger ledger;
  auto credit = remote_credit(3);
  credit.device_too = true;
  ledger.add(1, credit);
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(choose(ledger, Accelerator::Cuda));
    ledger.assign(1, task_of(10ms), kNow);
  }
  EXPECT_FALSE(choose(ledger, Accelerator::Cuda));
}

TEST(CreditLedger, GivesNoMoreOnceTheCreditInBytesIsUsed) {
  CreditLedger ledger;
  ledger.add(1, remote_credit(8, 1000));
  const auto large = task_of(1us);
  large->input_bytes = 1200;
  ASSERT_TRUE(choose(ledger));
  ledger.assign(1, large, kNow);
  EXPECT_FALSE(choose(ledger));
  EXPECT_TRUE(ledger.finish(1, large.get(), kNow));
  EXPECT_TRUE(choose(ledger));
}

TEST(CreditLedger, SpreadsHeavyFramesOverRemoteNodes) {
  CreditLedger ledger;
  for (WorkerId node = 1; node <= 8; ++node) ledger.add(node, remote_credit(4));
  std::vector<int> given(9);
  for (int i = 0; i < 16; ++i) {
    const auto node = choose(ledger);
    ASSERT_TRUE(node);
    ledger.assign(*node, task_of(10ms), kNow);
    ++given[*node];
  }
  for (WorkerId node = 1; node <= 8; ++node) EXPECT_LE(given[node], 3) << node;
}

/// A frame that this worker has answered after `held`, of which it worked for `worked`.
void answer(CreditLedger& ledger, WorkerId worker, std::chrono::nanoseconds worked,
            std::chrono::nanoseconds held) {
  const auto task = task_of(10ms);
  ledger.assign(worker, task, kNow - held);
  task->times.process = worked;
  task->answer = EncodedFrame{};
  ASSERT_TRUE(ledger.finish(worker, task.get(), kNow));
}

TEST(CreditLedger, WaitsForALocalWorkerWhereTheNetworkWouldTakeLonger) {
  CreditLedger ledger;
  ledger.add(1, remote_credit());
  ledger.add(2, {.frames = 8});
  answer(ledger, 1, 10ms, 70ms);
  ledger.assign(2, task_of(10ms), kNow);
  EXPECT_FALSE(choose(ledger)) << "20 ms here, 70 ms there";
  EXPECT_EQ(choose(ledger, Accelerator::Cpu, 10ms, 60ms), 1u) << "80 ms here";
}

TEST(CreditLedger, CountsWhatALocalWorkerHasDoneAlready) {
  CreditLedger ledger;
  ledger.add(1, remote_credit());
  ledger.add(2, {.frames = 8});
  answer(ledger, 1, 10ms, 15ms);
  const auto task = task_of(10ms);
  ledger.assign(2, task, kNow - 8ms);
  EXPECT_FALSE(choose(ledger)) << "12 ms here, 15 ms there";
  ledger.finish(2, task.get(), kNow);
  ledger.assign(2, task_of(10ms), kNow);
  EXPECT_EQ(choose(ledger), 1u) << "20 ms here";
}

TEST(CreditLedger, TriesANodeAgainThatWasSlowOnce) {
  CreditLedger ledger;
  ledger.add(1, remote_credit());
  ledger.add(2, {.frames = 8});
  answer(ledger, 1, 10ms, 100ms);
  ledger.assign(2, task_of(1s), kNow);
  const Demand demand{.next = 10ms, .all = 10ms};
  const auto here_in_a_while = kNow + 980ms;  // 30 ms here.
  EXPECT_FALSE(ledger.choose(Accelerator::Cpu, WorkClass::Job, demand, here_in_a_while));
  const auto late = task_of(61s);
  ledger.add(3, {.frames = 8});
  ledger.retire(2);
  ledger.assign(3, late, kNow);
  EXPECT_EQ(ledger.choose(Accelerator::Cpu, WorkClass::Job, demand, kNow + 60'980ms), 1u);
}

TEST(CreditLedger, TakesTheOneOfTwoNodesThatWouldAnswerFirst) {
  CreditLedger ledger;
  ledger.add(1, remote_credit());
  ledger.add(2, remote_credit());
  for (int i = 0; i < 20; ++i) {
    answer(ledger, 1, 40ms, 40ms);  // Four times slower than the other.
    answer(ledger, 2, 10ms, 10ms);
  }
  ledger.assign(2, task_of(10ms), kNow);
  EXPECT_EQ(choose(ledger), 2u) << "it is done with two before the other is with one";
}

TEST(CreditLedger, GivesNothingToANodeThatIsHeldToNothing) {
  CreditLedger ledger;
  ledger.add(1, remote_credit());
  ledger.limit(1, 0);
  EXPECT_FALSE(ledger.has(Accelerator::Cpu));
  EXPECT_FALSE(choose(ledger));
  ledger.limit(1, 1);
  ASSERT_TRUE(choose(ledger));
  ledger.assign(1, task_of(1us), kNow);
  EXPECT_FALSE(choose(ledger)) << "one at a time";
  ledger.limit(1, WorkerCredit::kAny);
  EXPECT_TRUE(choose(ledger));
}

FrameTaskPtr inverting_task() {
  auto task = task_of(1ms);
  task->plan = *Plan::make(*Pipeline::parse("invert"), ImageLimits{});
  return task;
}

TEST(CreditLedger, GivesAFrameToAWorkerThatHasItsFilters) {
  CreditLedger ledger;
  auto credit = remote_credit();
  credit.lacks = {"invert"};
  ledger.add(1, credit);
  const auto task = inverting_task();
  EXPECT_FALSE(ledger.has_for(Accelerator::Cpu, *task));
  EXPECT_FALSE(ledger.choose_for(*task, Accelerator::Cpu, {}, {}, kNow));
  EXPECT_FALSE(ledger.can_run(1, *task));
  ledger.add(2, remote_credit());
  EXPECT_TRUE(ledger.has_for(Accelerator::Cpu, *task));
  EXPECT_EQ(ledger.choose_for(*task, Accelerator::Cpu, {}, {}, kNow), 2u);
}

TEST(CreditLedger, GivesAFrameToNobodyWhoHadItInVainWhileThereAreOthers) {
  CreditLedger ledger;
  ledger.add(1, remote_credit());
  ledger.add(2, remote_credit(1));
  const auto task = inverting_task();
  const WorkerId in_vain[] = {1};
  EXPECT_EQ(ledger.choose_for(*task, Accelerator::Cpu, in_vain, {}, kNow), 2u);
  ledger.assign(2, task_of(10ms), kNow);
  EXPECT_FALSE(ledger.choose_for(*task, Accelerator::Cpu, in_vain, {}, kNow)) << "it waits for the other";
  ledger.retire(2);
  EXPECT_EQ(ledger.choose_for(*task, Accelerator::Cpu, in_vain, {}, kNow), 1u);
}

}  // namespace
}  // namespace framewright::engine
