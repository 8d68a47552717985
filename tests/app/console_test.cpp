#include "app/console.hpp"

#include <gtest/gtest.h>

#include "app/filter_list.hpp"
#include "app/progress.hpp"
#include "app/version.hpp"
#include "engine/filter.hpp"

namespace framewright::app {
namespace {

TEST(Table, PadsColumnsButNotTheLast) {
  EXPECT_EQ(table({{"ID", "STATE"}, {"longer", "x"}}), "ID      STATE\nlonger  x\n");
}

TEST(Complain, NamesTheProgramAndEveryField) {
  ::testing::internal::CaptureStderr();
  complain(
      engine::Error{engine::ErrorCode::InvalidArgument, "2 mistakes", {{"a.yaml:1", "x"}, {"--set", "y"}}});
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "framewright: 2 mistakes\n  a.yaml:1: x\n  --set: y\n");
}

TEST(ProgressBar, FillsFromEmptyToFull) {
  EXPECT_EQ(progress_bar(0, 10), "[------------------------------] 0 of 10");
  EXPECT_EQ(progress_bar(5, 10), "[###############---------------] 5 of 10");
  EXPECT_EQ(progress_bar(10, 10), "[##############################] 10 of 10");
}

TEST(Progress, DrawsNothingWhereThereIsNoTerminal) {
  ::testing::internal::CaptureStderr();
  {
    Progress progress(2);
    progress.advance();
  }
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST(FilterList, NamesEveryFilterAndParameter) {
  const auto text = describe_filters(false);
  for (const auto& filter : engine::builtin_filters()) {
    EXPECT_NE(text.find(filter.id), std::string::npos) << filter.id;
    for (const auto& parameter : filter.parameters)
      EXPECT_NE(text.find("  " + parameter.id + ": "), std::string::npos);
  }
}

TEST(Version, KnowsItsBuild) {
  EXPECT_FALSE(build_version().version.empty());
  EXPECT_EQ(build_version().build_date.size(), std::string_view("2026-01-31").size());
  EXPECT_NE(describe_version(true).find("\"accelerators\""), std::string::npos);
  EXPECT_NE(describe_version(false).find("accelerators  cpu"), std::string::npos);
}

}  // namespace
}  // namespace framewright::app
