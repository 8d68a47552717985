#include "engine/circuit_breaker.hpp"

#include <gtest/gtest.h>

namespace framewright::engine {
namespace {

using namespace std::chrono_literals;

class CircuitBreakerOf3 : public ::testing::Test {
 protected:
  void fail(int times) {
    for (int i = 0; i < times; ++i) breaker.failed(clock.now());
  }
  BreakerState look() { return breaker.look(clock.now()); }

  ManualClock clock;
  CircuitBreaker breaker{
      {.failures_in_a_row = 3, .failures_of_latest = 10, .first_pause = 100ms, .longest_pause = 300ms}};
};

TEST_F(CircuitBreakerOf3, OpensAfterFailuresInARow) {
  fail(2);
  EXPECT_EQ(look(), BreakerState::Closed);
  fail(1);
  EXPECT_EQ(look(), BreakerState::Open);
  EXPECT_EQ(breaker.openings(), 1u);
}

TEST_F(CircuitBreakerOf3, StaysClosedWhileSuccessesComeBetween) {
  for (int i = 0; i < 100; ++i) {
    fail(1);
    breaker.succeeded();
    breaker.succeeded();
  }
  EXPECT_EQ(look(), BreakerState::Closed);
}

TEST_F(CircuitBreakerOf3, OpensWhenHalfOfTheLatestFailed) {
  for (int i = 0; i < 9; ++i) {
    fail(1);
    breaker.succeeded();
  }
  EXPECT_EQ(look(), BreakerState::Closed) << "too few to judge by";
  fail(1);
  breaker.succeeded();
  fail(1);
  EXPECT_EQ(look(), BreakerState::Open);
}

TEST_F(CircuitBreakerOf3, ProbesAfterItsPause) {
  fail(3);
  clock.advance(99ms);
  EXPECT_EQ(look(), BreakerState::Open);
  clock.advance(1ms);
  EXPECT_EQ(look(), BreakerState::HalfOpen);
}

TEST_F(CircuitBreakerOf3, ClosesWhenTheProbeSucceedsAndThenToleratesAsBefore) {
  fail(3);
  clock.advance(100ms);
  look();
  breaker.succeeded();
  EXPECT_EQ(look(), BreakerState::Closed);
  fail(2);
  EXPECT_EQ(look(), BreakerState::Closed);
}

TEST_F(CircuitBreakerOf3, PausesTwiceAsLongAfterEachFailedProbeUpToItsLongest) {
  fail(3);
  for (const auto pause : {100ms, 200ms, 300ms, 300ms}) {
    EXPECT_EQ(breaker.pause(), pause);
    clock.advance(pause - 1ms);
    EXPECT_EQ(look(), BreakerState::Open);
    clock.advance(1ms);
    EXPECT_EQ(look(), BreakerState::HalfOpen);
    fail(1);
    EXPECT_EQ(look(), BreakerState::Open);
  }
}

TEST_F(CircuitBreakerOf3, StartsWithTheFirstPauseAgainOnceItWasClosed) {
  fail(3);
  clock.advance(100ms);
  look();
  fail(1);
  clock.advance(200ms);
  look();
  breaker.succeeded();
  fail(3);
  EXPECT_EQ(breaker.pause(), 100ms);
}

TEST_F(CircuitBreakerOf3, TakesNoNoticeOfWhatEndsWhileItIsOpen) {
  fail(3);
  breaker.succeeded();
  fail(5);
  EXPECT_EQ(look(), BreakerState::Open);
  EXPECT_EQ(breaker.openings(), 1u);
  EXPECT_EQ(breaker.pause(), 100ms);
}

}  // namespace
}  // namespace framewright::engine
