#include "kernels/graph_cache.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace framewright::kernels {
namespace {

using Graph = std::shared_ptr<int>;

GraphKey key_of(std::uint64_t work, int width_px = 64) { return {{work}, {width_px, 48, 3}}; }

/// Two times, and what was captured is kept.
void make_graph(GraphCache<Graph>& cache, const GraphKey& key, const Graph& graph) {
  cache.take(key);
  ASSERT_EQ(cache.take(key), GraphTurn::Capture);
  cache.keep(graph);
}

TEST(GraphCache, CapturesWorkThatComesAgainAndReplaysItFromThenOn) {
  GraphCache<Graph> cache(4);
  EXPECT_EQ(cache.take(key_of(1)), GraphTurn::Direct);
  EXPECT_EQ(cache.take(key_of(1)), GraphTurn::Capture);
  const auto graph = std::make_shared<int>(7);
  cache.keep(graph);
  EXPECT_EQ(cache.take(key_of(1)), GraphTurn::Replay);
  EXPECT_EQ(cache.graph(), graph);
  EXPECT_EQ(cache.take(key_of(1)), GraphTurn::Replay);
}

TEST(GraphCache, TellsPlansAndShapesApart) {
  GraphCache<Graph> cache(8);
  make_graph(cache, key_of(1), std::make_shared<int>(1));
  EXPECT_EQ(cache.take(key_of(2)), GraphTurn::Direct);
  EXPECT_EQ(cache.take(key_of(1, 65)), GraphTurn::Direct);
  EXPECT_EQ(cache.take({{1}, {64, 49, 3}}), GraphTurn::Direct);
  EXPECT_EQ(cache.take({{1}, {64, 48, 4}}), GraphTurn::Direct);
  EXPECT_EQ(cache.take({{1, 5}, {64, 48, 3}}), GraphTurn::Direct);
}

TEST(GraphCache, EndsTheGraphThatWasUnusedForLongest) {
  GraphCache<Graph> cache(3);
  const auto first = std::make_shared<int>(1);
  const auto second = std::make_shared<int>(2);
  const auto third = std::make_shared<int>(3);
  make_graph(cache, key_of(1), first);
  make_graph(cache, key_of(2), second);
  make_graph(cache, key_of(3), third);
  cache.take(key_of(1));
  cache.take(key_of(4));
  EXPECT_EQ(second.use_count(), 1);
  EXPECT_EQ(first.use_count(), 2);
  EXPECT_EQ(third.use_count(), 2);
  EXPECT_EQ(cache.take(key_of(1)), GraphTurn::Replay);
  EXPECT_EQ(cache.take(key_of(2)), GraphTurn::Direct);
}

TEST(GraphCache, DoesNotTryAgainWhatCannotBeCaptured) {
  GraphCache<Graph> cache(2);
  cache.take(key_of(1));
  ASSERT_EQ(cache.take(key_of(1)), GraphTurn::Capture);
  cache.refuse();
  EXPECT_EQ(cache.take(key_of(1)), GraphTurn::Direct);
  EXPECT_EQ(cache.take(key_of(1)), GraphTurn::Direct);
}

TEST(GraphCache, CountsWhatItDid) {
  GraphCache<Graph> cache(1);
  make_graph(cache, key_of(1), std::make_shared<int>(1));
  cache.take(key_of(1));
  cache.take(key_of(2));  // the first ends
  cache.take(key_of(2));
  cache.refuse();
  cache.take(key_of(2));
  cache.take(key_of(3));  // the second ends, which had no graph
  const GraphCounts& counts = cache.counts();
  EXPECT_EQ(counts.replayed, 1u);
  EXPECT_EQ(counts.captured, 1u);
  EXPECT_EQ(counts.direct, 4u);
  EXPECT_EQ(counts.refused, 1u);
  EXPECT_EQ(counts.dropped, 1u);
}

}  // namespace
}  // namespace framewright::kernels
