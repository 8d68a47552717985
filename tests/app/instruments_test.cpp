#include "app/instruments.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace framewright::app {
namespace {

using namespace std::chrono_literals;

TEST(LatencyHistogram, CountsALatencyInTheBucketThatItsBoundCloses) {
  LatencyHistogram histogram;
  histogram.record(0ns);
  histogram.record(50us);
  histogram.record(50'001ns);
  histogram.record(10s);
  histogram.record(11s);
  const auto counts = histogram.snapshot().counts;
  EXPECT_EQ(counts[0], 2u);
  EXPECT_EQ(counts[1], 1u);
  EXPECT_EQ(counts[LatencyHistogram::kBuckets - 2], 1u);
  EXPECT_EQ(counts[LatencyHistogram::kBuckets - 1], 1u);
}

TEST(LatencyHistogram, SumsSeconds) {
  LatencyHistogram histogram;
  histogram.record(1500ms);
  histogram.record(500ms);
  EXPECT_DOUBLE_EQ(histogram.snapshot().sum_seconds, 2.0);
}

TEST(Labelled, GivesTheSameCellForTheSameLabels) {
  Labelled<Counter, 2> cells(8);
  auto& cell = cells.at({"cpu", "rest"});
  EXPECT_EQ(&cell, &cells.at({"cpu", "rest"}));
  EXPECT_NE(&cell, &cells.at({"cuda", "rest"}));
}

TEST(Labelled, CallsWhatComesAfterTheLimitOther) {
  Labelled<Counter, 1> cells(2);
  for (const auto* label : {"a", "b", "c", "d", "a"}) ++cells.at({label});
  std::map<std::string, std::uint64_t> seen;
  cells.for_each([&seen](const auto& labels, const Counter& count) { seen[labels[0]] = count; });
  EXPECT_EQ(seen, (std::map<std::string, std::uint64_t>{{"a", 2}, {"b", 1}, {"other", 2}}));
}

TEST(Labelled, LosesNoCountAmongThreads) {
  Labelled<Counter, 1> cells(4);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&cells] {
      for (int i = 0; i < 10'000; ++i) ++cells.at({i % 2 == 0 ? "even" : "odd"});
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(cells.at({"even"}), 20'000u);
  EXPECT_EQ(cells.at({"odd"}), 20'000u);
}

}  // namespace
}  // namespace framewright::app
