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

TEST(CreditLedger, GivesAHeavyFrameToAnIdleWorkerOnly) {
  CreditLedger ledger;
  ledger.add(1, {.accelerator = Accelerator::Cpu, .frames = 8});
  ledger.assign(1, task_of(10ms));
  EXPECT_FALSE(ledger.choose(Accelerator::Cpu));
}

TEST(CreditLedger, GivesTinyFramesInNumbersUpToTheCredit) {
  CreditLedger ledger;
  ledger.add(1, {.accelerator = Accelerator::Cpu, .frames = 3});
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(ledger.choose(Accelerator::Cpu), 1u);
    ledger.assign(1, task_of(1us));
  }
  EXPECT_FALSE(ledger.choose(Accelerator::Cpu));
}

TEST(CreditLedger, PrefersTheLeastLoadedWorker) {
  CreditLedger ledger;
  ledger.add(1, {.accelerator = Accelerator::Cpu, .frames = 8});
  ledger.add(2, {.accelerator = Accelerator::Cpu, .frames = 8});
  ledger.assign(1, task_of(5us));
  EXPECT_EQ(ledger.choose(Accelerator::Cpu), 2u);
}

TEST(CreditLedger, ReturnsTheCreditOfAFinishedFrameOnce) {
  CreditLedger ledger;
  ledger.add(1, {.accelerator = Accelerator::Cpu, .frames = 1});
  const auto task = task_of(5us);
  ledger.assign(1, task);
  EXPECT_TRUE(ledger.finish(1, task.get()));
  EXPECT_FALSE(ledger.finish(1, task.get()));
  EXPECT_EQ(ledger.choose(Accelerator::Cpu), 1u);
}

TEST(CreditLedger, HandsBackWhatALostWorkerHeld) {
  CreditLedger ledger;
  ledger.add(1, {.accelerator = Accelerator::Cuda, .frames = 4});
  ledger.assign(1, task_of(5ms));
  ledger.assign(1, task_of(5ms));
  EXPECT_EQ(ledger.remove(1).size(), 2u);
  EXPECT_FALSE(ledger.has(Accelerator::Cuda));
}

TEST(CreditLedger, GivesARetiredWorkerNothingMoreAndLetsItFinish) {
  CreditLedger ledger;
  ledger.add(1, {.accelerator = Accelerator::Cuda, .frames = 4});
  const auto task = task_of(5ms);
  ledger.assign(1, task);
  ledger.retire(1);
  EXPECT_FALSE(ledger.choose(Accelerator::Cuda));
  EXPECT_FALSE(ledger.has(Accelerator::Cuda));
  EXPECT_TRUE(ledger.finish(1, task.get()));
}

TEST(CreditLedger, FillsEverySlotOfADeviceWhateverItsFramesCost) {
  CreditLedger ledger;
  ledger.add(1, {.accelerator = Accelerator::Cuda, .frames = 2});
  ledger.assign(1, task_of(50ms));
  EXPECT_EQ(ledger.choose(Accelerator::Cuda), 1u);
}

WorkerCredit remote_credit(std::size_t at_a_time = 2, std::uint64_t bytes = 1000) {
  return {.frames = 16, .bytes = bytes, .at_a_time = at_a_time, .remote = true};
}

TEST(CreditLedger, AsksTheNetworkOnlyWhenNoLocalWorkerHasRoom) {
  CreditLedger ledger;
  ledger.add(1, remote_credit());
  ledger.add(2, {.frames = 8});
  EXPECT_EQ(ledger.choose(Accelerator::Cpu), 2u);
  ledger.assign(2, task_of(10ms));
  EXPECT_EQ(ledger.choose(Accelerator::Cpu), 1u);
}

TEST(CreditLedger, GivesARemoteNodeAsManyHeavyFramesAsItWorksOnAtATime) {
  CreditLedger ledger;
  ledger.add(1, remote_credit(3));
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(ledger.choose(Accelerator::Cpu));
    ledger.assign(1, task_of(10ms));
  }
  EXPECT_FALSE(ledger.choose(Accelerator::Cpu));
}

TEST(CreditLedger, GivesNoMoreOnceTheCreditInBytesIsUsed) {
  CreditLedger ledger;
  ledger.add(1, remote_credit(8, 1000));
  const auto large = task_of(1us);
  large->input_bytes = 1200;
  ASSERT_TRUE(ledger.choose(Accelerator::Cpu));
  ledger.assign(1, large);
  EXPECT_FALSE(ledger.choose(Accelerator::Cpu));
  EXPECT_TRUE(ledger.finish(1, large.get()));
  EXPECT_TRUE(ledger.choose(Accelerator::Cpu));
}

TEST(CreditLedger, SpreadsHeavyFramesOverRemoteNodes) {
  CreditLedger ledger;
  for (WorkerId node = 1; node <= 8; ++node) ledger.add(node, remote_credit(4));
  std::vector<int> given(9);
  for (int i = 0; i < 16; ++i) {
    const auto node = ledger.choose(Accelerator::Cpu);
    ASSERT_TRUE(node);
    ledger.assign(*node, task_of(10ms));
    ++given[*node];
  }
  for (WorkerId node = 1; node <= 8; ++node) EXPECT_LE(given[node], 3) << node;
}

}  // namespace
}  // namespace framewright::engine
