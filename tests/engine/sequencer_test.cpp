#include "engine/sequencer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <vector>

namespace framewright::engine {
namespace {

TEST(Sequencer, HoldsAnItemUntilThoseBeforeItHaveLeft) {
  Sequencer<int> sequencer{4};
  sequencer.open(0);
  sequencer.open(1);
  sequencer.put(1, 11);
  EXPECT_EQ(sequencer.take(), std::nullopt);
  sequencer.put(0, 10);
  EXPECT_EQ(sequencer.take(), 10);
  EXPECT_EQ(sequencer.take(), 11);
  EXPECT_EQ(sequencer.take(), std::nullopt);
}

TEST(Sequencer, WaitsNoLongerForASkippedPlace) {
  Sequencer<int> sequencer{4};
  sequencer.open(0);
  sequencer.open(5);
  sequencer.put(5, 15);
  sequencer.skip(0);
  EXPECT_EQ(sequencer.take(), 15);
}

TEST(Sequencer, HoldsItemsThatOnlyMove) {
  Sequencer<std::unique_ptr<int>> sequencer{1};
  sequencer.open(0);
  sequencer.put(0, std::make_unique<int>(3));
  EXPECT_EQ(**sequencer.take(), 3);
}

TEST(Sequencer, RestoresTheOrderOfARandomRow) {
  std::mt19937 random{3};
  Sequencer<std::uint64_t> sequencer{64};
  std::vector<std::uint64_t> open;
  std::vector<std::uint64_t> left;
  std::vector<std::uint64_t> expected;
  std::uint64_t next = 0;
  while (next < 5000 || !open.empty()) {
    if (next < 5000 && sequencer.size() < 64) {
      sequencer.open(next);
      open.push_back(next++);
    }
    std::shuffle(open.begin(), open.end(), random);
    if (!open.empty() && random() % 3 == 0) {
      if (open.back() % 7 == 0) {
        sequencer.skip(open.back());
      } else {
        sequencer.put(open.back(), open.back());
        expected.push_back(open.back());
      }
      open.pop_back();
    }
    while (const auto item = sequencer.take()) left.push_back(*item);
  }
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(left, expected);
}

TEST(SequencerDeathTest, StopsTheProcessWhenMorePlacesAreOpenedThanThereAre) {
  Sequencer<int> sequencer{1};
  sequencer.open(0);
  EXPECT_DEATH(sequencer.open(1), "check failed");
}

TEST(SequencerDeathTest, StopsTheProcessWhenAPlaceIsFilledTwice) {
  Sequencer<int> sequencer{2};
  sequencer.open(0);
  sequencer.put(0, 1);
  EXPECT_DEATH(sequencer.put(0, 2), "check failed");
}

}  // namespace
}  // namespace framewright::engine
