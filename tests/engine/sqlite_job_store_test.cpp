#include "engine/sqlite_job_store.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>

#include "engine/data_directory.hpp"
#include "engine/schema.hpp"
#include "tests/engine/failing_disk.hpp"
#include "tests/engine/job_store_suite.hpp"
#include "tests/engine/store_files.hpp"
#include "tests/engine/temporary_folder.hpp"

namespace framewright::engine {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class SqliteBench final : public JobStoreBench {
 public:
  SqliteBench() { restart({}); }

  JobStore& store() override { return *store_; }
  JobFiles& files() override { return *files_; }
  Database& database() { return *database_; }

  void restart(JobStoreLimits limits) override {
    store_.reset();
    files_.reset();
    database_.reset();
    directory_.reset();
    directory_ = DataDirectory::open(folder_.path() / "data").value();
    database_ = Database::open(directory_->database_file(), schema_migrations()).value();
    files_ = JobFiles::open(directory_->jobs_folder(), FolderUse::Alone, disk).value();
    store_ = SqliteJobStore::open({*database_, *files_, notifier, clock}, limits).value();
  }

  FailingDisk disk;

 private:
  const TemporaryFolder folder_;
  std::unique_ptr<DataDirectory> directory_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<JobFiles> files_;
  std::unique_ptr<SqliteJobStore> store_;
};

INSTANTIATE_TEST_SUITE_P(Sqlite, JobStoreSuite,
                         testing::Values(JobStoreMaker{"Sqlite",
                                                       [] { return std::make_unique<SqliteBench>(); }}),
                         [](const auto& suite) { return suite.param.name; });

TEST(SqliteJobStore, ReadsAJobThatAnOlderProgramHasAccepted) {
  constexpr std::size_t kBeforeDevices = 3;
  const TemporaryFolder folder;
  const auto file = folder.path() / "jobs.sqlite";
  auto older = Database::open(file, schema_migrations().first(kBeforeDevices)).value();
  ASSERT_TRUE(older->write([](SQLite::Database& connection) -> Result<void> {
    connection.exec(
        "INSERT INTO jobs (id, state, priority, pipeline, output_quality, accelerator, total, created_us)"
        " VALUES ('old', 'queued', 5, 'invert', 0, 2, 1, 0)");
    return {};
  }));
  older.reset();
  const auto database = Database::open(file, schema_migrations()).value();
  const auto files = JobFiles::open(folder.path() / "jobs", FolderUse::Alone).value();
  JobNotifier notifier;
  const auto store = SqliteJobStore::open({*database, *files, notifier}, {}).value();
  EXPECT_EQ(store->get("old").value().accelerator, (AcceleratorWish{Accelerator::Cuda, std::nullopt}));
}

/// The same places and verbs, on a disk that fails.
class SqliteJobStoreDisk : public JobStoreSuite {
 protected:
  SqliteBench& bench() { return dynamic_cast<SqliteBench&>(*bench_); }
};

INSTANTIATE_TEST_SUITE_P(Sqlite, SqliteJobStoreDisk,
                         testing::Values(JobStoreMaker{"Sqlite",
                                                       [] { return std::make_unique<SqliteBench>(); }}),
                         [](const auto& suite) { return suite.param.name; });

TEST_P(SqliteJobStoreDisk, RefusesAnUploadThatDoesNotFit) {
  Result<std::shared_ptr<JobUpload>> upload = bench().files().begin_upload();
  ASSERT_TRUE(upload);
  bench().disk.free_bytes = 3;

  const Result<void> added = (*upload)->add("cat.png", bytes_of("pixels"));

  ASSERT_FALSE(added);
  EXPECT_THAT(added.error().detail, HasSubstr("No space left on device"));
  EXPECT_TRUE((*upload)->items().empty());
}

TEST_P(SqliteJobStoreDisk, LetsAJobFailWhoseResultDoesNotFit) {
  create();
  const Job job = lease();
  bench().disk.free_bytes = 3;

  const Result<void> written = bench().files().write_result(job.id, 0, bytes_of("result"));
  ASSERT_FALSE(written);
  ASSERT_TRUE(store().finish(job.id, "worker", JobState::Failed, written.error()));

  bench().disk.free_bytes = 1000;
  bench().restart({});
  const Job failed = now(job);
  EXPECT_EQ(failed.state, JobState::Failed);
  EXPECT_THAT(failed.error->detail, HasSubstr("No space left on device"));
  EXPECT_EQ(entries_in(bench().files().result_of(job.id, 0).parent_path()), 0U);
  EXPECT_EQ(succeed().state, JobState::Succeeded) << "the store goes on";
}

TEST_P(SqliteJobStoreDisk, LetsAJobFailWhoseArchiveDoesNotFit) {
  create(request({"one", "two"}));
  const Job job = lease();
  complete_item(job, 0);
  complete_item(job, 1);
  bench().disk.free_bytes = 10;

  const Result<void> finished = store().finish(job.id, "worker", JobState::Succeeded, std::nullopt);

  ASSERT_FALSE(finished);
  EXPECT_THAT(finished.error().detail, HasSubstr("No space left on device"));
  const Job failed = now(job);
  EXPECT_EQ(failed.state, JobState::Failed);
  EXPECT_EQ(failed.error->detail, finished.error().detail);
  EXPECT_FALSE(failed.result);
  EXPECT_FALSE(std::filesystem::exists(bench().files().archive_of(job.id)));
}

TEST_P(SqliteJobStoreDisk, AcceptsNothingWhileTheDatabaseIsFull) {
  create();
  const auto limit_pages = [&](const std::string& pages) {
    ASSERT_TRUE(bench().database().write([&](SQLite::Database& connection) -> Result<void> {
      SQLite::Statement(connection, "PRAGMA max_page_count = " + pages).executeStep();
      return {};
    }));
  };
  limit_pages("1");
  NewJob large = request();
  large.pipeline = std::string(100'000, 'x');
  const std::filesystem::path input = large.upload->items()[0].input;

  const Result<Job> refused = store().create(std::move(large));

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::Internal);
  EXPECT_THAT(refused.error().detail, HasSubstr("full"));
  EXPECT_FALSE(std::filesystem::exists(input));
  limit_pages("1000000");
  create();
  EXPECT_EQ(store().list(10, std::nullopt, std::nullopt)->jobs.size(), 2U);
}

}  // namespace
}  // namespace framewright::engine
