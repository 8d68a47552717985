#include "engine/frame_budget.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <thread>
#include <vector>

namespace framewright::engine {
namespace {

TEST(FrameBudget, GivesBackWhatAReservationHeld) {
  FrameBudget budget(100);
  {
    const auto reservation = budget.reserve(60);
    ASSERT_TRUE(reservation);
    EXPECT_EQ(budget.used_bytes(), 60u);
  }
  EXPECT_EQ(budget.used_bytes(), 0u);
  EXPECT_EQ(budget.peak_bytes(), 60u);
}

TEST(FrameBudget, RefusesByNumbersWhenItIsUsedUp) {
  FrameBudget budget(100);
  const auto first = budget.reserve(60);
  const auto second = budget.reserve(41);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::Overloaded);
  EXPECT_NE(second.error().detail.find("60 of 100 bytes are used, the frame needs 41"), std::string::npos);
}

TEST(FrameBudget, NamesAFrameThatCanNeverFitTooLarge) {
  FrameBudget budget(100);
  const auto result = budget.reserve(101);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::ImageTooLarge);
}

TEST(FrameBudget, RefusesTheLargestNumberWithoutOverflow) {
  FrameBudget budget(UINT64_MAX);
  const auto some = budget.reserve(10);
  EXPECT_FALSE(budget.reserve(UINT64_MAX));
}

TEST(FrameBudgetDeathTest, StopsTheProcessWhenItEndsBeforeAReservation) {
  EXPECT_DEATH(
      {
        std::optional<FrameBudget> budget;
        budget.emplace(100u);
        auto reservation = budget->reserve(1);
        budget.reset();
      },
      "check failed");
}

TEST(Reservation, SplitsWithoutAskingTheBudget) {
  FrameBudget budget(100);
  auto whole = budget.reserve(100).value().split(100);
  ASSERT_TRUE(whole);
  auto part = whole->split(30);
  ASSERT_TRUE(part);
  EXPECT_EQ(part->bytes(), 30u);
  EXPECT_EQ(whole->bytes(), 70u);
  EXPECT_EQ(budget.used_bytes(), 100u);
}

TEST(Reservation, SplitsMoreThanItHoldsWhileTheBudgetCanAdd) {
  FrameBudget budget(100);
  auto reservation = budget.reserve(20).value().split(20);
  ASSERT_TRUE(reservation);
  const auto part = reservation->split(50);
  ASSERT_TRUE(part);
  EXPECT_EQ(part->bytes(), 50u);
  EXPECT_EQ(reservation->bytes(), 0u);
  EXPECT_EQ(budget.used_bytes(), 50u);
}

TEST(Reservation, KeepsWhatItHeldWhenASplitFails) {
  FrameBudget budget(100);
  const auto other = budget.reserve(70);
  auto reservation = budget.reserve(20);
  ASSERT_TRUE(reservation);
  const auto part = reservation->split(40);
  ASSERT_FALSE(part);
  EXPECT_EQ(part.error().code, ErrorCode::Overloaded);
  EXPECT_EQ(reservation->bytes(), 20u);
}

TEST(Reservation, HasNothingToSplitWithoutABudget) {
  Reservation none;
  const auto part = none.split(1);
  ASSERT_FALSE(part);
  EXPECT_EQ(part.error().code, ErrorCode::Overloaded);
  EXPECT_TRUE(none.split(0));
}

TEST(Reservation, MergesSharesOfOneBudget) {
  FrameBudget budget(100);
  Reservation sum;
  sum.merge(std::move(budget.reserve(10)).value());
  sum.merge(std::move(budget.reserve(20)).value());
  EXPECT_EQ(sum.bytes(), 30u);
  sum.release();
  EXPECT_EQ(budget.used_bytes(), 0u);
}

TEST(Reservation, GivesBackItsOldShareWhenAssigned) {
  FrameBudget budget(100);
  auto first = budget.reserve(10);
  auto second = budget.reserve(20);
  *first = std::move(*second);
  EXPECT_EQ(budget.used_bytes(), 20u);
}

TEST(FrameBudgetWait, ServesAtOnceWhenThereIsRoom) {
  FrameBudget budget(100);
  Reservation got;
  budget.wait_for(40, [&](Reservation reservation) { got = std::move(reservation); });
  EXPECT_EQ(got.bytes(), 40u);
}

TEST(FrameBudgetWait, ServesInTheOrderOfAskingAndLetsNoSmallerOnePass) {
  FrameBudget budget(100);
  auto holder = budget.reserve(90);
  std::vector<int> order;
  std::vector<Reservation> held;
  const auto keep = [&](int who) {
    return [&order, &held, who](Reservation reservation) {
      order.push_back(who);
      held.push_back(std::move(reservation));
    };
  };
  budget.wait_for(60, keep(1));
  budget.wait_for(5, keep(2));
  EXPECT_TRUE(order.empty());
  holder->release();
  EXPECT_EQ(order, (std::vector<int>{1, 2}));
  EXPECT_EQ(budget.used_bytes(), 65u);
}

TEST(FrameBudgetWait, ServesTheNextWhenOneLetsItsShareGo) {
  FrameBudget budget(100);
  auto holder = budget.reserve(100);
  int served = 0;
  for (int i = 0; i < 10'000; ++i) budget.wait_for(100, [&](Reservation) { ++served; });
  holder->release();
  EXPECT_EQ(served, 10'000);
  EXPECT_EQ(budget.used_bytes(), 0u);
}

TEST(FrameBudgetWait, ServesThoseBehindAWaiterThatGaveUp) {
  FrameBudget budget(100);
  auto holder = budget.reserve(50);
  bool first_called = false;
  Reservation got;
  const auto ticket = budget.wait_for(80, [&](Reservation) { first_called = true; });
  budget.wait_for(40, [&](Reservation reservation) { got = std::move(reservation); });
  EXPECT_EQ(got.bytes(), 0u);
  budget.cancel_wait(ticket);
  EXPECT_EQ(got.bytes(), 40u);
  EXPECT_FALSE(first_called);
}

TEST(FrameBudgetWait, MayBeAskedFromWithinACallback) {
  FrameBudget budget(100);
  auto holder = budget.reserve(100);
  int depth = 0;
  std::function<void(Reservation)> again = [&](Reservation) {
    if (++depth < 3) budget.wait_for(100, again);
  };
  budget.wait_for(100, again);
  holder->release();
  EXPECT_EQ(depth, 3);
}

TEST(FrameBudgetWait, LosesNoWaiterAmongThreads) {
  FrameBudget budget(4);
  std::atomic<int> served{0};
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&budget, &served] {
      for (int i = 0; i < 2000; ++i) {
        auto direct = budget.reserve(1 + static_cast<std::uint64_t>(i) % 3);
        budget.wait_for(1 + static_cast<std::uint64_t>(i) % 4, [&served](Reservation) { ++served; });
      }
    });
  }
  threads.clear();
  EXPECT_EQ(served.load(), 8000);
  EXPECT_EQ(budget.used_bytes(), 0u);
  EXPECT_LE(budget.peak_bytes(), 4u);
}

TEST(FrameBudget, LendsAShareNoMoreThanTheShareAndCountsItInTheWhole) {
  FrameBudget whole{100};
  FrameBudget share{25, whole};
  auto first = share.reserve(20);
  ASSERT_TRUE(first);
  EXPECT_EQ(whole.used_bytes(), 20u);
  EXPECT_EQ(share.reserve(10).error().code, ErrorCode::Overloaded);
  EXPECT_TRUE(whole.reserve(80));
}

TEST(FrameBudget, TakesWhatWasReservedInItsShareIntoAReservationOfTheWhole) {
  FrameBudget whole{100};
  FrameBudget share{25, whole};
  auto sum = whole.reserve(10);
  sum->merge(std::move(share.reserve(20)).value());
  EXPECT_EQ(sum->bytes(), 30U);
  EXPECT_EQ(share.used_bytes(), 0U);
  EXPECT_EQ(whole.used_bytes(), 30U);
}

TEST(FrameBudget, ServesTheWaitersOfAShareWhenBytesLeaveItForTheWhole) {
  FrameBudget whole{100};
  FrameBudget share{25, whole};
  auto input = share.reserve(20);
  Reservation got;
  share.wait_for(25, [&](Reservation reservation) { got = std::move(reservation); });
  auto work = whole.reserve(1);
  work->merge(std::move(input).value());
  EXPECT_EQ(got.bytes(), 25U);
}

TEST(FrameBudget, ServesTheWaitersOfAShareWhenTheWholeHasBytesAgain) {
  FrameBudget whole{100};
  FrameBudget share{25, whole};
  auto all = whole.reserve(100);
  ASSERT_TRUE(all);
  Reservation got;
  share.wait_for(20, [&](Reservation reservation) { got = std::move(reservation); });
  EXPECT_EQ(got.bytes(), 0u);
  all->release();
  EXPECT_EQ(got.bytes(), 20u);
}

TEST(FrameBudget, KeepsAShareThatTheWholeRefusesUntouched) {
  FrameBudget whole{100};
  FrameBudget share{25, whole};
  auto most = whole.reserve(90);
  ASSERT_TRUE(most);
  EXPECT_FALSE(share.reserve(20));
  EXPECT_EQ(share.used_bytes(), 0u);
}

}  // namespace
}  // namespace framewright::engine
