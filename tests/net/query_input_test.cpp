#include "net/query_input.hpp"

#include <gtest/gtest.h>

namespace framewright::net {
namespace {

TEST(QueryInput, TakesWhatIsRight) {
  const QueryParameters parameters = {{"n", "7"}, {"c", "b"}, {"t", "text"}};
  QueryInput query(parameters);
  EXPECT_EQ(query.integer("n", {1, 7}), 7);
  EXPECT_EQ(query.choice("c", {"a", "b"}), "b");
  EXPECT_EQ(query.text("t"), "text");
  EXPECT_EQ(query.text("absent"), std::nullopt);
  EXPECT_TRUE(query.finish());
}

TEST(QueryInput, NamesEveryMistake) {
  const QueryParameters parameters = {{"n", "8"}, {"m", "1x"}, {"c", "z"},
                                      {"t", "1"}, {"t", "2"},  {"unknown", ""}};
  QueryInput query(parameters);
  query.integer("n", {1, 7});
  query.integer("m", {1, 7});
  query.choice("c", {"a", "b"});
  query.text("t");
  const auto checked = query.finish();
  ASSERT_FALSE(checked);
  ASSERT_EQ(checked.error().fields.size(), 5u);
  EXPECT_EQ(checked.error().fields[0].message, "accepted: a whole number from 1 to 7");
  EXPECT_EQ(checked.error().fields[2].message, "accepted: a, b");
  EXPECT_EQ(checked.error().fields[4].field, "unknown");
}

}  // namespace
}  // namespace framewright::net
