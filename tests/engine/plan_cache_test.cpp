#include <gtest/gtest.h>

#include <thread>

#include "engine/plan.hpp"

namespace framewright::engine {
namespace {

TEST(PlanCache, GivesEqualPipelinesOnePlan) {
  PlanCache cache{{}, 8};
  const auto first = cache.get("sepia:intensity=0.5").value();
  EXPECT_EQ(cache.get(" sepia:intensity=0.50 ").value(), first);
  EXPECT_EQ(cache.get(Pipeline::parse("sepia:intensity=0.5").value()).value(), first);
}

TEST(PlanCache, ForgetsThePlanThatWasUsedLongestAgo) {
  PlanCache cache{{}, 2};
  const auto invert = cache.get("invert").value();
  const auto grayscale = cache.get("grayscale:algorithm=bt601").value();
  EXPECT_EQ(cache.get("invert").value(), invert);
  EXPECT_NE(cache.get("sepia:intensity=1").value(), nullptr);
  EXPECT_EQ(cache.get("invert").value(), invert);
  EXPECT_NE(cache.get("grayscale:algorithm=bt601").value(), grayscale);
}

TEST(PlanCache, StaysWithinItsCapacity) {
  PlanCache cache{{}, 3};
  for (int i = 0; i < 50; ++i) {
    ASSERT_TRUE(cache.get("sepia:intensity=0." + std::to_string(i)).has_value());
    ASSERT_LE(cache.size(), 3u);
  }
}

TEST(PlanCache, KeepsNoMistakes) {
  PlanCache cache{{}, 8};
  EXPECT_EQ(cache.get("nonsense").error().code, ErrorCode::UnknownFilter);
  EXPECT_EQ(cache.size(), 0u);
}

TEST(PlanCache, AppliesTheLimitOfFilters) {
  PlanCache cache{{}, 8, 1};
  EXPECT_EQ(cache.get("invert|sepia").error().code, ErrorCode::InvalidPipeline);
}

TEST(PlanCache, ServesManyThreads) {
  PlanCache cache{{}, 2};
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&cache, thread] {
      for (int i = 0; i < 300; ++i) {
        const auto text = "gamma:gamma=" + std::to_string(1 + (i + thread) % 5);
        EXPECT_EQ(cache.get(text).value()->pipeline_text(), text);
      }
    });
  }
}

}  // namespace
}  // namespace framewright::engine
