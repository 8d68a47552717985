#include "engine/random_id.hpp"

#include <gtest/gtest.h>
#include <set>

namespace framewright::engine {
namespace {

TEST(RandomId, HasOneFormAndNeverRepeats) {
  std::set<std::string> ids;
  for (int i = 0; i < 1000; ++i) {
    const std::string id = random_id();
    EXPECT_TRUE(is_random_id(id)) << id;
    ids.insert(id);
  }
  EXPECT_EQ(ids.size(), 1000U);
}

TEST(RandomId, UsesEveryCharacterAtEveryPlaceButTheLast) {
  std::set<std::pair<std::size_t, char>> seen;
  for (int i = 0; i < 4000; ++i) {
    const std::string id = random_id();
    for (std::size_t place = 0; place < id.size(); ++place) seen.emplace(place, id[place]);
  }
  EXPECT_EQ(seen.size(), 25U * 32 + 8) << "the last character carries three bits";
}

TEST(RandomId, IsToldFromOtherText) {
  EXPECT_FALSE(is_random_id(""));
  EXPECT_FALSE(is_random_id("../../../../../../etc/pass"));
  EXPECT_FALSE(is_random_id(std::string(26, 'u'))) << "u is not in the alphabet";
  EXPECT_FALSE(is_random_id(std::string(27, '0')));
}

}  // namespace
}  // namespace framewright::engine
