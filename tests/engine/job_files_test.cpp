#include "engine/job_files.hpp"

#include <gmock/gmock.h>

#include "tests/engine/failing_disk.hpp"
#include "tests/engine/store_files.hpp"
#include "tests/engine/temporary_folder.hpp"

namespace framewright::engine {
namespace {

using testing::HasSubstr;

class JobFolder : public testing::Test {
 protected:
  std::shared_ptr<JobUpload> begin() { return files_->begin_upload().value(); }

  const TemporaryFolder folder_;
  const std::filesystem::path root_ = folder_.path() / "jobs";
  FailingDisk disk_;
  const std::unique_ptr<JobFiles> files_ = JobFiles::open(root_, FolderUse::Alone, disk_).value();
};

TEST_F(JobFolder, HoldsAnUploadUntilItIsGivenUp) {
  auto upload = begin();
  ASSERT_TRUE(upload->add("../cat.png", bytes_of("one")));
  ASSERT_TRUE(upload->add("", bytes_of("two")));
  EXPECT_EQ(upload->items()[0].filename, "cat.png");
  EXPECT_EQ(upload->items()[1].filename, "image");
  EXPECT_EQ(content_of(root_ / upload->id() / "in" / "1"), "two");

  upload.reset();

  EXPECT_EQ(entries_in(root_), 0U);
}

TEST_F(JobFolder, KeepsAnUploadThatBecameAJob) {
  auto upload = begin();
  ASSERT_TRUE(upload->add("cat.png", bytes_of("one")));
  const std::filesystem::path input = upload->items()[0].input;
  upload->keep();
  upload.reset();
  EXPECT_EQ(content_of(input), "one");
}

TEST_F(JobFolder, LinksAPictureThatMayBeRemovedElsewhere) {
  put(folder_.path() / "library.png", "pixels");
  const auto upload = begin();

  ASSERT_TRUE(upload->link("library.png", folder_.path() / "library.png"));
  std::filesystem::remove(folder_.path() / "library.png");

  EXPECT_EQ(content_of(upload->items().at(0).input), "pixels");
}

TEST_F(JobFolder, CannotLinkAPictureThatIsNotThere) {
  const auto upload = begin();
  const Result<void> linked = upload->link("none.png", folder_.path() / "none.png");
  ASSERT_FALSE(linked);
  EXPECT_EQ(linked.error().code, ErrorCode::NotFound);
  EXPECT_TRUE(upload->items().empty());
}

TEST_F(JobFolder, ReplacesAResultThatIsWrittenAgain) {
  const auto upload = begin();
  ASSERT_TRUE(files_->write_result(upload->id(), 0, bytes_of("first")));
  ASSERT_TRUE(files_->write_result(upload->id(), 0, bytes_of("second")));
  EXPECT_EQ(content_of(files_->result_of(upload->id(), 0)), "second");
}

TEST_F(JobFolder, RefusesAnUploadWhenItsFolderCannotBeSynced) {
  disk_.syncs_until_failure = 1;
  const auto upload = files_->begin_upload();
  ASSERT_FALSE(upload);
  EXPECT_THAT(upload.error().detail, HasSubstr("Input/output error"));
  EXPECT_EQ(entries_in(root_), 0U);
}

TEST_F(JobFolder, IsContentWhenThereIsNothingToRemove) {
  EXPECT_TRUE(files_->remove("0123456789abcdefghjkmnpqrs"));
}

TEST_F(JobFolder, LeavesAloneWhatIsNotAJob) {
  ASSERT_TRUE(std::filesystem::create_directory(root_ / "lost+found"));
  const auto upload = begin();

  const Result<std::size_t> removed = files_->remove_unknown([](const std::string&) { return false; });

  ASSERT_TRUE(removed);
  EXPECT_EQ(*removed, 1U);
  EXPECT_TRUE(std::filesystem::exists(root_ / "lost+found"));
  EXPECT_FALSE(std::filesystem::exists(root_ / upload->id()));
}

TEST_F(JobFolder, SweepsHalfWrittenFilesWhenItIsOpened) {
  ASSERT_TRUE(std::filesystem::create_directories(root_ / "0123456789abcdefghjkmnpqrs" / "out"));
  put(root_ / "0123456789abcdefghjkmnpqrs" / "out" / "0.abc.part", "ha");
  ASSERT_TRUE(JobFiles::open(root_));
  EXPECT_EQ(entries_in(root_ / "0123456789abcdefghjkmnpqrs" / "out"), 0U);
}

TEST_F(JobFolder, LeavesWhatAnotherGatewayMayBeWritingWhereItIsShared) {
  const auto shared = JobFiles::open(root_, FolderUse::Shared).value();
  const auto upload = begin();
  put(root_ / upload->id() / "in" / "0.abc.part", "ha");

  ASSERT_TRUE(JobFiles::open(root_, FolderUse::Shared));
  const Result<std::size_t> removed = shared->remove_unknown([](const std::string&) { return false; });

  ASSERT_TRUE(removed);
  EXPECT_EQ(*removed, 0U);
  EXPECT_TRUE(std::filesystem::exists(root_ / upload->id() / "in" / "0.abc.part"));
}

TEST_F(JobFolder, CannotLieBelowAFile) {
  put(folder_.path() / "file", "");
  const auto files = JobFiles::open(folder_.path() / "file" / "jobs");
  ASSERT_FALSE(files);
  EXPECT_THAT(files.error().detail, HasSubstr("Not a directory"));
}

}  // namespace
}  // namespace framewright::engine
