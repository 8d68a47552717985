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
  ledger.add(1, Accelerator::Cpu, 8);
  ledger.assign(1, task_of(10ms));
  EXPECT_FALSE(ledger.choose(Accelerator::Cpu));
}

TEST(CreditLedger, GivesTinyFramesInNumbersUpToTheCredit) {
  CreditLedger ledger;
  ledger.add(1, Accelerator::Cpu, 3);
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(ledger.choose(Accelerator::Cpu), 1u);
    ledger.assign(1, task_of(1us));
  }
  EXPECT_FALSE(ledger.choose(Accelerator::Cpu));
}

TEST(CreditLedger, PrefersTheLeastLoadedWorker) {
  CreditLedger ledger;
  ledger.add(1, Accelerator::Cpu, 8);
  ledger.add(2, Accelerator::Cpu, 8);
  ledger.assign(1, task_of(5us));
  EXPECT_EQ(ledger.choose(Accelerator::Cpu), 2u);
}

TEST(CreditLedger, ReturnsTheCreditOfAFinishedFrameOnce) {
  CreditLedger ledger;
  ledger.add(1, Accelerator::Cpu, 1);
  const auto task = task_of(5us);
  ledger.assign(1, task);
  EXPECT_TRUE(ledger.finish(1, task.get()));
  EXPECT_FALSE(ledger.finish(1, task.get()));
  EXPECT_EQ(ledger.choose(Accelerator::Cpu), 1u);
}

TEST(CreditLedger, HandsBackWhatALostWorkerHeld) {
  CreditLedger ledger;
  ledger.add(1, Accelerator::Cuda, 4);
  ledger.assign(1, task_of(5ms));
  ledger.assign(1, task_of(5ms));
  EXPECT_EQ(ledger.remove(1).size(), 2u);
  EXPECT_FALSE(ledger.has(Accelerator::Cuda));
}

TEST(CreditLedger, GivesARetiredWorkerNothingMoreAndLetsItFinish) {
  CreditLedger ledger;
  ledger.add(1, Accelerator::Cuda, 4);
  const auto task = task_of(5ms);
  ledger.assign(1, task);
  ledger.retire(1);
  EXPECT_FALSE(ledger.choose(Accelerator::Cuda));
  EXPECT_FALSE(ledger.has(Accelerator::Cuda));
  EXPECT_TRUE(ledger.finish(1, task.get()));
}

TEST(CreditLedger, FillsEverySlotOfADeviceWhateverItsFramesCost) {
  CreditLedger ledger;
  ledger.add(1, Accelerator::Cuda, 2);
  ledger.assign(1, task_of(50ms));
  EXPECT_EQ(ledger.choose(Accelerator::Cuda), 1u);
}

}  // namespace
}  // namespace framewright::engine
