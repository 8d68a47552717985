#include "tests/engine/job_store_suite.hpp"

#include "tests/engine/store_files.hpp"

namespace framewright::engine {

using namespace std::chrono_literals;

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(JobStoreSuite);

NewJob JobStoreSuite::request(const std::vector<std::string>& contents) {
  Result<std::shared_ptr<JobUpload>> upload = bench_->files().begin_upload();
  EXPECT_TRUE(upload);
  for (const std::string& content : contents) EXPECT_TRUE((*upload)->add("cat.png", bytes_of(content)));
  NewJob job;
  job.pipeline = "grayscale";
  job.upload = std::move(*upload);
  return job;
}

Job JobStoreSuite::create(NewJob job) {
  Result<Job> created = store().create(std::move(job));
  EXPECT_TRUE(created) << created.error().detail;
  return *created;
}

Job JobStoreSuite::lease(const std::string& owner) {
  Result<std::optional<Job>> job = store().lease_next(owner, 30s);
  EXPECT_TRUE(job && job->has_value());
  return job->value();
}

void JobStoreSuite::complete_item(const Job& job, std::size_t item, const std::string& bytes) {
  ASSERT_TRUE(bench_->files().write_result(job.id, item, bytes_of(bytes)));
  JobItem result = job.items[item];
  result.result_media_type = "image/jpeg";
  result.result_bytes = bytes.size();
  ASSERT_TRUE(store().item_done(job.id, "worker", item, result));
}

Job JobStoreSuite::succeed() {
  create();
  const Job job = lease();
  complete_item(job, 0);
  EXPECT_TRUE(store().finish(job.id, "worker", JobState::Succeeded, std::nullopt));
  return now(job);
}

std::vector<JobEvent> JobStoreSuite::events(const Job& job, std::uint64_t after) {
  Result<std::vector<JobEvent>> events = store().events_after(job.id, after, 100);
  EXPECT_TRUE(events);
  return *events;
}

Job JobStoreSuite::now(const Job& job) {
  Result<Job> found = store().get(job.id);
  EXPECT_TRUE(found) << found.error().detail;
  return *found;
}

bool JobStoreSuite::has_files(const Job& job) {
  return std::filesystem::exists(bench_->files().input_of(job.id, 0));
}

namespace {

std::vector<std::string> ids_of(const std::vector<Job>& jobs) {
  std::vector<std::string> ids;
  for (const Job& job : jobs) ids.push_back(job.id);
  return ids;
}

TEST_P(JobStoreSuite, KeepsEverythingThatWasAsked) {
  NewJob asked = request({"one", "two"});
  asked.priority = 7;
  asked.pipeline = "grayscale:algorithm=bt709|invert";
  asked.output = {ImageEncoding::Webp, 55, Exactness::Visual};
  asked.accelerator = {Accelerator::Cuda, 3};
  asked.image_id = "an image";

  const Job job = now(create(std::move(asked)));

  EXPECT_EQ(job.state, JobState::Queued);
  EXPECT_EQ(job.priority, 7);
  EXPECT_EQ(job.pipeline, "grayscale:algorithm=bt709|invert");
  EXPECT_EQ(job.output, (OutputOptions{ImageEncoding::Webp, 55, Exactness::Visual}));
  EXPECT_EQ(job.accelerator, (AcceleratorWish{Accelerator::Cuda, 3}));
  EXPECT_EQ(job.image_id, "an image");
  EXPECT_EQ(job.progress.done, 0U);
  EXPECT_EQ(job.progress.total, 2U);
  EXPECT_EQ(job.created_at, bench_->clock.wall_now());
  EXPECT_FALSE(job.started_at || job.finished_at || job.error || job.result);
  ASSERT_EQ(job.items.size(), 2U);
  EXPECT_EQ(job.items[1].filename, "cat.png");
  EXPECT_EQ(content_of(job.items[1].input), "two");
  EXPECT_TRUE(job.items[1].result.empty());
}

TEST_P(JobStoreSuite, KeepsThatNoFormatAndNoQualityWereAsked) {
  EXPECT_EQ(now(create()).output, OutputOptions{});
}

TEST_P(JobStoreSuite, KeepsThatAnyDeviceWillDo) {
  NewJob asked = request();
  asked.accelerator = {Accelerator::Cuda, std::nullopt};
  EXPECT_EQ(now(create(std::move(asked))).accelerator, (AcceleratorWish{Accelerator::Cuda, std::nullopt}));
}

TEST_P(JobStoreSuite, RefusesAJobWithoutAPicture) {
  const Result<Job> job = store().create(request({}));
  ASSERT_FALSE(job);
  EXPECT_EQ(job.error().code, ErrorCode::InvalidArgument);
}

TEST_P(JobStoreSuite, RefusesAPriorityOutOfRange) {
  for (const int priority : {-1, 10}) {
    NewJob asked = request();
    asked.priority = priority;
    const Result<Job> job = store().create(std::move(asked));
    ASSERT_FALSE(job);
    EXPECT_EQ(job.error().code, ErrorCode::InvalidArgument);
    EXPECT_EQ(job.error().fields.at(0).field, "priority");
  }
}

TEST_P(JobStoreSuite, RemovesTheFilesOfAJobThatIsRefused) {
  NewJob asked = request();
  asked.priority = 10;
  const std::filesystem::path input = asked.upload->items()[0].input;
  ASSERT_TRUE(std::filesystem::exists(input));

  ASSERT_FALSE(store().create(std::move(asked)));

  EXPECT_FALSE(std::filesystem::exists(input));
}

TEST_P(JobStoreSuite, DoesNotKnowAnotherId) {
  const std::string id = "00000000000000000000000000";
  EXPECT_EQ(store().get(id).error().code, ErrorCode::NotFound);
  EXPECT_EQ(store().cancel(id).error().code, ErrorCode::NotFound);
  EXPECT_EQ(store().events_after(id, 0, 10).error().code, ErrorCode::NotFound);
}

TEST_P(JobStoreSuite, ReturnsTheSameJobForTheSameKey) {
  NewJob first = request();
  first.idempotency_key = "key";
  first.request_fingerprint = "print";
  NewJob again = request();
  again.idempotency_key = "key";
  again.request_fingerprint = "print";
  const std::filesystem::path second_input = again.upload->items()[0].input;

  const Job job = create(std::move(first));
  const Job same = create(std::move(again));

  EXPECT_EQ(same.id, job.id);
  EXPECT_TRUE(has_files(job));
  EXPECT_FALSE(std::filesystem::exists(second_input));
}

TEST_P(JobStoreSuite, RefusesAKeyThatWasUsedForAnotherRequest) {
  NewJob first = request();
  first.idempotency_key = "key";
  first.request_fingerprint = "print";
  create(std::move(first));
  NewJob other = request();
  other.idempotency_key = "key";
  other.request_fingerprint = "another print";

  const Result<Job> job = store().create(std::move(other));

  ASSERT_FALSE(job);
  EXPECT_EQ(job.error().code, ErrorCode::Conflict);
}

TEST_P(JobStoreSuite, ForgetsAKeyAfterADay) {
  NewJob first = request();
  first.idempotency_key = "key";
  const Job job = create(std::move(first));
  bench_->clock.advance(24h - 1s);
  NewJob same_day = request();
  same_day.idempotency_key = "key";
  EXPECT_EQ(create(std::move(same_day)).id, job.id);

  bench_->clock.advance(1s);
  NewJob next_day = request();
  next_day.idempotency_key = "key";
  next_day.request_fingerprint = "another print";
  const Job fresh = create(std::move(next_day));

  EXPECT_NE(fresh.id, job.id);
  EXPECT_TRUE(has_files(job));
}

TEST_P(JobStoreSuite, RefusesMoreWaitingJobsThanItsLimit) {
  bench_->restart({.waiting = 2});
  create();
  create();

  const Result<Job> third = store().create(request());

  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, ErrorCode::Overloaded);
  lease();
  EXPECT_TRUE(store().create(request())) << "one is no longer waiting";
}

TEST_P(JobStoreSuite, ListsTheNewestFirstPageByPage) {
  std::vector<std::string> made;
  for (int i = 0; i < 5; ++i) made.insert(made.begin(), create().id);

  std::vector<std::string> listed;
  std::optional<std::string> cursor;
  int pages = 0;
  do {
    const Result<JobPage> page = store().list(2, cursor, std::nullopt);
    ASSERT_TRUE(page);
    for (const Job& job : page->jobs) listed.push_back(job.id);
    cursor = page->next_cursor;
    ++pages;
  } while (cursor);

  EXPECT_EQ(pages, 3);
  EXPECT_EQ(listed, made);
}

TEST_P(JobStoreSuite, HasNoFurtherPageAfterOneThatIsJustFull) {
  create();
  create();
  const Result<JobPage> page = store().list(2, std::nullopt, std::nullopt);
  ASSERT_TRUE(page);
  EXPECT_EQ(page->jobs.size(), 2U);
  EXPECT_FALSE(page->next_cursor);
}

TEST_P(JobStoreSuite, ListsOnWhereItWasWhileNewJobsCome) {
  const std::string oldest = create().id;
  create();
  const Result<JobPage> first = store().list(1, std::nullopt, std::nullopt);
  ASSERT_TRUE(first && first->next_cursor);
  create();

  const Result<JobPage> second = store().list(1, first->next_cursor, std::nullopt);

  ASSERT_TRUE(second);
  EXPECT_EQ(ids_of(second->jobs), std::vector{oldest});
}

TEST_P(JobStoreSuite, ListsOneStateOnly) {
  const Job done = succeed();
  const Job waiting = create();

  const Result<JobPage> queued = store().list(10, std::nullopt, JobState::Queued);
  const Result<JobPage> succeeded = store().list(10, std::nullopt, JobState::Succeeded);

  ASSERT_TRUE(queued && succeeded);
  EXPECT_EQ(ids_of(queued->jobs), std::vector{waiting.id});
  EXPECT_EQ(ids_of(succeeded->jobs), std::vector{done.id});
}

TEST_P(JobStoreSuite, RefusesACursorThatNoPageGave) {
  const Result<JobPage> page = store().list(10, "yesterday", std::nullopt);
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().code, ErrorCode::InvalidArgument);
}

}  // namespace
}  // namespace framewright::engine
