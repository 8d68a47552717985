#include "net/problem.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace framewright::net {
namespace {

TEST(Problem, SaysAllThatIsKnown) {
  const engine::Error error = {
      engine::ErrorCode::InvalidPipeline, "too blurred", {{"pipeline[0].sigma", "at most 20"}}};
  const auto document = nlohmann::json::parse(problem_json(error, {400, "request", "trace"}));
  EXPECT_EQ(document["type"], "urn:framewright:error:invalid_pipeline");
  EXPECT_EQ(document["title"], "Invalid pipeline");
  EXPECT_EQ(document["status"], 400);
  EXPECT_EQ(document["detail"], "too blurred");
  EXPECT_EQ(document["code"], "invalid_pipeline");
  EXPECT_EQ(document["request_id"], "request");
  EXPECT_EQ(document["trace_id"], "trace");
  EXPECT_EQ(document["errors"][0]["field"], "pipeline[0].sigma");
}

TEST(Problem, ShowsTextThatIsNotUtf8) {
  const engine::Error error = {engine::ErrorCode::NotFound, "no \xff here"};
  EXPECT_TRUE(nlohmann::json::accept(problem_json(error, {404, "", ""})));
}

TEST(Problem, AsksToComeBackLaterWhereThatHelps) {
  EXPECT_GT(retry_after_s(engine::ErrorCode::Overloaded), 0);
  EXPECT_GT(retry_after_s(engine::ErrorCode::NotReady), 0);
  EXPECT_EQ(retry_after_s(engine::ErrorCode::InvalidArgument), 0);
}

}  // namespace
}  // namespace framewright::net
