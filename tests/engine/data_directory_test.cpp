#include "engine/data_directory.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include "tests/engine/failing_disk.hpp"
#include "tests/engine/store_files.hpp"
#include "tests/engine/temporary_folder.hpp"

namespace framewright::engine {
namespace {

using testing::HasSubstr;

TEST(DataDirectory, IsMadeWithWhatLacksAboveIt) {
  const TemporaryFolder folder;
  const auto directory = DataDirectory::open(folder.path() / "a" / "data/");
  ASSERT_TRUE(directory);
  EXPECT_EQ((*directory)->root(), folder.path() / "a" / "data");
  EXPECT_TRUE(std::filesystem::is_directory((*directory)->root()));
}

TEST(DataDirectory, IsHeldByOneAtATime) {
  const TemporaryFolder folder;
  const auto first = DataDirectory::open(folder.path());
  ASSERT_TRUE(first);

  const auto second = DataDirectory::open(folder.path());

  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::Conflict);
  EXPECT_THAT(second.error().detail, HasSubstr((folder.path() / "framewright.lock").string()));
  EXPECT_THAT(second.error().detail, HasSubstr("process " + std::to_string(::getpid())));
}

TEST(DataDirectory, IsHeldByGatewaysThatShareIt) {
  const TemporaryFolder folder;
  auto first = DataDirectory::open(folder.path(), FolderUse::Shared);
  auto second = DataDirectory::open(folder.path(), FolderUse::Shared);
  EXPECT_TRUE(first && second);
  EXPECT_EQ(DataDirectory::open(folder.path()).error().code, ErrorCode::Conflict);
  first->reset();
  second->reset();
  const auto alone = DataDirectory::open(folder.path());
  ASSERT_TRUE(alone);
  EXPECT_EQ(DataDirectory::open(folder.path(), FolderUse::Shared).error().code, ErrorCode::Conflict);
}

TEST(DataDirectory, IsFreeAgainAfterwards) {
  const TemporaryFolder folder;
  ASSERT_TRUE(DataDirectory::open(folder.path()));
  EXPECT_TRUE(DataDirectory::open(folder.path()));
}

TEST(DataDirectory, CannotLieBelowAFile) {
  const TemporaryFolder folder;
  put(folder.path() / "file", "");

  const auto directory = DataDirectory::open(folder.path() / "file" / "data");

  ASSERT_FALSE(directory);
  EXPECT_THAT(directory.error().detail, HasSubstr((folder.path() / "file" / "data").string()));
  EXPECT_THAT(directory.error().detail, HasSubstr("Not a directory"));
}

TEST(DataDirectory, NamesAFolderThatCannotBeWritten) {
  if (::geteuid() == 0) GTEST_SKIP() << "root writes everywhere";
  const TemporaryFolder folder;
  std::filesystem::permissions(folder.path(),
                               std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);

  const auto directory = DataDirectory::open(folder.path());

  std::filesystem::permissions(folder.path(), std::filesystem::perms::owner_all);
  ASSERT_FALSE(directory);
  EXPECT_THAT(directory.error().detail, HasSubstr("Permission denied"));
}

TEST(DataDirectory, NamesAFolderThatTheKernelDoesNotLetUsWrite) {
  const auto directory = DataDirectory::open("/proc/framewright");
  ASSERT_FALSE(directory);
  EXPECT_THAT(directory.error().detail, HasSubstr("/proc/framewright"));
}

TEST(DataDirectory, SaysAtOnceThatItsDiskCannotBeSynced) {
  const TemporaryFolder folder;
  FailingDisk disk;
  disk.syncs_until_failure = 0;

  const auto directory = DataDirectory::open(folder.path(), FolderUse::Alone, disk);

  ASSERT_FALSE(directory);
  EXPECT_THAT(directory.error().detail, HasSubstr("Input/output error"));
}

}  // namespace
}  // namespace framewright::engine
