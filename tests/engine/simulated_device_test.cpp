#include "engine/simulated_device.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/picture_maker.hpp"

namespace framewright::engine {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;

class SimulatedDeviceTest : public testing::Test {
 protected:
  SimulatedDevice device(SimulatedDevice::Script script) {
    return {{.id = "simulated:0", .name = "Simulated", .slots = 4, .slot_bytes = 1 << 20},
            clock,
            std::move(script)};
  }
  void start(SimulatedDevice& on, int slot) {
    Reservation reservation;
    const Geometry geometry{8, 8, 3};
    on.start(slot, {plan, random_frame(geometry, pool), lend_frame(geometry, pool, reservation).value()},
             [this, slot](DeviceOutcome outcome) {
               done.push_back(slot);
               outcomes.push_back(std::move(outcome));
             });
  }
  void after(SimulatedDevice& on, std::chrono::nanoseconds time) {
    clock.advance(time);
    on.complete_due();
  }

  FrameBudget budget{16 << 20};
  FramePool pool{budget};
  ManualClock clock;
  std::shared_ptr<const Plan> plan = Plan::make(Pipeline::parse("invert").value(), {}).value();
  std::vector<int> done;
  std::vector<DeviceOutcome> outcomes;
};

TEST_F(SimulatedDeviceTest, CompletesWorkWhenItsTimeIsOver) {
  auto on = device({.service_time = milliseconds{5}});
  start(on, 0);
  after(on, milliseconds{4});
  EXPECT_THAT(done, IsEmpty());
  after(on, milliseconds{1});
  EXPECT_THAT(done, ElementsAre(0));
  EXPECT_TRUE(outcomes[0].result.has_value());
  EXPECT_EQ(outcomes[0].times.busy(), milliseconds{5});
}

TEST_F(SimulatedDeviceTest, CompletesInTheOrderInWhichWorkEnds) {
  auto on = device(
      {.service_time = milliseconds{5}, .service_time_of = {{0, milliseconds{9}}, {2, milliseconds{1}}}});
  for (int slot = 0; slot < 3; ++slot) start(on, slot);
  after(on, milliseconds{20});
  EXPECT_THAT(done, ElementsAre(2, 1, 0));
}

TEST_F(SimulatedDeviceTest, ComputesThePixelsWhenItHasAPool) {
  auto on = device({.pool = &pool});
  start(on, 0);
  after(on, milliseconds{1});
  const auto input = pixels_of(outcomes[0].work.input);
  auto expected = input;
  for (auto& value : expected) value = static_cast<std::uint8_t>(255 - value);
  EXPECT_EQ(pixels_of(outcomes[0].work.output), expected);
}

TEST_F(SimulatedDeviceTest, FailsOneWorkAndGoesOn) {
  auto on = device({.fault_of = {{0, SimulatedFault::FailsOnce}}});
  start(on, 0);
  start(on, 1);
  after(on, milliseconds{1});
  EXPECT_EQ(outcomes[0].result.error().code, ErrorCode::Internal);
  EXPECT_TRUE(outcomes[0].work.input.buffer);
  EXPECT_TRUE(outcomes[1].result.has_value());
  EXPECT_TRUE(on.healthy());
}

TEST_F(SimulatedDeviceTest, FailsEverythingUntilItIsReset) {
  auto on =
      device({.service_time_of = {{0, milliseconds{2}}}, .fault_of = {{1, SimulatedFault::FailsForGood}}});
  start(on, 0);
  start(on, 1);
  after(on, milliseconds{1});
  EXPECT_THAT(done, ElementsAre(1, 0));
  EXPECT_FALSE(on.healthy());
  start(on, 2);
  ASSERT_EQ(outcomes.size(), 3u);
  for (const auto& outcome : outcomes) {
    EXPECT_EQ(outcome.result.error().code, ErrorCode::AcceleratorUnavailable);
  }
  ASSERT_TRUE(on.reset().has_value());
  start(on, 3);
  after(on, milliseconds{1});
  EXPECT_TRUE(outcomes[3].result.has_value());
}

TEST_F(SimulatedDeviceTest, HangsUntilItIsReset) {
  auto on = device({.fault_of = {{0, SimulatedFault::Hangs}}});
  start(on, 0);
  EXPECT_EQ(on.next_completion(), std::nullopt);
  after(on, std::chrono::hours{1});
  EXPECT_THAT(done, IsEmpty());
  ASSERT_TRUE(on.reset().has_value());
  EXPECT_THAT(done, ElementsAre(0));
  EXPECT_TRUE(outcomes[0].work.input.buffer);
  EXPECT_TRUE(on.healthy());
}

TEST_F(SimulatedDeviceTest, StaysAwayOnceItHasVanished) {
  auto on = device({.fault_of = {{0, SimulatedFault::Vanishes}}});
  start(on, 0);
  after(on, milliseconds{1});
  EXPECT_FALSE(on.reset().has_value());
  EXPECT_FALSE(on.healthy());
}

TEST_F(SimulatedDeviceTest, CallsBackForWhatStillRunsWhenItEnds) {
  {
    auto on = device({});
    start(on, 0);
  }
  EXPECT_THAT(done, ElementsAre(0));
}

TEST_F(SimulatedDeviceTest, RunsABatchInTheTimeOfOneWork) {
  auto on = device({.service_time = milliseconds{6}, .pool = &pool});
  std::vector<DeviceWork> works;
  for (int side = 1; side <= 3; ++side) {
    Reservation reservation;
    const Geometry geometry{side, 2, 3};
    works.push_back({plan, random_frame(geometry, pool, static_cast<unsigned>(side)),
                     lend_frame(geometry, pool, reservation).value()});
  }
  std::vector<DeviceOutcome> made;
  on.start_batch(1, std::move(works), [&](std::vector<DeviceOutcome> all) { made = std::move(all); });
  EXPECT_EQ(on.started(), 1U);
  after(on, milliseconds{6});
  ASSERT_EQ(made.size(), 3U);
  for (const auto& outcome : made) {
    ASSERT_TRUE(outcome.result.has_value());
    EXPECT_EQ(outcome.times.busy(), milliseconds{2});
    EXPECT_EQ(outcome.work.output.view().row(1)[0], 255 - outcome.work.input.view().row(1)[0]);
  }
}

TEST_F(SimulatedDeviceTest, RunsOnlyWhatFitsASlot) {
  const auto on = device({});
  EXPECT_TRUE(on.can_run(*plan, {500, 500, 3}));
  EXPECT_FALSE(on.can_run(*plan, {1000, 1000, 3}));
}

}  // namespace
}  // namespace framewright::engine
