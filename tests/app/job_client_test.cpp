#include "app/job_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "app/files.hpp"
#include "tests/app/scripted_server.hpp"
#include "tests/engine/temporary_folder.hpp"

namespace framewright::app {
namespace {

using engine::TemporaryFolder;

using ::testing::HasSubstr;

const std::string kJob = R"({
  "id": "j1", "state": "failed", "priority": 5, "pipeline": "invert", "output": {"quality": 80},
  "accelerator": "auto", "progress": {"done": 0, "total": 1}, "created_at": "2026-01-31T12:00:00Z",
  "started_at": null, "finished_at": null, "error": {"code": "corrupt_media", "detail": "cut short"},
  "new_field": 1
})";

std::string ok(const std::string& body) {
  return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

JobClient client_of(const ScriptedServer& server) {
  return JobClient(RestClient({"127.0.0.1", std::to_string(server.port()), ""}));
}

TEST(JobClient, SendsAFileWithItsJobAsMultipart) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "a \"b\".png";
  ASSERT_TRUE(write_file(file, "PNG bytes").has_value());
  ScriptedServer server({ok(kJob)});
  const auto job = client_of(server).submit({"grayscale|invert", "webp", 70, 9}, file);
  ASSERT_TRUE(job.has_value());
  EXPECT_EQ(job->id, "j1");
  const auto request = server.requests().front();
  EXPECT_THAT(request, HasSubstr("POST /api/v1/jobs HTTP/1.1"));
  EXPECT_THAT(
      request,
      HasSubstr(R"({"output":{"format":"webp","quality":70},"pipeline":"grayscale|invert","priority":9})"));
  EXPECT_THAT(request, HasSubstr("name=\"file\"; filename=\"a %22b%22.png\"\r\n"));
  EXPECT_THAT(request, HasSubstr("\r\n\r\nPNG bytes\r\n--"));
}

TEST(JobClient, NamesTheAcceleratorThatIsWished) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "a.png";
  ASSERT_TRUE(write_file(file, "PNG bytes").has_value());
  ScriptedServer server({ok(kJob)});
  JobRequest request;
  request.accelerator = {engine::Accelerator::Cuda, 1};
  ASSERT_TRUE(client_of(server).submit(request, file).has_value());
  EXPECT_THAT(server.requests().front(), HasSubstr(R"({"accelerator":"cuda:1",)"));
}

TEST(JobClient, ReadsAJobAndIgnoresFieldsItDoesNotKnow) {
  ScriptedServer server({ok(kJob)});
  const auto job = client_of(server).get("j/1");
  ASSERT_TRUE(job.has_value());
  EXPECT_EQ(job->state, "failed");
  EXPECT_TRUE(job->is_final());
  EXPECT_EQ(job->total, 1u);
  EXPECT_EQ(job->error, "corrupt_media: cut short");
  EXPECT_THAT(job->json, HasSubstr("new_field"));
  EXPECT_THAT(server.requests().front(), HasSubstr("GET /api/v1/jobs/j%2F1 "));
}

TEST(JobClient, ListsAPage) {
  ScriptedServer server({ok(R"({"jobs":[)" + kJob + "," + kJob + R"(],"next_cursor":null})")});
  const auto jobs = client_of(server).list(2);
  ASSERT_TRUE(jobs.has_value());
  EXPECT_EQ(jobs->size(), 2u);
  EXPECT_THAT(server.requests().front(), HasSubstr("GET /api/v1/jobs?limit=2 "));
}

TEST(JobClient, CancelsByDelete) {
  ScriptedServer server({ok(kJob)});
  EXPECT_TRUE(client_of(server).cancel("j1").has_value());
  EXPECT_THAT(server.requests().front(), HasSubstr("DELETE /api/v1/jobs/j1 "));
}

TEST(JobClient, RefusesAnAnswerThatDescribesNoJob) {
  for (const std::string body : {"", "[]", "{}", "null", R"({"id":1})", "not json"}) {
    ScriptedServer server({ok(body), ok(body)});
    EXPECT_FALSE(client_of(server).get("j1").has_value()) << body;
    EXPECT_FALSE(client_of(server).list(1).has_value()) << body;
  }
}

TEST(JobClient, NamesAFileThatIsNotThere) {
  ScriptedServer server({});
  const auto job = client_of(server).submit({}, "/no/such/file.png");
  ASSERT_FALSE(job.has_value());
  EXPECT_THAT(job.error().detail, HasSubstr("/no/such/file.png"));
}

}  // namespace
}  // namespace framewright::app
