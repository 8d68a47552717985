#include "engine/restart_policy.hpp"

#include <gtest/gtest.h>

namespace framewright::engine {
namespace {

using namespace std::chrono_literals;

TEST(RestartPolicy, WaitsTwiceAsLongAfterEachFailure) {
  RestartPolicy policy({.first_delay = 10ms, .longest_delay = 1000ms, .failures = 5, .window = 10'000ms});
  const SteadyTime now{};
  EXPECT_EQ(policy.failed(now), 10ms);
  EXPECT_EQ(policy.failed(now), 20ms);
  EXPECT_EQ(policy.failed(now), 40ms);
}

TEST(RestartPolicy, NeverWaitsLongerThanItsLongestDelay) {
  RestartPolicy policy({.first_delay = 10ms, .longest_delay = 25ms, .failures = 100, .window = 10'000ms});
  for (int i = 0; i < 90; ++i) EXPECT_LE(policy.failed(SteadyTime{}), 25ms);
}

TEST(RestartPolicy, GivesUpAfterTooManyFailuresInItsWindow) {
  RestartPolicy policy({.first_delay = 10ms, .longest_delay = 1000ms, .failures = 2, .window = 1'000ms});
  EXPECT_TRUE(policy.failed(SteadyTime{0ms}));
  EXPECT_TRUE(policy.failed(SteadyTime{1ms}));
  EXPECT_FALSE(policy.failed(SteadyTime{2ms}));
}

TEST(RestartPolicy, ForgetsFailuresOlderThanItsWindow) {
  RestartPolicy policy({.first_delay = 10ms, .longest_delay = 1000ms, .failures = 1, .window = 1'000ms});
  EXPECT_TRUE(policy.failed(SteadyTime{0ms}));
  EXPECT_TRUE(policy.failed(SteadyTime{1'500ms}));
}

}  // namespace
}  // namespace framewright::engine
