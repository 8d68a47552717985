// That what bench/gpu.sh takes where GoogleTest is missing sees what is wrong.
#include <gtest/gtest.h>

#include <string>

namespace {

std::string reached;

TEST(Bare, Passes) {
  EXPECT_EQ(1, 1) << "not shown";
  EXPECT_NE(1, 2);
  EXPECT_GT(2, 1);
  EXPECT_FALSE(false);
  ASSERT_TRUE(true);
  if (reached.empty())
    EXPECT_TRUE(true);
  else
    reached += "an else of the macro's";
}

TEST(Bare, FailsAndGoesOn) {
  SCOPED_TRACE(7);
  EXPECT_EQ(1, 2) << "as it is to";
  reached += "on ";
}

TEST(Bare, FailsAndStops) {
  ASSERT_EQ(1, 2);
  reached += "never ";
}

class Skipped : public testing::Test {
 protected:
  void SetUp() override { GTEST_SKIP() << "as it is to"; }
  void TearDown() override { reached += IsSkipped() ? "skipped" : "never"; }
};

TEST_F(Skipped, IsNotRun) { reached += "never "; }

}  // namespace

int main() {
  const auto [failed, skipped] = testing::run_all();
  const bool is_right =
      failed == 2 && skipped == 1 && reached == "on skipped" && testing::progress().traces.empty();
  if (!is_right) std::printf("wrong: %s\n", reached.c_str());
  return is_right ? 0 : 1;
}
