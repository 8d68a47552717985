#include "engine/latency_window.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace framewright::engine {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

TEST(LatencyWindow, KnowsNothingBeforeTheFirstAnswer) {
  const ManualClock clock;
  const LatencyWindow window;
  EXPECT_EQ(window.percentile(0.5, clock.now()), nanoseconds{0});
  EXPECT_EQ(window.frames_per_second(clock.now()), 0);
}

TEST(LatencyWindow, FindsPercentilesToFivePercent) {
  const ManualClock clock;
  LatencyWindow window;
  std::mt19937 random{11};
  std::vector<nanoseconds> latencies;
  for (int i = 0; i < 5000; ++i) {
    const auto exponent = std::uniform_real_distribution<double>{4.5, 10.5}(random);  // 32 us to 32 s
    latencies.emplace_back(static_cast<std::int64_t>(std::pow(10.0, exponent)));
    window.record(latencies.back(), clock.now());
  }
  std::sort(latencies.begin(), latencies.end());
  for (const double share : {0.01, 0.5, 0.9, 0.99}) {
    const auto exact = latencies[static_cast<std::size_t>(share * 5000) - 1];
    const auto found = window.percentile(share, clock.now());
    EXPECT_NEAR(static_cast<double>(found.count()) / static_cast<double>(exact.count()), 1.0, 0.07) << share;
  }
}

TEST(LatencyWindow, CountsTheFramesOfTheLastSecond) {
  ManualClock clock;
  LatencyWindow window;
  for (int i = 0; i < 100; ++i) {
    window.record(milliseconds{5}, clock.now());
    clock.advance(milliseconds{25});
  }
  EXPECT_DOUBLE_EQ(window.frames_per_second(clock.now()), 40);
}

TEST(LatencyWindow, CountsFromTheStartWhenThatIsLessThanASecondAgo) {
  ManualClock clock;
  LatencyWindow window;
  for (int i = 0; i < 20; ++i) {
    window.record(milliseconds{5}, clock.now());
    clock.advance(milliseconds{25});
  }
  EXPECT_DOUBLE_EQ(window.frames_per_second(clock.now()), 40);
}

TEST(LatencyWindow, ForgetsWhatIsOld) {
  ManualClock clock;
  LatencyWindow window;
  window.record(milliseconds{900}, clock.now());
  clock.advance(milliseconds{1300});
  window.record(milliseconds{1}, clock.now());
  EXPECT_LT(window.percentile(1.0, clock.now()), milliseconds{2});
  clock.advance(std::chrono::hours{1});
  EXPECT_EQ(window.percentile(1.0, clock.now()), nanoseconds{0});
  EXPECT_EQ(window.frames_per_second(clock.now()), 0);
}

TEST(LatencyWindow, TakesLatenciesBeyondItsRangeAtTheEdge) {
  const ManualClock clock;
  LatencyWindow window;
  window.record(nanoseconds{0}, clock.now());
  EXPECT_LT(window.percentile(1.0, clock.now()), microseconds{20});
  window.record(std::chrono::hours{1}, clock.now());
  EXPECT_GT(window.percentile(1.0, clock.now()), std::chrono::seconds{60});
}

}  // namespace
}  // namespace framewright::engine
