#include "engine/metrics.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace framewright::engine {
namespace {

using namespace std::chrono_literals;

class FrameMeasurementTest : public testing::Test {
 protected:
  /// What is measured of a frame that arrives now, is answered 20 ms later, and bears `capture_us`.
  FrameMeasurement measure(std::int64_t capture_us) {
    FrameTask task;
    task.capture_us = capture_us;
    task.plan = plans.get(Pipeline{}).value();
    task.admitted_at = clock.now();
    task.answer = EncodedFrame{};
    clock.advance(20ms);
    return measurement_of(task, "websocket", clock);
  }

  ManualClock clock;
  PlanCache plans{ImageLimits{}, 4};
};

TEST_F(FrameMeasurementTest, CountsFromAdmissionToAnswer) {
  const auto measured = measure(0);
  EXPECT_EQ(measured.total, 20ms);
  EXPECT_EQ(measured.since_capture, std::nullopt);
}

TEST_F(FrameMeasurementTest, KnowsTheAgeOfAFrameThatTellsWhenItWasCaptured) {
  EXPECT_EQ(measure(unix_us(clock.wall_now() - 30ms)).since_capture, 50ms);
}

TEST_F(FrameMeasurementTest, TrustsNoCaptureTimeOfAnotherClock) {
  constexpr std::int64_t kMediaTimeUs = 40'000;
  for (const auto capture_us :
       {kMediaTimeUs, std::int64_t{-1}, unix_us(clock.wall_now() + 1h),
        std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()}) {
    EXPECT_EQ(measure(capture_us).since_capture, std::nullopt) << capture_us;
  }
}

}  // namespace
}  // namespace framewright::engine
