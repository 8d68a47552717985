#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/picture_bytes.hpp"
#include "tests/net/rest_server.hpp"

namespace framewright::net {
namespace {

using engine::JobState;
using ::testing::HasSubstr;

constexpr const char* kJson = "Content-Type: application/json\r\n";
constexpr std::chrono::seconds kLease{60};

std::string multipart_job(std::string_view job = R"({"pipeline":"invert"})") {
  return part_text("job", "", job) + part_text("file", "a.png", engine::png_of(4, 3)) + kMultipartEnd;
}

/// A job that the server has accepted.
std::string submit(RestServer& server) {
  const auto response = server.ask("POST", "/api/v1/jobs", multipart_job(), kMultipartHeader);
  EXPECT_EQ(response.status, 202) << response.body;
  return json_of(response)["id"];
}

/// Does what a job runner does.
void finish(RestServer& server, const std::string& id, const std::string& result) {
  auto& stores = server.stores();
  ASSERT_EQ((*stores.jobs->lease_next("test", kLease))->id, id);
  ASSERT_TRUE(stores.files->write_result(id, 0, engine::bytes_of(result)));
  engine::JobItem item;
  item.result_media_type = "image/png";
  item.result_bytes = result.size();
  ASSERT_TRUE(stores.jobs->item_done(id, "test", 0, item));
  ASSERT_TRUE(stores.jobs->finish(id, "test", JobState::Succeeded, std::nullopt));
}

TEST(RestJobs, AcceptsFilesAndSaysWhereTheJobIs) {
  RestServer server;
  const auto response = server.ask(
      "POST", "/api/v1/jobs",
      multipart_job(R"({"pipeline":"invert","priority":7,"output":{"format":"png"}})"), kMultipartHeader);
  ASSERT_EQ(response.status, 202) << response.body;
  const auto job = json_of(response);
  EXPECT_EQ(response.headers.at("location"), "/api/v1/jobs/" + job["id"].get<std::string>());
  EXPECT_EQ(job["state"], "queued");
  EXPECT_EQ(job["priority"], 7);
  EXPECT_EQ(job["pipeline"], "invert");
  EXPECT_EQ(job["output"]["format"], "png");
  EXPECT_EQ(job["progress"]["total"], 1);
  EXPECT_EQ(job["error"], nullptr);
  EXPECT_EQ(json_of(server.ask("GET", response.headers.at("location"))), job);
}

TEST(RestJobs, TakesThePartsInAnyOrder) {
  RestServer server;
  const auto body =
      part_text("file", "a.png", engine::png_of(4, 3)) + part_text("job", "", "{}") + kMultipartEnd;
  EXPECT_EQ(server.ask("POST", "/api/v1/jobs", body, kMultipartHeader).status, 202);
}

TEST(RestJobs, AcceptsAnImageOfTheLibrary) {
  RestServer server;
  const auto uploaded =
      server.ask("POST", "/api/v1/images/upload", engine::png_of(4, 3), "Content-Type: image/png\r\n");
  const std::string image_id = json_of(uploaded)["images"][0]["id"];
  const auto body = R"({"input":{"image_id":")" + image_id + R"("},"pipeline":"invert"})";
  const auto response = server.ask("POST", "/api/v1/jobs", body, kJson);
  ASSERT_EQ(response.status, 202) << response.body;
  EXPECT_EQ(json_of(response)["input"]["image_id"], image_id);
}

TEST(RestJobs, KeepsWhichDeviceWasAskedFor) {
  RestServer server;
  const auto accelerator_of = [&](std::string_view job) {
    return json_of(server.ask("POST", "/api/v1/jobs", multipart_job(job), kMultipartHeader))["accelerator"];
  };
  EXPECT_EQ(accelerator_of(R"({"accelerator":"cuda:3"})"), "cuda:3");
  EXPECT_EQ(accelerator_of(R"({"accelerator":"cuda"})"), "cuda");
  EXPECT_EQ(accelerator_of("{}"), "auto");
}

TEST(RestJobs, RefusesADeviceThatThereCannotBe) {
  RestServer server;
  for (const auto* name : {"\"cuda:64\"", "\"cuda:x\"", "\"cuda:\"", "\"gpu\"", "1"}) {
    const auto job = std::string(R"({"accelerator":)") + name + "}";
    const auto refused = server.ask("POST", "/api/v1/jobs", multipart_job(job), kMultipartHeader);
    EXPECT_EQ(refused.status, 400) << job;
    EXPECT_EQ(json_of(refused)["errors"][0]["field"], "accelerator");
    EXPECT_EQ(json_of(refused)["errors"][0]["message"], "must be one of auto, cpu, cuda, cuda:0 to cuda:63");
  }
}

TEST(RestJobs, RefusesWrongJobs) {
  RestServer server;
  const auto status = [&](std::string_view body) {
    return server.ask("POST", "/api/v1/jobs", body, kJson).status;
  };
  EXPECT_EQ(status(R"({"input":{"image_id":"none"},"pipeline":""})"), 404);
  EXPECT_EQ(status(R"({"pipeline":"invert"})"), 400) << "no input at all";
  EXPECT_EQ(status(R"({"input":{"image_id":"a"},"priority":10})"), 400);
  EXPECT_EQ(status(R"({"input":{"image_id":"a"},"color":1})"), 400);
  EXPECT_EQ(server.ask("POST", "/api/v1/jobs", "<xml/>", "Content-Type: text/xml\r\n").status, 415);
}

TEST(RestJobs, NamesAWrongNestedField) {
  RestServer server;
  const auto response =
      server.ask("POST", "/api/v1/jobs", R"({"input":{"image_id":"a"},"output":{"quality":101}})", kJson);
  EXPECT_EQ(json_of(response)["errors"][0]["field"], "output.quality");
}

TEST(RestJobs, RefusesFilesThatAreNoPictures) {
  RestServer server;
  const auto with_file = [&](std::string_view content) {
    const auto body = part_text("job", "", "{}") + part_text("file", "a.png", content) + kMultipartEnd;
    return server.ask("POST", "/api/v1/jobs", body, kMultipartHeader).status;
  };
  EXPECT_EQ(with_file("no picture"), 415);
  EXPECT_EQ(with_file(engine::png_of(4, 3).substr(0, 20)), 422);
}

TEST(RestJobs, WantsOnePartThatDescribesTheJob) {
  RestServer server;
  const auto body = part_text("job", "", "{}") + multipart_job();
  EXPECT_EQ(server.ask("POST", "/api/v1/jobs", body, kMultipartHeader).status, 400);
}

TEST(RestJobs, LeavesNothingBehindOfARefusedSubmission) {
  RestServer server;
  const auto body =
      part_text("file", "a.png", engine::png_of(4, 3)) + part_text("job", "", "{") + kMultipartEnd;
  EXPECT_EQ(server.ask("POST", "/api/v1/jobs", body, kMultipartHeader).status, 400);
  EXPECT_EQ(engine::entries_in(server.stores().directory->jobs_folder()), 0u);
}

TEST(RestJobs, GivesTheSameJobForTheSameKey) {
  RestServer server;
  const auto header = std::string(kMultipartHeader) + "Idempotency-Key: once\r\n";
  const auto first = json_of(server.ask("POST", "/api/v1/jobs", multipart_job(), header));
  const auto again = json_of(server.ask("POST", "/api/v1/jobs", multipart_job(), header));
  EXPECT_EQ(first["id"], again["id"]);
  const auto other = server.ask("POST", "/api/v1/jobs", multipart_job(R"({"pipeline":""})"), header);
  EXPECT_EQ(other.status, 409);
  EXPECT_EQ(json_of(other)["code"], "conflict");
}

TEST(RestJobs, TakesAnotherDeviceForAnotherRequest) {
  RestServer server;
  const auto header = std::string(kMultipartHeader) + "Idempotency-Key: once\r\n";
  const auto status = [&](std::string_view job) {
    return server.ask("POST", "/api/v1/jobs", multipart_job(job), header).status;
  };
  EXPECT_EQ(status(R"({"accelerator":"cuda:1"})"), 202);
  EXPECT_EQ(status(R"({"accelerator":"cuda:1"})"), 202);
  EXPECT_EQ(status(R"({"accelerator":"cuda:2"})"), 409);
}

TEST(RestJobs, ListsInPages) {
  RestServer server;
  const auto first = submit(server);
  const auto second = submit(server);
  const auto page = json_of(server.ask("GET", "/api/v1/jobs?limit=1"));
  EXPECT_EQ(page["jobs"][0]["id"], second);
  const auto next =
      json_of(server.ask("GET", "/api/v1/jobs?cursor=" + page["next_cursor"].get<std::string>()));
  EXPECT_EQ(next["jobs"][0]["id"], first);
  EXPECT_EQ(next["next_cursor"], nullptr);
  EXPECT_TRUE(json_of(server.ask("GET", "/api/v1/jobs?state=failed"))["jobs"].empty());
  EXPECT_EQ(server.ask("GET", "/api/v1/jobs?limit=0").status, 400);
}

TEST(RestJobs, CancelsAsOftenAsAsked) {
  RestServer server;
  const auto path = "/api/v1/jobs/" + submit(server);
  EXPECT_EQ(json_of(server.ask("DELETE", path))["state"], "cancelled");
  EXPECT_EQ(json_of(server.ask("DELETE", path))["state"], "cancelled");
  EXPECT_EQ(server.ask("DELETE", "/api/v1/jobs/none").status, 404);
}

TEST(RestJobs, HoldsTheResultBackUntilItIsThere) {
  RestServer server;
  const auto id = submit(server);
  const auto path = "/api/v1/jobs/" + id + "/result";
  const auto early = server.ask("GET", path);
  EXPECT_EQ(early.status, 409);
  EXPECT_EQ(json_of(early)["code"], "not_ready");
  EXPECT_EQ(early.headers.at("retry-after"), "1");
  finish(server, id, "0123456789");
  const auto whole = server.ask("GET", path);
  EXPECT_EQ(whole.status, 200);
  EXPECT_EQ(whole.body, "0123456789");
  EXPECT_EQ(whole.headers.at("content-type"), "image/png");
  EXPECT_THAT(whole.headers.at("content-disposition"), HasSubstr("a.png"));
}

TEST(RestJobs, HandsOutPartsOfAResult) {
  RestServer server;
  const auto id = submit(server);
  finish(server, id, "0123456789");
  const auto path = "/api/v1/jobs/" + id + "/result";
  const auto part = server.ask("GET", path, "", "Range: bytes=2-4\r\n");
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.body, "234");
  EXPECT_EQ(part.headers.at("content-range"), "bytes 2-4/10");
  const auto beyond = server.ask("GET", path, "", "Range: bytes=10-\r\n");
  EXPECT_EQ(beyond.status, 416);
  EXPECT_EQ(beyond.headers.at("content-range"), "bytes */10");
  EXPECT_EQ(server.ask("HEAD", path).headers.at("content-length"), "10");
}

TEST(RestJobs, HandsOutPartsForGetAndOfTheFileThatIsMeantOnly) {
  RestServer server;
  const auto id = submit(server);
  finish(server, id, "0123456789");
  const auto path = "/api/v1/jobs/" + id + "/result";
  const auto head = server.ask("HEAD", path, "", "Range: bytes=2-4\r\n");
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.headers.at("content-length"), "10");
  const auto other = server.ask("GET", path, "", "Range: bytes=2-4\r\nIf-Range: \"another\"\r\n");
  EXPECT_EQ(other.status, 200);
  EXPECT_EQ(other.body, "0123456789");
}

TEST(RestJobs, HasNoResultForACancelledJob) {
  RestServer server;
  const auto path = "/api/v1/jobs/" + submit(server);
  server.ask("DELETE", path);
  const auto response = server.ask("GET", path + "/result");
  EXPECT_EQ(response.status, 409);
  EXPECT_EQ(json_of(response)["code"], "conflict");
}

TEST(RestJobEvents, TellWhatHappensUntilTheEnd) {
  RestServer server;
  const auto id = submit(server);
  auto watcher = server.client();
  watcher.send(request_text("GET", "/api/v1/jobs/" + id + "/events"));
  EXPECT_THAT(watcher.read_head(), HasSubstr("text/event-stream"));
  finish(server, id, "result");
  std::string seen;
  while (seen.find("succeeded") == std::string::npos) seen += watcher.read_line();
  EXPECT_THAT(seen, HasSubstr("id: 1\nevent: state\ndata: "));
  EXPECT_THAT(seen, HasSubstr("event: progress\n"));
}

TEST(RestJobEvents, GoOnBehindTheLastOneSeen) {
  RestServer server;
  const auto id = submit(server);
  finish(server, id, "result");
  const auto path = "/api/v1/jobs/" + id + "/events";
  const auto all = server.ask("GET", path);
  const auto rest = server.ask("GET", path, "", "Last-Event-ID: 1\r\n");
  EXPECT_THAT(all.body, HasSubstr("id: 1\n"));
  EXPECT_THAT(rest.body, ::testing::StartsWith("id: 2\n"));
  EXPECT_THAT(all.body, ::testing::EndsWith(rest.body));
  EXPECT_EQ(server.ask("GET", path, "", "Last-Event-ID: x\r\n").status, 400);
  EXPECT_EQ(server.ask("GET", "/api/v1/jobs/none/events").status, 404);
}

TEST(RestJobEvents, EndAtOnceBehindTheFinalState) {
  RestServer server;
  const auto id = submit(server);
  finish(server, id, "result");
  const auto path = "/api/v1/jobs/" + id + "/events";
  for (const auto* seen : {"3", "4", "99"}) {
    const auto rest = server.ask("GET", path, "", std::string("Last-Event-ID: ") + seen + "\r\n");
    EXPECT_EQ(rest.status, 200) << seen;
    EXPECT_EQ(rest.body.empty(), std::string(seen) != "3") << seen;
  }
}

TEST(RestJobEvents, SayThatTheyAreAliveWhenNothingHappens) {
  RestServer server({.event_silence = std::chrono::milliseconds{10}});
  auto watcher = server.client();
  watcher.send(request_text("GET", "/api/v1/jobs/" + submit(server) + "/events"));
  std::string line;
  while (line.find(": still here") == std::string::npos) line = watcher.read_line();
}

TEST(RestJobEvents, EndWhenTheServerDrains) {
  RestServer server;
  auto watcher = server.client();
  watcher.send(request_text("GET", "/api/v1/jobs/" + submit(server) + "/events"));
  watcher.read_head();
  server.stop();
  std::string line = watcher.read_line();
  while (!line.empty()) line = watcher.read_line();
}

}  // namespace
}  // namespace framewright::net
