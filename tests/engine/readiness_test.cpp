#include "engine/readiness.hpp"

#include <gtest/gtest.h>

namespace framewright::engine {
namespace {

TEST(Readiness, HoldsWhileEveryRequiredDependencyIsReady) {
  Readiness board;
  board.set("dispatcher", true, true, "running");
  board.set("cuda:0", false, false, "no device");
  EXPECT_TRUE(board.ready());
  board.set("dispatcher", true, false, "down");
  EXPECT_FALSE(board.ready());
}

TEST(Readiness, EndsWhenTheProcessDrains) {
  Readiness board;
  board.set("dispatcher", true, true, "running");
  board.drain();
  EXPECT_FALSE(board.ready());
}

TEST(Readiness, ListsEachDependencyOnceWithItsLatestState) {
  Readiness board;
  board.set("store", true, false, "opening");
  board.set("store", true, true, "open");
  ASSERT_EQ(board.dependencies().size(), 1u);
  EXPECT_EQ(board.dependencies()[0].detail, "open");
}

}  // namespace
}  // namespace framewright::engine
