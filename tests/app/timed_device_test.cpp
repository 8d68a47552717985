#include "app/timed_device.hpp"

#include <gtest/gtest.h>

#include <future>

#include "tests/engine/picture_maker.hpp"

namespace framewright::app {
namespace {

using namespace std::chrono_literals;

class TimedDeviceTest : public testing::Test {
 protected:
  std::future<engine::DeviceOutcome> start(TimedDevice& on) {
    engine::Reservation reservation;
    const engine::Geometry geometry{8, 8, 3};
    auto promise = std::make_shared<std::promise<engine::DeviceOutcome>>();
    auto output = engine::lend_frame(geometry, pool, reservation).value();
    on.start(0, {plan, engine::random_frame(geometry, pool), std::move(output)},
             [promise](engine::DeviceOutcome outcome) { promise->set_value(std::move(outcome)); });
    return promise->get_future();
  }

  engine::FrameBudget budget{16 << 20};
  engine::FramePool pool{budget};
  std::shared_ptr<const engine::Plan> plan =
      engine::Plan::make(engine::Pipeline::parse("invert").value(), {}).value();
};

TEST_F(TimedDeviceTest, TakesItsTimeForEachFrame) {
  TimedDevice device(20ms, 1 << 20, pool);
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 2; ++i) {
    const auto outcome = start(device).get();
    EXPECT_TRUE(outcome.result.has_value());
    EXPECT_EQ(outcome.times.busy(), 20ms);
    EXPECT_EQ(outcome.work.output.view().row(0)[0], 255 - outcome.work.input.view().row(0)[0]);
  }
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 40ms);
}

TEST_F(TimedDeviceTest, CallsBackForWhatItWasStillDoing) {
  std::future<engine::DeviceOutcome> late;
  {
    TimedDevice device(1h, 1 << 20, pool);
    late = start(device);
  }
  EXPECT_FALSE(late.get().result.has_value());
}

}  // namespace
}  // namespace framewright::app
