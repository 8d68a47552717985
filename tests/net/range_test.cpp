#include "net/range.hpp"

#include <gtest/gtest.h>

namespace framewright::net {
namespace {

void expect_part(std::string_view header, std::uint64_t offset, std::uint64_t size) {
  const auto choice = choose_range(header, 10);
  EXPECT_EQ(choice.state, RangeState::Part) << header;
  EXPECT_EQ(choice.range.offset_bytes, offset) << header;
  EXPECT_EQ(choice.range.size_bytes, size) << header;
}

TEST(Range, ChoosesOnePart) {
  expect_part("bytes=0-0", 0, 1);
  expect_part("bytes=2-5", 2, 4);
  expect_part("bytes=7-", 7, 3);
  expect_part("bytes=7-99999999999", 7, 3);
  expect_part("bytes=-4", 6, 4);
  expect_part("bytes=-99", 0, 10);
}

TEST(Range, IsTheWholeWhereItIsNotUnderstood) {
  for (const auto* header : {"", "bytes=", "bytes=-", "bytes=a-b", "bytes=5-2", "lines=1-2", "bytes=0-1,3-4",
                             "bytes=1", "bytes=99999999999999999999-", "bytes=+1-2", "bytes= 1-2"}) {
    EXPECT_EQ(choose_range(header, 10).state, RangeState::Whole) << header;
  }
}

TEST(Range, SaysWhenNoByteLiesInIt) {
  EXPECT_EQ(choose_range("bytes=10-", 10).state, RangeState::NotSatisfiable);
  EXPECT_EQ(choose_range("bytes=-0", 10).state, RangeState::NotSatisfiable);
  EXPECT_EQ(choose_range("bytes=0-", 0).state, RangeState::NotSatisfiable);
}

}  // namespace
}  // namespace framewright::net
