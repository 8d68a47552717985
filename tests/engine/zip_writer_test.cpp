#include "engine/zip_writer.hpp"

#include <gmock/gmock.h>
#include <cstdlib>

#include "tests/engine/failing_disk.hpp"
#include "tests/engine/store_files.hpp"
#include "tests/engine/temporary_folder.hpp"

namespace framewright::engine {
namespace {

using testing::HasSubstr;
using namespace std::string_view_literals;

class ZipFile : public testing::Test {
 protected:
  ZipFile() {
    put(folder_.path() / "one", "hello");
    put(folder_.path() / "two", "");
  }
  const TemporaryFolder folder_;
  const std::filesystem::path archive_ = folder_.path() / "result.zip";
};

TEST_F(ZipFile, HasTheBytesOfTheFormat) {
  Result<ZipWriter> zip = ZipWriter::create(archive_);
  ASSERT_TRUE(zip);
  ASSERT_TRUE(zip->add("a.png", folder_.path() / "one"));

  const Result<std::uint64_t> size = zip->commit();

  // CRC-32 of "hello" is 0x3610a686.
  const std::string golden(
      "PK\3\4\x14\0\0\x08\0\0\0\0\x21\0\x86\xa6\x10\x36\5\0\0\0\5\0\0\0\5\0\0\0a.pnghello"
      "PK\1\2\x14\3\x14\0\0\x08\0\0\0\0\x21\0\x86\xa6\x10\x36\5\0\0\0\5\0\0\0\5\0\0\0\0\0\0\0\0\0\0\0\xa4\x81"
      "\0\0\0\0a.png"
      "PK\5\6\0\0\0\0\1\0\1\0\x33\0\0\0\x28\0\0\0\0\0"sv);
  ASSERT_TRUE(size);
  EXPECT_EQ(*size, golden.size());
  EXPECT_EQ(content_of(archive_), golden);
}

TEST_F(ZipFile, IsReadByAnotherProgram) {
  if (std::system("python3 -c 'import zipfile' >/dev/null 2>&1") != 0) GTEST_SKIP() << "no python3 here";
  Result<ZipWriter> zip = ZipWriter::create(archive_);
  ASSERT_TRUE(zip);
  ASSERT_TRUE(zip->add("猫.png", folder_.path() / "one"));
  ASSERT_TRUE(zip->add("empty.png", folder_.path() / "two"));
  ASSERT_TRUE(zip->commit());

  const std::string check =
      "python3 -c \"import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); "
      "sys.exit(z.testzip() is not None or z.namelist() != ['猫.png', 'empty.png'] "
      "or z.read('猫.png') != b'hello')\" ";

  EXPECT_EQ(std::system((check + archive_.string()).c_str()), 0);
}

TEST_F(ZipFile, GivesEveryFileANameOfItsOwn) {
  Result<ZipWriter> zip = ZipWriter::create(archive_);
  ASSERT_TRUE(zip);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(zip->add("a.png", folder_.path() / "one"));
  ASSERT_TRUE(zip->commit());

  const std::string bytes = content_of(archive_);
  EXPECT_THAT(bytes, HasSubstr("a (2).png"));
  EXPECT_THAT(bytes, HasSubstr("a (3).png"));
}

TEST_F(ZipFile, DoesNotShowBeforeItIsComplete) {
  {
    Result<ZipWriter> zip = ZipWriter::create(archive_);
    ASSERT_TRUE(zip);
    ASSERT_TRUE(zip->add("a.png", folder_.path() / "one"));
    EXPECT_FALSE(std::filesystem::exists(archive_));
  }
  EXPECT_EQ(entries_in(folder_.path()), 2U);
}

TEST_F(ZipFile, SaysThatTheDiskIsFull) {
  FailingDisk disk;
  disk.free_bytes = 20;
  Result<ZipWriter> zip = ZipWriter::create(archive_, disk);
  ASSERT_TRUE(zip);

  const Result<void> added = zip->add("a.png", folder_.path() / "one");

  ASSERT_FALSE(added);
  EXPECT_THAT(added.error().detail, HasSubstr("No space left on device"));
}

TEST_F(ZipFile, SaysThatAFileIsMissing) {
  Result<ZipWriter> zip = ZipWriter::create(archive_);
  ASSERT_TRUE(zip);
  const Result<void> added = zip->add("a.png", folder_.path() / "none");
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().code, ErrorCode::NotFound);
}

TEST_F(ZipFile, RefusesMoreThanTheFormatHolds) {
  // A sparse file: it takes no room on the disk.
  put(folder_.path() / "huge", "x");
  std::filesystem::resize_file(folder_.path() / "huge", (1ULL << 32) + 1);
  Result<ZipWriter> zip = ZipWriter::create(archive_);
  ASSERT_TRUE(zip);

  const Result<void> added = zip->add("a.raw", folder_.path() / "huge");

  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().code, ErrorCode::BodyTooLarge);
}

}  // namespace
}  // namespace framewright::engine
