#include "engine/page_cursor.hpp"

#include <gtest/gtest.h>
#include <limits>

namespace framewright::engine {
namespace {

TEST(PageCursor, RoundTrips) {
  for (const std::int64_t number :
       {std::int64_t{1}, std::int64_t{12345}, std::numeric_limits<std::int64_t>::max()}) {
    const Result<std::int64_t> parsed = parse_page_cursor(page_cursor(number));
    ASSERT_TRUE(parsed);
    EXPECT_EQ(*parsed, number);
  }
}

TEST(PageCursor, StartsAtTheTopWithoutOne) {
  const Result<std::int64_t> parsed = parse_page_cursor(std::nullopt);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(*parsed, std::numeric_limits<std::int64_t>::max());
}

TEST(PageCursor, RefusesWhatItDidNotMake) {
  for (const char* text : {"", "c1", "c1-5", "c10", "c1!", "c1zzzzzzzzzzzzzzz", "c1a b", "12"}) {
    const Result<std::int64_t> parsed = parse_page_cursor(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code, ErrorCode::InvalidArgument);
    ASSERT_EQ(parsed.error().fields.size(), 1U);
    EXPECT_EQ(parsed.error().fields[0].field, "cursor");
  }
}

}  // namespace
}  // namespace framewright::engine
