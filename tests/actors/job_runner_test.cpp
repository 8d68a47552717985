#include "actors/job_runner.hpp"

#include "engine/codec.hpp"
#include "tests/actors/actor_world.hpp"
#include "tests/engine/kept_spans.hpp"
#include "tests/engine/stores_in_a_folder.hpp"
#include "tests/engine/temporary_folder.hpp"

namespace framewright::actors {
namespace {

using namespace std::chrono_literals;
using engine::Job;
using engine::JobState;
using engine::Result;

/// A store that can be out of reach.
class DistantStore final : public engine::JobStore {
 public:
  explicit DistantStore(engine::JobStore& store) : store_(store) {}

  bool is_away = false;

  Result<Job> create(engine::NewJob job) override { return store_.create(std::move(job)); }
  Result<Job> get(const std::string& id) override {
    if (is_away) return away();
    return store_.get(id);
  }
  Result<engine::JobPage> list(std::size_t limit, const std::optional<std::string>& cursor,
                               std::optional<JobState> state) override {
    return store_.list(limit, cursor, state);
  }
  Result<Job> cancel(const std::string& id) override { return store_.cancel(id); }
  Result<std::vector<engine::JobEvent>> events_after(const std::string& id, std::uint64_t number,
                                                     std::size_t limit) override {
    return store_.events_after(id, number, limit);
  }
  Result<std::optional<Job>> lease_next(const std::string& owner, std::chrono::seconds lease) override {
    if (is_away) return away();
    return store_.lease_next(owner, lease);
  }
  Result<void> renew(const std::string& id, const std::string& owner, std::chrono::seconds lease) override {
    if (is_away) return away();
    return store_.renew(id, owner, lease);
  }
  Result<void> item_done(const std::string& id, const std::string& owner, std::size_t item,
                         const engine::JobItem& result) override {
    if (is_away) return away();
    return store_.item_done(id, owner, item, result);
  }
  Result<void> finish(const std::string& id, const std::string& owner, JobState state,
                      std::optional<engine::Error> error) override {
    if (is_away) return away();
    return store_.finish(id, owner, state, std::move(error));
  }
  Result<void> release(const std::string& owner) override {
    if (is_away) return away();
    return store_.release(owner);
  }
  Result<std::size_t> expire() override {
    if (is_away) return away();
    return store_.expire();
  }

 private:
  static engine::Unexpected away() {
    return engine::unexpected(engine::ErrorCode::Overloaded, "the store is away");
  }
  engine::JobStore& store_;
};

class JobRunnerTest : public ActorWorld {
 protected:
  JobRunnerTest() {
    gauges.has_workers = true;
    directory.set_dispatcher(spawn_recorder(mail));
    // A PNG of one gray pixel.
    const unsigned char bytes[] = {
        0x89, 'P',  'N',  'G',  0x0d, 0x0a, 0x1a, 0x0a, 0,    0,    0,    13,  'I',  'H',  'D',  'R',  0,
        0,    0,    1,    0,    0,    0,    1,    8,    0,    0,    0,    0,   0x3a, 0x7e, 0x9b, 0x55, 0,
        0,    0,    10,   'I',  'D',  'A',  'T',  0x78, 0x9c, 0x63, 0x60, 0,   0,    0,    2,    0,    1,
        0x48, 0xaf, 0xa4, 0x71, 0,    0,    0,    0,    'I',  'E',  'N',  'D', 0xae, 0x42, 0x60, 0x82};
    png.assign(reinterpret_cast<const char*>(bytes), sizeof bytes);
  }

  ~JobRunnerTest() override {
    caf::anon_send_exit(runner, caf::exit_reason::user_shutdown);
    run();
  }

  void start() {
    runner = keep(
        system.spawn(job_runner, JobRunnerOptions{directory, store, stores.notifier, *stores.files, plans,
                                                  pool, metrics, clock, gauges, "this run", 2, &tracer}));
    run();
  }

  /// What a worker does with the picture that was submitted at `place`.
  void answer(std::size_t place) {
    const ErrandPtr& errand = mail->submitted.at(place);
    ASSERT_TRUE(errand->start());
    errand->answer = picture(1, 7);
    caf::anon_send(runner, done_atom_v, errand);
    run();
  }

  /// What the dispatcher does with it while nobody can work.
  void refuse(std::size_t place) {
    const ErrandPtr& errand = mail->submitted.at(place);
    errand->answer = engine::unexpected(engine::ErrorCode::Overloaded, "no worker is in service");
    caf::anon_send(runner, done_atom_v, errand);
    run();
  }

  JobState state_of(const Job& job) { return stores.jobs->get(job.id).value().state; }
  Job submit() { return stores.submit(png, png).value(); }

  std::string png;
  std::shared_ptr<Mail> mail = std::make_shared<Mail>();
  engine::TemporaryFolder folder;
  engine::StoresInAFolder stores{folder.path()};
  DistantStore store{*stores.jobs};
  engine::KeptSpans spans;
  engine::Tracer tracer{"here", 1, clock, spans};
  caf::actor runner;
};

TEST_F(JobRunnerTest, RecordsThePicturesOfAJobInOneTrace) {
  const Job job = submit();
  start();
  answer(0);
  answer(1);
  const auto recorded = spans.all();
  ASSERT_EQ(recorded.size(), 2U);
  for (const auto& span : recorded) {
    EXPECT_EQ(span.trace, engine::trace_id_of(job.id));
    EXPECT_EQ(attribute_of(span, "framewright.job.id"), job.id);
  }
}

TEST_F(JobRunnerTest, AsksForTheDeviceThatTheJobNames) {
  ASSERT_TRUE(stores.submit(png, png, {engine::Accelerator::Cuda, 3}));
  start();
  EXPECT_EQ(mail->submitted.at(0)->accelerator, engine::Accelerator::Cuda);
  EXPECT_EQ(mail->submitted.at(0)->device, 3);
}

TEST_F(JobRunnerTest, EndsAJobWithItsLastPicture) {
  const Job job = submit();
  start();
  ASSERT_EQ(mail->submitted.size(), 2U);
  answer(0);
  EXPECT_EQ(state_of(job), JobState::Running);
  answer(1);
  EXPECT_EQ(state_of(job), JobState::Succeeded);
}

TEST_F(JobRunnerTest, SendsAPictureAgainThatNoWorkerCouldTake) {
  const Job job = submit();
  start();
  ASSERT_EQ(mail->submitted.size(), 2U);
  refuse(0);
  answer(1);
  EXPECT_EQ(mail->submitted.size(), 2U) << "not at once";
  advance(500ms);
  ASSERT_EQ(mail->submitted.size(), 3U);
  answer(2);
  EXPECT_EQ(state_of(job), JobState::Succeeded);
}

TEST_F(JobRunnerTest, LeavesJobsToOthersWhileNoWorkerIsInService) {
  const Job job = submit();
  start();
  gauges.has_workers = false;
  refuse(0);
  EXPECT_EQ(state_of(job), JobState::Running) << "a picture is still under way";
  refuse(1);
  EXPECT_EQ(state_of(job), JobState::Queued);
  advance(500ms);
  EXPECT_EQ(mail->submitted.size(), 2U);
  gauges.has_workers = true;
  advance(500ms);
  ASSERT_EQ(mail->submitted.size(), 4U);
  answer(2);
  answer(3);
  EXPECT_EQ(state_of(job), JobState::Succeeded);
}

TEST_F(JobRunnerTest, RecordsWhatWasFinishedWhileTheStoreWasAway) {
  const Job job = submit();
  start();
  store.is_away = true;
  answer(0);
  answer(1);
  advance(2500ms);
  EXPECT_EQ(stores.jobs->get(job.id)->progress.done, 0U);

  store.is_away = false;
  advance(500ms);

  EXPECT_EQ(state_of(job), JobState::Succeeded);
  EXPECT_EQ(mail->submitted.size(), 2U) << "nothing ran twice";
}

TEST_F(JobRunnerTest, RecordsTheEndOfAJobThatFailedWhileTheStoreWasAway) {
  const Job job = submit();
  start();
  store.is_away = true;
  const ErrandPtr& errand = mail->submitted.at(0);
  ASSERT_TRUE(errand->start());
  errand->answer = engine::unexpected(engine::ErrorCode::CorruptMedia, "broken");
  caf::anon_send(runner, done_atom_v, errand);
  run();

  store.is_away = false;
  advance(500ms);

  EXPECT_EQ(state_of(job), JobState::Failed);
  EXPECT_EQ(stores.jobs->get(job.id)->error->code, engine::ErrorCode::CorruptMedia);
}

TEST_F(JobRunnerTest, StartsWhileTheStoreIsAway) {
  const Job job = submit();
  store.is_away = true;
  start();
  EXPECT_TRUE(mail->submitted.empty());
  store.is_away = false;
  advance(500ms);
  EXPECT_EQ(mail->submitted.size(), 2U);
  EXPECT_EQ(state_of(job), JobState::Running);
}

TEST_F(JobRunnerTest, LeavesAJobThatAnotherTook) {
  const Job job = submit();
  start();
  ASSERT_TRUE(stores.jobs->release("this run"));
  ASSERT_TRUE(stores.jobs->lease_next("another", 1h)->has_value());
  answer(0);
  EXPECT_EQ(mail->submitted.at(1)->phase, engine::TaskPhase::Dropped);
  EXPECT_EQ(state_of(job), JobState::Running);
  EXPECT_TRUE(stores.jobs->renew(job.id, "another", 1h)) << "it is still the other's";
}

TEST_F(JobRunnerTest, ThrowsAwayWhatWasUnderWayOfALeaseThatItLostAndGotAgain) {
  const Job job = submit();
  start();
  ASSERT_TRUE(mail->submitted.at(0)->start());
  ASSERT_TRUE(stores.jobs->release("this run"));
  caf::anon_send(runner, changed_atom_v, job.id);
  run();
  ASSERT_EQ(mail->submitted.size(), 3U) << "one place is taken by the picture that runs on";
  mail->submitted[0]->answer = picture(1, 7);
  caf::anon_send(runner, done_atom_v, mail->submitted[0]);
  run();
  EXPECT_EQ(stores.jobs->get(job.id)->progress.done, 0U);
  ASSERT_EQ(mail->submitted.size(), 4U);
  answer(2);
  answer(3);
  EXPECT_EQ(state_of(job), JobState::Succeeded);
}

TEST_F(JobRunnerTest, IsKeptByNobodyWhereItCannotStart) {
  directory.set_dispatcher({});
  start();
  EXPECT_EQ(stores.notifier.watchers(), 0U) << "a watcher keeps it, and its thread with it";
}

}  // namespace
}  // namespace framewright::actors
