// The suite of every JobStore on PostgreSQL, and what is its own: several gateways on one database, and a
// database that goes away.
#include "engine/postgres_job_store.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <mutex>
#include <set>
#include <thread>

#include "engine/postgres_job_listener.hpp"
#include "engine/postgres_schema.hpp"
#include "engine/random_id.hpp"
#include "tests/engine/job_store_suite.hpp"
#include "tests/engine/postgres_server.hpp"
#include "tests/engine/store_files.hpp"

namespace framewright::engine {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

/// What one gateway has of the shared store.
struct Gateway {
  Gateway(const std::string& url, JobFiles& files, JobNotifier& told, const Clock& clock,
          JobStoreLimits limits = {})
      : name(random_id()),
        database(
            PostgresDatabase::open({.url = url, .migrations = postgres_migrations()}, shared_clock).value()),
        store({*database, files, told, clock, name}, limits),
        listener(*database, told, name) {}

  /// Whether the database has been up for so long.
  bool has_been_up_for(std::chrono::seconds time) {
    const auto asked = database->read([time](PostgresConnection& connection) -> Result<bool> {
      return connection
                 .run("SELECT pg_postmaster_start_time() <= clock_timestamp() - make_interval(secs => $1)",
                      {time.count()})
                 .text(0, 0) == "t";
    });
    return asked.value();
  }
  /// Ends every connection to this database but one of this gateway's own.
  void cut_all_others() {
    const auto cut = database->read([](PostgresConnection& connection) -> Result<int> {
      return connection
          .run(
              "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
              " WHERE datname = current_database() AND pid <> pg_backend_pid()")
          .size();
    });
    EXPECT_GT(cut.value(), 0);
  }

  std::string name;
  SharedClock shared_clock;
  std::unique_ptr<PostgresDatabase> database;
  PostgresJobStore store;
  PostgresJobListener listener;
};

class PostgresBench final : public JobStoreBench {
 public:
  PostgresBench() { restart({}); }

  JobStore& store() override { return gateway_->store; }
  JobFiles& files() override { return *files_; }
  void restart(JobStoreLimits limits) override {
    // The gateway dies without a word. Its leases run out before the next one starts.
    if (gateway_) clock.advance(1h);
    attending_.reset();
    gateway_.reset();
    files_ = JobFiles::open(folder_.path() / "jobs", FolderUse::Shared).value();
    gateway_ = std::make_unique<Gateway>(url_, *files_, notifier, clock, limits);
    EXPECT_TRUE(gateway_->store.expire());
  }
  void attend(const std::string& owner) override {
    attending_ = std::make_unique<PostgresJobListener>(*gateway_->database, notifier, owner);
    EXPECT_TRUE(attending_->listen(0ms));
  }

 private:
  const TemporaryFolder folder_;
  const std::string url_ = shared_postgres()->new_database();
  std::unique_ptr<JobFiles> files_;
  std::unique_ptr<Gateway> gateway_;
  std::unique_ptr<PostgresJobListener> attending_;  ///< holds a session of an owner
};

std::vector<JobStoreMaker> makers() {
  return {{"PostgreSQL", [] { return std::make_unique<PostgresBench>(); }, shared_postgres() == nullptr}};
}

INSTANTIATE_TEST_SUITE_P(Postgres, JobStoreSuite, testing::ValuesIn(makers()),
                         [](const auto& suite) { return suite.param.name; });

/// Two gateways that share a database and a folder.
class TwoGateways : public testing::Test {
 protected:
  void SetUp() override {
    if (shared_postgres() == nullptr) GTEST_SKIP() << "PostgreSQL is not installed";
    url_ = shared_postgres()->new_database();
    files_ = JobFiles::open(folder_.path() / "jobs", FolderUse::Shared).value();
    one_ = std::make_unique<Gateway>(url_, *files_, told_one_, clock_);
    two_ = std::make_unique<Gateway>(url_, *files_, told_two_, clock_);
  }

  NewJob request(const std::vector<std::string>& contents = {"pixels"}) {
    NewJob job;
    job.pipeline = "invert";
    job.upload = files_->begin_upload().value();
    for (const std::string& content : contents) job.upload->add("cat.png", bytes_of(content)).value();
    return job;
  }

  JobItem result_of(const Job& job, std::size_t item, const std::string& bytes = "result") {
    files_->write_result(job.id, item, bytes_of(bytes)).value();
    JobItem result = job.items[item];
    result.result_media_type = "image/png";
    result.result_bytes = bytes.size();
    return result;
  }

  const TemporaryFolder folder_;
  std::string url_;
  ManualClock clock_;
  JobNotifier told_one_;
  JobNotifier told_two_;
  std::unique_ptr<JobFiles> files_;
  std::unique_ptr<Gateway> one_;
  std::unique_ptr<Gateway> two_;
};

TEST_F(TwoGateways, SeeEachOthersJobs) {
  const Job job = one_->store.create(request()).value();
  EXPECT_EQ(two_->store.get(job.id)->state, JobState::Queued);
  EXPECT_EQ(content_of(two_->store.get(job.id)->items.at(0).input), "pixels");
}

TEST_F(TwoGateways, GetEachJobOnceBetweenThem) {
  constexpr std::size_t kJobs = 60;
  for (std::size_t i = 0; i < kJobs; ++i) ASSERT_TRUE(one_->store.create(request()));
  std::mutex mutex;
  std::multiset<std::string> leased;
  const auto take_all = [&](Gateway& gateway, const std::string& owner) {
    while (true) {
      const auto job = gateway.store.lease_next(owner, 30s);
      ASSERT_TRUE(job) << job.error().detail;
      // Nothing waits, or what waits is just being taken by another: the count tells.
      const std::lock_guard lock(mutex);
      if (*job) leased.insert((*job)->id);
      if (leased.size() >= kJobs) return;
    }
  };
  std::vector<std::thread> threads;
  for (const char* owner : {"a", "b"}) {
    threads.emplace_back([&, owner] { take_all(*one_, owner); });
    threads.emplace_back([&, owner] { take_all(*two_, std::string(owner) + "'"); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(leased.size(), kJobs);
  EXPECT_EQ(std::set<std::string>(leased.begin(), leased.end()).size(), kJobs);
}

TEST_F(TwoGateways, TakeOverFromTheLastFinishedPicture) {
  const Job job = one_->store.create(request({"one", "two"})).value();
  const Job first = one_->store.lease_next("one", 10s)->value();
  ASSERT_TRUE(one_->store.item_done(job.id, "one", 0, result_of(first, 0, "first result")));
  EXPECT_FALSE(two_->store.lease_next("two", 10s)->has_value()) << "the lease holds";

  clock_.advance(10s);
  const Job taken = two_->store.lease_next("two", 10s)->value();

  EXPECT_EQ(taken.id, job.id);
  EXPECT_EQ(taken.progress.done, 1U);
  EXPECT_EQ(content_of(taken.items[0].result), "first result");
  EXPECT_TRUE(taken.items[1].result.empty());
}

TEST_F(TwoGateways, TakeOverSoonerWhatAGatewayHadWhoseSessionHasEnded) {
  ASSERT_TRUE(one_->listener.listen(0ms));
  const Job job = one_->store.create(request()).value();
  one_->store.lease_next(one_->name, 10s)->value();
  clock_.advance(4s);
  while (!two_->has_been_up_for(4s)) std::this_thread::yield();
  EXPECT_FALSE(two_->store.lease_next("two", 10s)->has_value()) << "it is there";

  const std::string gone = std::exchange(one_, nullptr)->name;
  std::optional<Job> taken;  // The server notices when it next looks at the connection.
  while (!taken) taken = two_->store.lease_next("two", 10s).value();

  EXPECT_EQ(taken->id, job.id);
  EXPECT_EQ(two_->store.renew(job.id, gone, 10s).error().code, ErrorCode::NotFound);
}

TEST_F(TwoGateways, LeaveALeaseToAnOwnerThatRenewsItWithoutASession) {
  const Job job = one_->store.create(request()).value();
  one_->store.lease_next("one", 10s)->value();
  while (!two_->has_been_up_for(4s)) std::this_thread::yield();
  for (int i = 0; i < 3; ++i) {
    clock_.advance(3999ms);
    EXPECT_FALSE(two_->store.lease_next("two", 10s)->has_value());
    ASSERT_TRUE(one_->store.renew(job.id, "one", 10s));
  }
  clock_.advance(4s);
  EXPECT_TRUE(two_->store.lease_next("two", 10s)->has_value());
}

TEST_F(TwoGateways, TakeTheirLeasesBackAfterTheirConnectionsWereCut) {
  ASSERT_TRUE(one_->listener.listen(0ms));
  const Job job = one_->store.create(request()).value();
  one_->store.lease_next(one_->name, 10s)->value();
  while (!two_->has_been_up_for(4s)) std::this_thread::yield();
  two_->cut_all_others();
  while (one_->listener.listen(0ms)) std::this_thread::yield();   // Until it has noticed, ...
  while (!one_->listener.listen(0ms)) std::this_thread::yield();  // ... and until it has connected again.
  clock_.advance(5s);
  EXPECT_FALSE(two_->store.lease_next("two", 10s)->has_value()) << "it is there again";
  EXPECT_TRUE(one_->store.renew(job.id, one_->name, 10s));
}

TEST_F(TwoGateways, RefuseWhatTheEarlierOwnerWrites) {
  const Job job = one_->store.create(request()).value();
  const Job held = one_->store.lease_next("one", 10s)->value();
  clock_.advance(10s);
  two_->store.lease_next("two", 10s)->value();

  EXPECT_EQ(one_->store.renew(job.id, "one", 10s).error().code, ErrorCode::NotFound);
  EXPECT_EQ(one_->store.item_done(job.id, "one", 0, result_of(held, 0)).error().code, ErrorCode::NotFound);
  EXPECT_EQ(one_->store.finish(job.id, "one", JobState::Failed, Error{}).error().code, ErrorCode::NotFound);
  EXPECT_EQ(two_->store.get(job.id)->progress.done, 0U);
  EXPECT_EQ(two_->store.get(job.id)->state, JobState::Running);
  EXPECT_TRUE(two_->store.renew(job.id, "two", 10s));
}

TEST_F(TwoGateways, KeepALeaseThatRanOutAndThatNobodyTook) {
  const Job job = one_->store.create(request()).value();
  one_->store.lease_next("one", 10s)->value();
  clock_.advance(1h);  // As after an outage of the database.
  EXPECT_TRUE(one_->store.renew(job.id, "one", 10s));
  EXPECT_FALSE(two_->store.lease_next("two", 10s)->has_value());
}

TEST_F(TwoGateways, MakeOneJobOfOneKeyAtTheSameMoment) {
  for (int round = 0; round < 10; ++round) {
    std::vector<std::string> ids(2);
    const auto submit = [&](std::size_t place, Gateway& gateway) {
      NewJob job = request();
      job.idempotency_key = "key \xff " + std::to_string(round);
      ids[place] = gateway.store.create(std::move(job)).value().id;
    };
    std::thread other([&] { submit(0, *one_); });
    submit(1, *two_);
    other.join();
    EXPECT_EQ(ids[0], ids[1]);
  }
}

TEST_F(TwoGateways, HearOfEachOthersChangesAndOfTheirOwnOnce) {
  std::vector<std::string> heard_one;
  std::vector<std::string> heard_two;
  ASSERT_TRUE(one_->listener.listen(0ms) && two_->listener.listen(0ms));
  ASSERT_TRUE(told_one_.subscribe_all([&](const std::string& id) { heard_one.push_back(id); }));
  ASSERT_TRUE(told_two_.subscribe_all([&](const std::string& id) { heard_two.push_back(id); }));

  const Job job = one_->store.create(request()).value();
  while (heard_two.empty()) ASSERT_TRUE(two_->listener.listen(10s));
  ASSERT_TRUE(two_->store.cancel(job.id));
  while (heard_one.size() < 2) ASSERT_TRUE(one_->listener.listen(10s));

  EXPECT_EQ(heard_one, (std::vector{job.id, job.id}));
  EXPECT_EQ(heard_two, (std::vector{job.id, job.id}));
}

TEST_F(TwoGateways, LookAgainWhenNewsMayHaveBeenMissed) {
  int looks = 0;
  ASSERT_TRUE(told_one_.subscribe("some job", [&](const std::string&) { ++looks; }));
  ASSERT_TRUE(one_->listener.listen(0ms));
  EXPECT_EQ(looks, 1);
  ASSERT_TRUE(one_->listener.listen(0ms));
  EXPECT_EQ(looks, 1);
}

TEST_F(TwoGateways, HoldASuspectAgainstNobodyElse) {
  const Job suspect = one_->store.create(request()).value();
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(one_->store.lease_next("dead", 10s)->has_value());
    clock_.advance(10s);
  }
  const Job other = one_->store.create(request()).value();
  EXPECT_EQ(one_->store.lease_next("one", 10s)->value().id, other.id);
  EXPECT_FALSE(one_->store.lease_next("one", 10s)->has_value()) << "not beside other work";
  EXPECT_EQ(two_->store.lease_next("two", 10s)->value().id, suspect.id);
  one_->store.create(request()).value();
  EXPECT_FALSE(two_->store.lease_next("two", 10s)->has_value()) << "nothing beside the suspect";
  EXPECT_TRUE(one_->store.lease_next("one", 10s)->has_value());
}

TEST_F(TwoGateways, LeaveTheUploadsOfTheOtherAlone) {
  const NewJob under_way = request();
  Gateway starting(url_, *files_, told_one_, clock_);
  ASSERT_TRUE(starting.store.expire());
  EXPECT_TRUE(std::filesystem::exists(under_way.upload->items()[0].input));
}

TEST_F(TwoGateways, AgreeOnTheTimeWhateverTheirClocksSay) {
  clock_.advance(1h);
  SharedClock late(clock_);  // 2023: years behind the database
  PostgresDatabase::open({.url = url_, .migrations = postgres_migrations()}, late).value();
  EXPECT_LT(std::chrono::abs(late.wall_now() - one_->shared_clock.wall_now()), 5s);
}

TEST(PostgresDatabase, BringsTheSchemaUpOnceWhenManyStart) {
  if (shared_postgres() == nullptr) GTEST_SKIP() << "PostgreSQL is not installed";
  const std::string url = shared_postgres()->new_database();
  std::atomic<int> opened{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      SharedClock clock;
      const auto database =
          PostgresDatabase::open({.url = url, .migrations = postgres_migrations()}, clock).value();
      const auto versions = database->read([](PostgresConnection& connection) -> Result<std::int64_t> {
        return connection.run("SELECT COUNT(*) FROM schema_version").integer(0, 0);
      });
      if (versions && *versions == std::ssize(postgres_migrations())) ++opened;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(opened, 8);
}

TEST(PostgresJobStore, ReadsAJobThatAnOlderProgramHasAccepted) {
  if (shared_postgres() == nullptr) GTEST_SKIP() << "PostgreSQL is not installed";
  const auto before_devices = postgres_migrations().first(1);
  const std::string url = shared_postgres()->new_database();
  SharedClock time;
  const auto older = PostgresDatabase::open({.url = url, .migrations = before_devices}, time).value();
  const auto accept = [&](const char* id) {
    return older->write([id](PostgresConnection& connection) -> Result<void> {
      connection.run(
          "INSERT INTO jobs (id, state, priority, pipeline, output_exactness, accelerator, total, created_us)"
          " VALUES ($1, 'queued', 5, 'invert', 0, 2, 1, 0)",
          {id});
      return {};
    });
  };
  ASSERT_TRUE(accept("before"));
  const TemporaryFolder folder;
  const auto files = JobFiles::open(folder.path() / "jobs", FolderUse::Shared).value();
  JobNotifier notifier;
  ManualClock clock;
  Gateway newer(url, *files, notifier, clock);
  ASSERT_TRUE(accept("since")) << "an older gateway goes on beside a newer one";
  for (const auto* id : {"before", "since"}) {
    EXPECT_EQ(newer.store.get(id).value().accelerator, (AcceleratorWish{Accelerator::Cuda, std::nullopt}));
  }
}

TEST(PostgresDatabase, RefusesASchemaThatIsNewerThanTheProgram) {
  if (shared_postgres() == nullptr) GTEST_SKIP() << "PostgreSQL is not installed";
  const std::string url = shared_postgres()->new_database();
  SharedClock clock;
  PostgresDatabase::open({.url = url, .migrations = postgres_migrations()}, clock).value();
  const auto older = PostgresDatabase::open({.url = url, .migrations = {}}, clock);
  ASSERT_FALSE(older);
  EXPECT_EQ(older.error().code, ErrorCode::Internal);
  EXPECT_THAT(older.error().detail, HasSubstr("start a newer program"));
}

TEST(PostgresDatabase, NeverShowsThePassword) {
  SharedClock clock;
  for (const char* url : {"postgresql://me:se@cret@nowhere.invalid/jobs", "postgresql://me:secret:5@[/jobs",
                          "postgresql://me:secret@nowhere.invalid:port/jobs?nonsense=secret"}) {
    const auto refused = PostgresDatabase::open({.url = url, .migrations = {}}, clock);
    ASSERT_FALSE(refused) << url;
    EXPECT_EQ(refused.error().code, ErrorCode::InvalidArgument);
    EXPECT_THAT(refused.error().detail, Not(HasSubstr("cret")));
  }
  const auto away = PostgresDatabase::open(
                        {.url = "postgresql://me:secret@/jobs?host=/nowhere/secret", .migrations = {}}, clock)
                        .value();
  const auto asked = away->connect();
  ASSERT_FALSE(asked);
  EXPECT_EQ(asked.error().code, ErrorCode::Overloaded);
  EXPECT_THAT(asked.error().detail, HasSubstr("is away"));
  EXPECT_THAT(asked.error().detail, Not(HasSubstr("secret")));
}

TEST(PostgresDatabase, LendsNoMoreConnectionsThanItsBound) {
  if (shared_postgres() == nullptr) GTEST_SKIP() << "PostgreSQL is not installed";
  SharedClock clock;
  const auto database =
      PostgresDatabase::open({.url = shared_postgres()->new_database(), .migrations = {}, .connections = 2},
                             clock)
          .value();
  std::atomic<int> inside{0};
  std::atomic<int> most{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back([&] {
      const auto done = database->read([&](PostgresConnection& connection) -> Result<int> {
        const int now = ++inside;
        for (int seen = most; seen < now && !most.compare_exchange_weak(seen, now);) continue;
        connection.run("SELECT pg_sleep(0.02)");
        --inside;
        return 0;
      });
      EXPECT_TRUE(done);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(most, 2);
}

/// A database that goes away and comes back. It has a server of its own, which others do not feel.
class DatabaseAway : public TwoGateways {
 protected:
  void SetUp() override {
    TwoGateways::SetUp();
    if (IsSkipped()) return;
    server_ = PostgresServer::start();
    url_ = server_->new_database();
    one_ = std::make_unique<Gateway>(url_, *files_, told_one_, clock_);
    two_ = std::make_unique<Gateway>(url_, *files_, told_two_, clock_);
  }

  std::unique_ptr<PostgresServer> server_;
};

TEST_F(DatabaseAway, AnswersOverloadedAndKeepsWhatWasAccepted) {
  const Job job = one_->store.create(request()).value();
  server_->stop();

  const Result<Job> refused = one_->store.create(request());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::Overloaded);
  EXPECT_EQ(one_->store.get(job.id).error().code, ErrorCode::Overloaded);
  EXPECT_EQ(one_->store.lease_next("one", 10s).error().code, ErrorCode::Overloaded);
  EXPECT_FALSE(one_->listener.listen(0ms));
  EXPECT_EQ(entries_in(folder_.path() / "jobs"), 1U) << "the refused upload has gone";

  server_->start_again();
  while (!one_->listener.listen(10ms)) std::this_thread::yield();
  EXPECT_EQ(one_->store.get(job.id)->state, JobState::Queued);
  EXPECT_EQ(one_->store.lease_next("one", 10s)->value().id, job.id);
}

TEST_F(DatabaseAway, LetsALeaseGoOnAfterwards) {
  const Job job = one_->store.create(request()).value();
  const Job held = one_->store.lease_next("one", 10s)->value();
  server_->stop();
  const JobItem result = result_of(held, 0);
  EXPECT_EQ(one_->store.item_done(job.id, "one", 0, result).error().code, ErrorCode::Overloaded);

  server_->start_again();
  while (!one_->listener.listen(10ms)) std::this_thread::yield();
  EXPECT_TRUE(one_->store.item_done(job.id, "one", 0, result));
  EXPECT_TRUE(one_->store.finish(job.id, "one", JobState::Succeeded, std::nullopt));
  EXPECT_EQ(two_->store.get(job.id)->state, JobState::Succeeded);
}

TEST_F(DatabaseAway, HoldsItAgainstNobodyThatEverybodyHasToConnectAgain) {
  ASSERT_TRUE(one_->listener.listen(0ms));
  const Job job = one_->store.create(request()).value();
  one_->store.lease_next(one_->name, 10s)->value();
  server_->stop();
  clock_.advance(5s);
  server_->start_again();
  const auto early = two_->store.lease_next("two", 10s).value();
  ASSERT_FALSE(two_->has_been_up_for(4s)) << "this machine is too slow to see it";
  EXPECT_FALSE(early.has_value());
  EXPECT_TRUE(one_->store.renew(job.id, one_->name, 10s));
}

TEST_F(DatabaseAway, UsesNoConnectionThatDiedWhileItWasIdle) {
  const Job job = one_->store.create(request()).value();
  server_->stop();
  server_->start_again();
  // Nobody has noticed: the first call finds the dead connections and makes a new one.
  EXPECT_TRUE(one_->store.get(job.id));
}

TEST_F(DatabaseAway, StartsWithoutItAndMakesTheSchemaWhenItComes) {
  const std::string url = server_->new_database();
  server_->stop();
  Gateway early(url, *files_, told_one_, clock_);
  EXPECT_EQ(early.store.create(request()).error().code, ErrorCode::Overloaded);
  server_->start_again();
  while (!early.listener.listen(10ms)) std::this_thread::yield();
  EXPECT_TRUE(early.store.create(request()));
}

}  // namespace
}  // namespace framewright::engine
