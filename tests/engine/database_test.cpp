#include "engine/database.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>
#include <array>
#include <thread>
#include <vector>

#include "engine/schema.hpp"
#include "tests/engine/store_files.hpp"
#include "tests/engine/temporary_folder.hpp"

namespace framewright::engine {
namespace {

using testing::HasSubstr;

constexpr Migration kFirst =
    "CREATE TABLE schema_version (version INTEGER PRIMARY KEY); CREATE TABLE pets (name TEXT)";
constexpr Migration kSecond = "ALTER TABLE pets ADD COLUMN age INTEGER";
constexpr Migration kBroken = "CREATE TABLE toys (name TEXT); INSERT INTO nowhere VALUES (1)";

class DatabaseFile : public testing::Test {
 protected:
  Result<std::unique_ptr<Database>> open(std::span<const Migration> migrations) {
    return Database::open(file_, migrations);
  }
  static Result<void> add_pet(Database& database, const std::string& name) {
    return database.write([&](SQLite::Database& connection) -> Result<void> {
      connection.exec("INSERT INTO pets (name) VALUES ('" + name + "')");
      return {};
    });
  }
  static int pets(Database& database) {
    const Result<int> count = database.read([](SQLite::Database& connection) -> Result<int> {
      return connection.execAndGet("SELECT COUNT(*) FROM pets").getInt();
    });
    return count ? *count : -1;
  }

  const TemporaryFolder folder_;
  const std::filesystem::path file_ = folder_.path() / "test.db";
};

TEST_F(DatabaseFile, TakesEachStepOnceAndKeepsWhatIsThere) {
  {
    const auto database = open(std::array{kFirst});
    ASSERT_TRUE(database);
    ASSERT_TRUE(add_pet(**database, "Rex"));
  }
  const auto database = open(std::array{kFirst, kSecond});
  ASSERT_TRUE(database);
  EXPECT_EQ(pets(**database), 1);
}

TEST_F(DatabaseFile, RefusesASchemaFromANewerProgram) {
  ASSERT_TRUE(open(std::array{kFirst, kSecond}));

  const auto database = open(std::array{kFirst});

  ASSERT_FALSE(database);
  EXPECT_THAT(database.error().detail, HasSubstr(file_.string()));
  EXPECT_THAT(database.error().detail, HasSubstr("has schema 2, this program knows up to 1"));
}

TEST_F(DatabaseFile, UndoesAStepThatFailsHalfway) {
  ASSERT_FALSE(open(std::array{kFirst, kBroken}));

  const auto database = open(std::array{kFirst});

  ASSERT_TRUE(database) << "the version must still be 1";
  const Result<bool> half = (*database)->read(
      [](SQLite::Database& connection) -> Result<bool> { return connection.tableExists("toys"); });
  ASSERT_TRUE(half);
  EXPECT_FALSE(*half);
}

TEST_F(DatabaseFile, RefusesAFileThatIsNoDatabase) {
  put(file_, std::string(4096, 'x'));

  const auto database = open(std::array{kFirst});

  ASSERT_FALSE(database);
  EXPECT_THAT(database.error().detail, HasSubstr("not a database"));
}

TEST_F(DatabaseFile, RefusesTheDatabaseOfAnotherProgram) {
  SQLite::Database(file_.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
      .exec("CREATE TABLE foreign_table (x)");

  const auto database = open(std::array{kFirst});

  ASSERT_FALSE(database);
  EXPECT_THAT(database.error().detail, HasSubstr("belongs to another program"));
}

TEST_F(DatabaseFile, NamesAPathThatCannotBeOpened) {
  const auto database = Database::open("/dev/null/test.db", std::array{kFirst});

  ASSERT_FALSE(database);
  EXPECT_EQ(database.error().code, ErrorCode::Internal);
  EXPECT_THAT(database.error().detail, HasSubstr("/dev/null/test.db"));
}

TEST_F(DatabaseFile, UndoesABodyThatReturnsAnError) {
  const auto database = open(std::array{kFirst});
  ASSERT_TRUE(database);

  const Result<void> refused = (*database)->write([](SQLite::Database& connection) -> Result<void> {
    connection.exec("INSERT INTO pets (name) VALUES ('Rex')");
    return unexpected(ErrorCode::Conflict, "no");
  });

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::Conflict);
  EXPECT_EQ(pets(**database), 0);
}

TEST_F(DatabaseFile, TurnsWhatSqliteThrowsIntoAnError) {
  const auto database = open(std::array{kFirst});
  ASSERT_TRUE(database);

  const Result<void> failed = (*database)->write([](SQLite::Database& connection) -> Result<void> {
    connection.exec("INSERT INTO nowhere VALUES (1)");
    return {};
  });

  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::Internal);
  EXPECT_THAT(failed.error().detail, HasSubstr("no such table: nowhere"));
  EXPECT_TRUE(add_pet(**database, "Rex")) << "the connection goes on";
}

TEST_F(DatabaseFile, ReadsWhileAWriteIsUnderWay) {
  const auto database = open(std::array{kFirst});
  ASSERT_TRUE(database);
  int seen = -1;

  ASSERT_TRUE((*database)->write([&](SQLite::Database& connection) -> Result<void> {
    connection.exec("INSERT INTO pets (name) VALUES ('Rex')");
    seen = pets(**database);
    return {};
  }));

  EXPECT_EQ(seen, 0);
  EXPECT_EQ(pets(**database), 1);
}

TEST_F(DatabaseFile, IsSharedByGatewaysThatStartAtTheSameMoment) {
  constexpr int kGateways = 6;
  std::vector<std::thread> gateways;
  for (int i = 0; i < kGateways; ++i) {
    gateways.emplace_back([&] {
      const auto database = Database::open(file_, std::array{kFirst, kSecond}, FolderUse::Shared);
      ASSERT_TRUE(database) << database.error().detail;
      EXPECT_TRUE(add_pet(**database, "Rex"));
      EXPECT_GE(pets(**database), 1);
    });
  }
  for (std::thread& gateway : gateways) gateway.join();
  EXPECT_EQ(pets(**open(std::array{kFirst, kSecond})), kGateways);
}

TEST_F(DatabaseFile, TakesTheSchemaOfTheProgram) {
  EXPECT_TRUE(open(schema_migrations()));
  EXPECT_TRUE(open(schema_migrations())) << "a second time there is nothing to do";
}

}  // namespace
}  // namespace framewright::engine
