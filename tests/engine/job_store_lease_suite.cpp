// The half of the suite for every JobStore that plays the job runner: leases, results, endings, retention.
#include <gmock/gmock.h>

#include <atomic>
#include <mutex>
#include <set>
#include <thread>

#include "tests/engine/job_store_suite.hpp"
#include "tests/engine/store_files.hpp"

namespace framewright::engine {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

TEST_P(JobStoreSuite, LeasesByPriorityAndThenByAge) {
  std::vector<std::string> expected(4);
  for (const auto& [priority, place] : {std::pair{1, 3}, {9, 0}, {5, 1}, {5, 2}}) {
    NewJob asked = request();
    asked.priority = priority;
    expected[static_cast<std::size_t>(place)] = create(std::move(asked)).id;
  }

  std::vector<std::string> leased;
  for (int i = 0; i < 4; ++i) leased.push_back(lease().id);

  EXPECT_EQ(leased, expected);
  const Result<std::optional<Job>> none = store().lease_next("worker", 30s);
  ASSERT_TRUE(none);
  EXPECT_FALSE(none->has_value());
}

TEST_P(JobStoreSuite, LeasesEachJobOnceWhenManyAsk) {
  constexpr int kJobs = 40;
  std::atomic<int> creating{2};
  std::mutex mutex;
  std::multiset<std::string> leased;
  const auto make_jobs = [&] {
    for (int i = 0; i < kJobs / 2; ++i) create();
    --creating;
  };
  const auto take_jobs = [&](const std::string& owner) {
    for (;;) {
      const bool last_look = creating == 0;
      const Result<std::optional<Job>> job = store().lease_next(owner, 30s);
      ASSERT_TRUE(job) << job.error().detail;
      if (!job->has_value() && last_look) return;
      const std::lock_guard lock(mutex);
      if (job->has_value()) leased.insert((*job)->id);
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; ++i) threads.emplace_back(make_jobs);
  for (const char* owner : {"first", "second", "third"}) threads.emplace_back(take_jobs, owner);
  for (std::thread& thread : threads) thread.join();

  EXPECT_EQ(leased.size(), std::size_t{kJobs});
  EXPECT_EQ(std::set<std::string>(leased.begin(), leased.end()).size(), std::size_t{kJobs});
}

TEST_P(JobStoreSuite, RunsALeasedJobFromNow) {
  create();
  bench_->clock.advance(5s);
  const Job job = lease();
  EXPECT_EQ(job.state, JobState::Running);
  EXPECT_EQ(job.started_at, bench_->clock.wall_now());
}

TEST_P(JobStoreSuite, GivesAJobToAnotherOwnerOnlyWhenItsLeaseRanOut) {
  const Job job = create();
  bench_->attend("first");
  lease("first");
  bench_->clock.advance(29s);
  EXPECT_FALSE(store().lease_next("second", 30s)->has_value());

  bench_->clock.advance(1s);

  EXPECT_EQ(lease("second").id, job.id);
  EXPECT_EQ(store().renew(job.id, "first", 30s).error().code, ErrorCode::NotFound);
  EXPECT_EQ(store().item_done(job.id, "first", 0, {}).error().code, ErrorCode::NotFound);
  EXPECT_EQ(store().finish(job.id, "first", JobState::Failed, std::nullopt).error().code,
            ErrorCode::NotFound);
  EXPECT_TRUE(store().renew(job.id, "second", 30s));
}

TEST_P(JobStoreSuite, KeepsALeaseThatIsRenewed) {
  const Job job = create();
  lease("first");
  for (int i = 0; i < 3; ++i) {
    bench_->clock.advance(20s);
    ASSERT_TRUE(store().renew(job.id, "first", 30s));
  }
  EXPECT_FALSE(store().lease_next("second", 30s)->has_value());
}

TEST_P(JobStoreSuite, HandsTheLeasesOfAStoppedOwnerBack) {
  const Job job = create();
  const Job other = create();
  lease("stopping");
  lease("other");

  ASSERT_TRUE(store().release("stopping"));

  EXPECT_EQ(now(job).state, JobState::Queued);
  EXPECT_EQ(now(other).state, JobState::Running);
  EXPECT_EQ(lease("other").id, job.id);
}

TEST_P(JobStoreSuite, CountsItemsAndIgnoresARepeatedOne) {
  const Job job = create(request({"one", "two"}));
  lease();

  complete_item(job, 1, "second result");
  complete_item(job, 1, "second result");

  const Job half = now(job);
  EXPECT_EQ(half.progress.done, 1U);
  EXPECT_TRUE(half.items[0].result.empty());
  EXPECT_EQ(content_of(half.items[1].result), "second result");
  EXPECT_EQ(half.items[1].result_media_type, "image/jpeg");
  EXPECT_EQ(half.items[1].result_bytes, 13U);
}

TEST_P(JobStoreSuite, HandsOutTheBytesOfItsOnlyPicture) {
  const Job job = succeed();
  EXPECT_EQ(job.state, JobState::Succeeded);
  EXPECT_EQ(job.finished_at, bench_->clock.wall_now());
  ASSERT_TRUE(job.result);
  EXPECT_EQ(content_of(job.result->file), "result");
  EXPECT_EQ(job.result->filename, "cat.jpg");
  EXPECT_EQ(job.result->media_type, "image/jpeg");
  EXPECT_EQ(job.result->size_bytes, 6U);
}

TEST_P(JobStoreSuite, HandsOutOneArchiveOfSeveralPictures) {
  create(request({"one", "two"}));
  const Job job = lease();
  complete_item(job, 0, "first result");
  complete_item(job, 1, "second result");

  ASSERT_TRUE(store().finish(job.id, "worker", JobState::Succeeded, std::nullopt));

  const Job done = now(job);
  ASSERT_TRUE(done.result);
  EXPECT_EQ(done.result->media_type, "application/zip");
  EXPECT_EQ(done.result->filename, job.id + ".zip");
  const std::string zip = content_of(done.result->file);
  EXPECT_EQ(zip.size(), done.result->size_bytes);
  EXPECT_THAT(zip, HasSubstr("cat.jpgfirst result"));
  EXPECT_THAT(zip, HasSubstr("cat (2).jpgsecond result"));
}

TEST_P(JobStoreSuite, DoesNotSucceedWithAPictureMissing) {
  create(request({"one", "two"}));
  const Job job = lease();
  complete_item(job, 0);

  const Result<void> finished = store().finish(job.id, "worker", JobState::Succeeded, std::nullopt);

  ASSERT_FALSE(finished);
  EXPECT_THAT(finished.error().detail, HasSubstr("1 of 2"));
  EXPECT_EQ(now(job).state, JobState::Running);
}

TEST_P(JobStoreSuite, KeepsWhyAJobFailed) {
  create();
  const Job job = lease();

  ASSERT_TRUE(store().finish(job.id, "worker", JobState::Failed,
                             Error{ErrorCode::CorruptMedia, "cat.png ends early"}));

  const Job failed = now(job);
  EXPECT_EQ(failed.state, JobState::Failed);
  ASSERT_TRUE(failed.error);
  EXPECT_EQ(failed.error->code, ErrorCode::CorruptMedia);
  EXPECT_EQ(failed.error->detail, "cat.png ends early");
  EXPECT_FALSE(failed.result);
}

TEST_P(JobStoreSuite, CancelsAWaitingJobOnceAndForAll) {
  const Job job = create();

  ASSERT_TRUE(store().cancel(job.id));
  const Job cancelled = now(job);
  bench_->clock.advance(1s);
  const Result<Job> again = store().cancel(job.id);

  EXPECT_EQ(cancelled.state, JobState::Cancelled);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->state, JobState::Cancelled);
  EXPECT_EQ(again->finished_at, cancelled.finished_at);
  EXPECT_FALSE(store().lease_next("worker", 30s)->has_value());
  EXPECT_EQ(events(job).size(), 2U);
}

TEST_P(JobStoreSuite, TakesTheLeaseOfARunningJobThatIsCancelled) {
  create();
  const Job job = lease();

  ASSERT_TRUE(store().cancel(job.id));

  EXPECT_EQ(store().renew(job.id, "worker", 30s).error().code, ErrorCode::NotFound);
  EXPECT_EQ(store().finish(job.id, "worker", JobState::Succeeded, std::nullopt).has_value(), false);
  EXPECT_EQ(now(job).state, JobState::Cancelled);
}

TEST_P(JobStoreSuite, LeavesAFinishedJobAsItIsWhenCancelled) {
  const Job job = succeed();
  const Result<Job> cancelled = store().cancel(job.id);
  ASSERT_TRUE(cancelled);
  EXPECT_EQ(cancelled->state, JobState::Succeeded);
}

TEST_P(JobStoreSuite, NumbersEventsFromOneAndResumesAfterAny) {
  create(request({"one", "two"}));
  const Job job = lease();
  complete_item(job, 0);
  complete_item(job, 1);
  ASSERT_TRUE(store().finish(job.id, "worker", JobState::Succeeded, std::nullopt));

  const std::vector<JobEvent> all = events(job);
  const std::vector<JobEvent> rest = events(job, 3);

  ASSERT_EQ(all.size(), 5U);
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(all[i].number, i + 1);
  EXPECT_EQ(all[0].kind, "state");
  EXPECT_EQ(all[0].state, JobState::Queued);
  EXPECT_EQ(all[1].state, JobState::Running);
  EXPECT_EQ(all[2].kind, "progress");
  EXPECT_EQ(all[2].progress.done, 1U);
  EXPECT_EQ(all[3].progress.done, 2U);
  EXPECT_EQ(all[3].progress.total, 2U);
  EXPECT_EQ(all[4].state, JobState::Succeeded);
  ASSERT_EQ(rest.size(), 2U);
  EXPECT_EQ(rest[0].number, 4U);
  EXPECT_EQ(store().events_after(job.id, 0, 2)->size(), 2U);
}

TEST_P(JobStoreSuite, NotifiesOfEveryChangeWhenItCanBeRead) {
  std::vector<std::string> seen;
  ASSERT_TRUE(bench_->notifier.subscribe_all([&](const std::string& id) {
    const Result<Job> job = store().get(id);
    seen.push_back(std::string(to_string(job->state)) + " " + std::to_string(job->progress.done));
  }));

  succeed();
  store().cancel(create().id).value();

  EXPECT_EQ(seen, (std::vector<std::string>{"queued 0", "running 0", "running 1", "succeeded 1", "queued 0",
                                            "cancelled 0"}));
}

TEST_P(JobStoreSuite, GoesOnAfterARestartFromTheLastFinishedPicture) {
  create(request({"one", "two"}));
  const Job job = lease();
  complete_item(job, 0, "first result");

  bench_->restart();

  const Job again = lease();
  EXPECT_EQ(again.id, job.id);
  EXPECT_EQ(again.progress.done, 1U);
  EXPECT_EQ(content_of(again.items[0].result), "first result");
  EXPECT_TRUE(again.items[1].result.empty());
  complete_item(again, 1);
  EXPECT_TRUE(store().finish(job.id, "worker", JobState::Succeeded, std::nullopt));
}

TEST_P(JobStoreSuite, GivesUpAJobThatNeverGetsAnywhere) {
  bench_->restart({.leases_without_progress = 3});
  const Job job = create();
  for (int i = 0; i < 3; ++i) {
    lease();
    bench_->restart({.leases_without_progress = 3});
  }

  EXPECT_FALSE(store().lease_next("worker", 30s)->has_value());

  const Job failed = now(job);
  EXPECT_EQ(failed.state, JobState::Failed);
  EXPECT_THAT(failed.error->detail, HasSubstr("gave up after 3 attempts"));
}

TEST_P(JobStoreSuite, LeasesAJobThatMayKillTheProcessWhenNothingElseRuns) {
  const Job suspect = create();
  for (int i = 0; i < 2; ++i) {
    ASSERT_EQ(lease().id, suspect.id);
    bench_->restart();
  }
  const Job other = create();

  EXPECT_EQ(lease().id, other.id);
  EXPECT_FALSE(store().lease_next("worker", 30s)->has_value()) << "while another job runs";
  complete_item(other, 0);
  ASSERT_TRUE(store().finish(other.id, "worker", JobState::Succeeded, std::nullopt));
  EXPECT_EQ(lease().id, suspect.id);
  create();
  EXPECT_FALSE(store().lease_next("worker", 30s)->has_value()) << "while the suspect runs";
}

TEST_P(JobStoreSuite, DoesNotHoldCleanStopsAgainstAJob) {
  bench_->restart({.leases_without_progress = 2});
  create();
  for (int i = 0; i < 5; ++i) {
    lease();
    ASSERT_TRUE(store().release("worker"));
  }
  EXPECT_TRUE(store().lease_next("worker", 30s)->has_value());
}

TEST_P(JobStoreSuite, ExpiresFinalJobsByAgeWithTheirFiles) {
  bench_->restart({.retention = 1h});
  const Job old = succeed();
  bench_->clock.advance(30min);
  const Job young = succeed();
  const Job waiting = create();
  bench_->clock.advance(30min);

  const Result<std::size_t> expired = store().expire();

  ASSERT_TRUE(expired);
  EXPECT_EQ(*expired, 1U);
  EXPECT_EQ(store().get(old.id).error().code, ErrorCode::NotFound);
  EXPECT_FALSE(has_files(old));
  EXPECT_TRUE(has_files(young));
  bench_->clock.advance(24h);
  EXPECT_EQ(*store().expire(), 1U);
  EXPECT_EQ(now(waiting).state, JobState::Queued) << "a waiting job does not expire";
}

TEST_P(JobStoreSuite, ExpiresTheOldestBeyondItsCount) {
  bench_->restart({.retained = 2});
  std::vector<Job> jobs;
  for (int i = 0; i < 4; ++i) {
    jobs.push_back(succeed());
    bench_->clock.advance(1s);
  }

  EXPECT_EQ(*store().expire(), 2U);

  EXPECT_FALSE(has_files(jobs[1]));
  EXPECT_TRUE(has_files(jobs[2]));
  EXPECT_EQ(*store().expire(), 0U);
}

TEST_P(JobStoreSuite, ExpiresMoreThanItDeletesAtOnce) {
  bench_->restart({.retained = 0});
  for (int i = 0; i < 300; ++i) ASSERT_TRUE(store().cancel(create().id));
  EXPECT_EQ(*store().expire(), 300U);
  EXPECT_TRUE(store().list(10, std::nullopt, std::nullopt)->jobs.empty());
}

TEST_P(JobStoreSuite, RemovesFilesThatNoJobKnowsAtTheStart) {
  const Job job = create();
  // What a process leaves that is killed between an upload and its job.
  const std::filesystem::path orphan = bench_->files().input_of("0123456789abcdefghjkmnpqrs", 0);
  std::filesystem::create_directories(orphan.parent_path());
  put(orphan, "pixels");
  // A store that is shared leaves what another gateway may still be writing.
  const auto folder = orphan.parent_path().parent_path();
  std::filesystem::last_write_time(folder, std::filesystem::file_time_type::clock::now() - 48h);

  bench_->restart();

  EXPECT_FALSE(std::filesystem::exists(orphan));
  EXPECT_TRUE(has_files(job));
}

}  // namespace
}  // namespace framewright::engine
