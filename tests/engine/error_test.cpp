#include "engine/error.hpp"

#include <gtest/gtest.h>

#include <set>

#include "engine/result.hpp"

namespace framewright::engine {
namespace {

TEST(ErrorTable, GivesEachCodeItsOwnName) {
  std::set<std::string_view> names;
  for (const auto code : all_error_codes()) names.insert(mapping_of(code).code);
  EXPECT_EQ(names.size(), kErrorCodeCount);
}

TEST(ErrorTable, MapsOverloadedToServiceUnavailableAndResourceExhausted) {
  const auto mapping = mapping_of(ErrorCode::Overloaded);
  EXPECT_EQ(mapping.http_status, 503);
  EXPECT_EQ(mapping.grpc_status, 8);
}

TEST(Result, CarriesTheErrorThatItWasGiven) {
  const Result<int> result = unexpected(ErrorCode::NotFound, "job 7");
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().detail, "job 7");
}

TEST(ResultDeathTest, StopsTheProcessWhenAnErrorIsReadAsAValue) {
  const Result<int> result = unexpected(ErrorCode::NotFound, "job 7");
  EXPECT_DEATH(static_cast<void>(result.value()), "check failed");
}

}  // namespace
}  // namespace framewright::engine
