#include "engine/durable_file.hpp"

#include <gmock/gmock.h>
#include <sys/resource.h>
#include <csignal>

#include "tests/engine/failing_disk.hpp"
#include "tests/engine/store_files.hpp"
#include "tests/engine/temporary_folder.hpp"

namespace framewright::engine {
namespace {

using testing::HasSubstr;

TEST(DurableFile, AppearsUnderItsNameOnlyWhenCommitted) {
  const TemporaryFolder folder;
  const auto name = folder.path() / "picture";
  Result<DurableFile> file = DurableFile::create(name);
  ASSERT_TRUE(file);
  ASSERT_TRUE(file->append(bytes_of("first ")));
  ASSERT_TRUE(file->append(bytes_of("second")));
  EXPECT_FALSE(std::filesystem::exists(name));

  ASSERT_TRUE(file->commit());

  EXPECT_EQ(content_of(name), "first second");
  EXPECT_EQ(file->size_bytes(), 12U);
  EXPECT_EQ(entries_in(folder.path()), 1U);
}

TEST(DurableFile, LeavesNothingWhenItIsGivenUp) {
  const TemporaryFolder folder;
  {
    Result<DurableFile> file = DurableFile::create(folder.path() / "picture");
    ASSERT_TRUE(file);
    ASSERT_TRUE(file->append(bytes_of("half")));
  }
  EXPECT_EQ(entries_in(folder.path()), 0U);
}

TEST(DurableFile, KeepsTheOldFileUntilTheNewOneIsComplete) {
  const TemporaryFolder folder;
  const auto name = folder.path() / "picture";
  ASSERT_TRUE(write_durably(name, bytes_of("old")));
  FailingDisk disk;
  disk.free_bytes = 1;

  EXPECT_FALSE(write_durably(name, bytes_of("new"), disk));

  EXPECT_EQ(content_of(name), "old");
}

TEST(DurableFile, SaysThatTheDiskIsFullAndLeavesNothing) {
  const TemporaryFolder folder;
  FailingDisk disk;
  disk.free_bytes = 3;

  const Result<void> written = write_durably(folder.path() / "picture", bytes_of("too long"), disk);

  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::Internal);
  EXPECT_THAT(written.error().detail, HasSubstr((folder.path() / "picture").string()));
  EXPECT_THAT(written.error().detail, HasSubstr("No space left on device"));
  EXPECT_EQ(entries_in(folder.path()), 0U);
}

TEST(DurableFile, FailsBeyondTheFileSizeThatTheSystemAllows) {
  const TemporaryFolder folder;
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const rlimit tight{4096, before.rlim_max};
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &tight), 0);

  const Result<void> written = write_durably(folder.path() / "picture", bytes_of(std::string(10'000, 'x')));

  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, handler);
  ASSERT_FALSE(written);
  EXPECT_THAT(written.error().detail, HasSubstr("File too large"));
  EXPECT_EQ(entries_in(folder.path()), 0U);
}

TEST(DurableFile, DoesNotAppearWhenItCannotBeSynced) {
  const TemporaryFolder folder;
  for (const int good_syncs : {0, 1}) {  // of the file, of its folder
    FailingDisk disk;
    disk.syncs_until_failure = good_syncs;
    EXPECT_FALSE(write_durably(folder.path() / "picture", bytes_of("bytes"), disk)) << good_syncs;
    EXPECT_EQ(entries_in(folder.path()), 0U) << good_syncs;
  }
}

TEST(DurableFile, DoesNotAppearWhenItCannotBeRenamed) {
  const TemporaryFolder folder;
  FailingDisk disk;
  disk.renames_fail = true;

  EXPECT_FALSE(write_durably(folder.path() / "picture", bytes_of("bytes"), disk));

  EXPECT_EQ(entries_in(folder.path()), 0U);
}

TEST(DurableFile, NamesAFolderThatDoesNotExist) {
  const TemporaryFolder folder;

  const Result<void> written = write_durably(folder.path() / "none" / "picture", bytes_of("bytes"));

  ASSERT_FALSE(written);
  EXPECT_THAT(written.error().detail, HasSubstr("none"));
  EXPECT_THAT(written.error().detail, HasSubstr("No such file or directory"));
}

TEST(MakeFolders, MakesWhatIsMissingAndIsContentWithWhatIsThere) {
  const TemporaryFolder folder;
  const auto deep = folder.path() / "a" / "b" / "c";
  ASSERT_TRUE(make_folders(deep));
  EXPECT_TRUE(std::filesystem::is_directory(deep));
  EXPECT_TRUE(make_folders(deep));
}

TEST(MakeFolders, NamesAFileThatIsInTheWay) {
  const TemporaryFolder folder;
  put(folder.path() / "file", "");

  const Result<void> same = make_folders(folder.path() / "file");
  const Result<void> below = make_folders(folder.path() / "file" / "data");

  ASSERT_FALSE(same);
  EXPECT_THAT(same.error().detail, HasSubstr("File exists"));
  ASSERT_FALSE(below);
  EXPECT_THAT(below.error().detail, HasSubstr("Not a directory"));
}

TEST(SweepUnfinished, RemovesWhatAKilledProcessLeftAndNothingElse) {
  const TemporaryFolder folder;
  ASSERT_TRUE(make_folders(folder.path() / "deep"));
  put(folder.path() / "picture", "whole");
  put(folder.path() / "picture.0123.part", "ha");
  put(folder.path() / "deep" / "other.4567.part", "lf");

  const Result<std::size_t> swept = sweep_unfinished(folder.path());

  ASSERT_TRUE(swept);
  EXPECT_EQ(*swept, 2U);
  EXPECT_EQ(entries_in(folder.path()), 2U);
  EXPECT_EQ(entries_in(folder.path() / "deep"), 0U);
}

TEST(ReadBlocks, DeliversTheWholeFileInOrder) {
  const TemporaryFolder folder;
  std::string text;
  for (int i = 0; i < 30'000; ++i) text += std::to_string(i);
  put(folder.path() / "long", text);
  std::string read;

  ASSERT_TRUE(read_blocks(folder.path() / "long", [&](std::span<const std::uint8_t> block) -> Result<void> {
    read.append(block.begin(), block.end());
    return {};
  }));

  EXPECT_EQ(read, text);
}

TEST(ReadBlocks, SaysThatThereIsNoSuchFile) {
  const Result<void> read = read_blocks("/nowhere/at/all", [](auto) { return Result<void>{}; });
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::NotFound);
}

}  // namespace
}  // namespace framewright::engine
