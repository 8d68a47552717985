#include "net/accept.hpp"

#include <gtest/gtest.h>

namespace framewright::net {
namespace {

Accept accept(std::initializer_list<const char*> fields) {
  Headers headers;
  for (const auto* field : fields) headers.add("accept", field);
  return Accept(headers);
}

TEST(Accept, WantsAnythingWhereNothingIsSaid) {
  EXPECT_EQ(accept({}).weight_of("image/png"), 1000);
  EXPECT_EQ(accept({""}).weight_of("image/png"), 1000);
  EXPECT_EQ(accept({}).weight_named("image/"), 0);
}

TEST(Accept, ListensToTheMostSpecificRange) {
  const auto wanted = accept({"*/*;q=0.1, image/*; q=0.5", "IMAGE/PNG;level=1;q=0.9"});
  EXPECT_EQ(wanted.weight_of("image/png"), 900);
  EXPECT_EQ(wanted.weight_of("image/jpeg"), 500);
  EXPECT_EQ(wanted.weight_of("text/plain"), 100);
  EXPECT_EQ(wanted.weight_named("image/"), 900);
  // Also where that is the one which the client likes less, before or behind the others.
  EXPECT_EQ(accept({"image/*, image/png;q=0.2"}).weight_of("image/png"), 200);
  EXPECT_EQ(accept({"image/png;q=0.2, image/*, */*"}).weight_of("image/png"), 200);
}

TEST(Accept, TakesZeroForANo) {
  const auto wanted = accept({"*/*, image/*;q=0"});
  EXPECT_EQ(wanted.weight_of("image/png"), 0);
  EXPECT_EQ(wanted.weight_named("image/"), 0);
  EXPECT_EQ(wanted.weight_of("text/plain"), 1000);
}

TEST(Accept, LeavesOutWhatItDoesNotUnderstand) {
  const auto wanted = accept({",, image/png;q=2, image/webp;q=x, text/plain;q=nan,;q=1"});
  EXPECT_EQ(wanted.weight_named("image/"), 0);
  EXPECT_EQ(wanted.weight_named("text/"), 0);
}

}  // namespace
}  // namespace framewright::net
