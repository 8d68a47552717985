#include "net/target.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace framewright::net {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

TEST(Target, SplitsThenDecodes) {
  const auto target = parse_target("/a/b%2Fc/%C3%A4?x=1%262&y=a+b&flag&empty=");
  ASSERT_TRUE(target);
  EXPECT_THAT(target->segments, ElementsAre("a", "b/c", "ä"));
  EXPECT_THAT(target->query,
              ElementsAre(Pair("x", "1&2"), Pair("y", "a b"), Pair("flag", ""), Pair("empty", "")));
}

TEST(Target, KeepsWhatPipelinesAreMadeOf) {
  const auto target = parse_target("/p?pipeline=a:b=1,c=2|d");
  EXPECT_THAT(target->query, ElementsAre(Pair("pipeline", "a:b=1,c=2|d")));
}

TEST(Target, TakesTheAbsoluteFormAndTheStar) {
  EXPECT_THAT(parse_target("http://host:80/a?b=c")->segments, ElementsAre("a"));
  EXPECT_THAT(parse_target("http://host")->segments, ElementsAre(""));
  EXPECT_TRUE(parse_target("*")->segments.empty());
}

TEST(Target, RefusesWhatIsBroken) {
  for (const auto* text : {"", "a", "/%", "/%1", "/%zz", "/%00", "/?a=%f"})
    EXPECT_FALSE(parse_target(text)) << text;
  std::string many = "/?";
  for (int i = 0; i < 65; ++i) many += "a=1&";
  EXPECT_FALSE(parse_target(many));
  EXPECT_FALSE(parse_target(std::string_view("/a\0b", 4)));
  EXPECT_FALSE(parse_target(std::string_view("/?a=\0", 5)));
}

TEST(PercentEncode, IsUndoneByDecoding) {
  std::string all;
  for (int c = 1; c < 256; ++c) all += static_cast<char>(c);
  EXPECT_EQ(percent_decode(percent_encode(all), true).value(), all);
  EXPECT_EQ(percent_encode("a-b_c.d~e f/"), "a-b_c.d~e%20f%2F");
}

}  // namespace
}  // namespace framewright::net
