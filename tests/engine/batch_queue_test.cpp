#include "engine/batch_queue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace framewright::engine {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Queue = BatchQueue<int>;

constexpr FreeSlots kIdle{4, 4};
constexpr FreeSlots kBusy{2, 4};
constexpr FreeSlots kLast{1, 4};

class BatchQueueTest : public testing::Test {
 protected:
  struct Kind {
    std::shared_ptr<const Plan> plan = {};
    std::uint64_t bytes = 100;
    WorkClass work_class = WorkClass::Live;
    std::optional<SteadyTime> deadline = {};
  };
  void push(int item, Kind kind) {
    queue.push({item, kind.plan ? kind.plan : invert, kind.bytes, kind.work_class, kind.deadline}, now);
  }
  void push(int item) { push(item, {}); }
  std::vector<int> take(FreeSlots slots = kBusy) { return queue.take(slots, now); }

  const std::shared_ptr<const Plan> invert = std::make_shared<Plan>();
  const std::shared_ptr<const Plan> sepia = std::make_shared<Plan>();
  SteadyTime now{1000s};
  Queue queue{{.delay = 2ms, .pictures = 4, .bytes = 1000, .small_bytes = 200}};
};

TEST_F(BatchQueueTest, GathersWhatComesWithinTheDelay) {
  push(1);
  now += 1ms;
  push(2);
  EXPECT_THAT(take(), IsEmpty());
  EXPECT_EQ(queue.next_after(now), now + 1ms);
  now += 1ms;
  EXPECT_THAT(take(), ElementsAre(1, 2));
  EXPECT_EQ(queue.size(), 0U);
  EXPECT_FALSE(queue.next_after(now));
}

TEST_F(BatchQueueTest, GoesAtOnceWhenItIsFull) {
  for (int i = 1; i <= 6; ++i) push(i);
  EXPECT_THAT(take(), ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(take(), IsEmpty());
  EXPECT_EQ(queue.size(), 2U);
}

TEST_F(BatchQueueTest, IsFullOfBytesToo) {
  Queue narrow({.delay = 2ms, .pictures = 4, .bytes = 300, .small_bytes = 200});
  for (int i = 1; i <= 3; ++i) narrow.push({i, invert, 150}, now);
  EXPECT_THAT(narrow.take(kBusy, now), ElementsAre(1, 2));
}

TEST_F(BatchQueueTest, LetsNothingWaitWhileTheDeviceIsIdle) {
  push(1);
  EXPECT_THAT(take(kIdle), ElementsAre(1));
}

TEST_F(BatchQueueTest, GathersOnePlanAtATimeAndLetsOthersPass) {
  push(1);
  push(2, {.plan = sepia});
  push(3);
  for (int i = 4; i <= 6; ++i) push(i, {.plan = sepia});
  EXPECT_THAT(take(), ElementsAre(2, 4, 5, 6)) << "full";
  now += 2ms;
  EXPECT_THAT(take(), ElementsAre(1, 3));
}

TEST_F(BatchQueueTest, LetsALargePictureGoAloneAndAtOnce) {
  push(1);
  push(2, {.bytes = 900});
  push(3);
  EXPECT_THAT(take(), ElementsAre(2));
  now += 2ms;
  EXPECT_THAT(take(), ElementsAre(1, 3));
}

TEST_F(BatchQueueTest, WaitsForHalfOfTheTimeToADeadlineAtMost) {
  push(1, {.deadline = now + 1ms});
  EXPECT_EQ(queue.next_after(now), now + 500us);
  push(2);
  now += 500us;
  EXPECT_THAT(take(), ElementsAre(1, 2));
  push(3, {.deadline = now - 1ms});
  EXPECT_THAT(take(), ElementsAre(3)) << "late already";
  push(4, {.deadline = now + 1h});
  EXPECT_EQ(queue.next_after(now), now + 2ms);
}

TEST_F(BatchQueueTest, TakesLivePicturesBeforeThoseOfJobsAndNeverTogether) {
  push(1, {.work_class = WorkClass::Job});
  push(2);
  now += 2ms;
  EXPECT_THAT(take(), ElementsAre(2));
  EXPECT_THAT(take(), ElementsAre(1));
}

TEST_F(BatchQueueTest, KeepsTheLastSlotForLivePicturesThatGather) {
  push(1, {.bytes = 900, .work_class = WorkClass::Job});
  push(2);
  EXPECT_THAT(take(kLast), IsEmpty());
  EXPECT_EQ(queue.next_after(now), now + 2ms) << "for the live one, although the other could go";
  EXPECT_THAT(take(kBusy), ElementsAre(1));
}

TEST_F(BatchQueueTest, KeepsTheLastSlotWhileLivePicturesComeWhereThereAreTwo) {
  push(1, {.bytes = 900});
  EXPECT_THAT(take(), ElementsAre(1));
  push(2, {.bytes = 900, .work_class = WorkClass::Job});
  now += 999ms;
  EXPECT_THAT(take(kLast), IsEmpty()) << "the next live one may come now";
  EXPECT_THAT(queue.take({1, 1}, now), ElementsAre(2)) << "there is no other for jobs";
  push(3, {.bytes = 900, .work_class = WorkClass::Job});
  now += 1ms;
  EXPECT_THAT(take(kLast), ElementsAre(3));
}

TEST_F(BatchQueueTest, GathersNothingWithoutADelay) {
  Queue off({.delay = 0ms, .pictures = 4, .bytes = 1000, .small_bytes = 200});
  for (int i = 1; i <= 2; ++i) off.push({i, invert, 10}, now);
  EXPECT_THAT(off.take(kBusy, now), ElementsAre(1));
  EXPECT_THAT(off.take(kBusy, now), ElementsAre(2));
}

TEST_F(BatchQueueTest, TakesNothingWithoutASlotAndGivesAllBackWhenAsked) {
  push(1, {.work_class = WorkClass::Job});
  push(2);
  now += 1h;
  EXPECT_THAT(take({0, 4}), IsEmpty());
  EXPECT_THAT(queue.take_all(), ElementsAre(2, 1));
  EXPECT_EQ(queue.size(), 0U);
}

}  // namespace
}  // namespace framewright::engine
