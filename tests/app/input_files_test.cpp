#include "app/input_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/files.hpp"
#include "tests/engine/temporary_folder.hpp"

namespace framewright::app {
namespace {

using engine::TemporaryFolder;

using ::testing::ElementsAre;

class InputFiles : public ::testing::Test {
 protected:
  std::filesystem::path make(const std::string& name) {
    EXPECT_TRUE(write_file(folder_.path() / name, "x").has_value());
    return folder_.path() / name;
  }
  std::vector<std::string> found(const std::vector<std::filesystem::path>& inputs) {
    const auto files = find_input_files(inputs);
    EXPECT_TRUE(files.has_value());
    std::vector<std::string> names;
    if (files) {
      for (const auto& file : *files) names.push_back(file.relative.string());
    }
    return names;
  }

  TemporaryFolder folder_;
};

TEST_F(InputFiles, FindsPicturesAndVideosBelowAFolderInOrder) {
  for (const auto* name : {"b.png", "a.JPG", "sub/c.webp", "sub/d.mp4", "notes.txt", "data.raw"}) make(name);
  EXPECT_THAT(found({folder_.path()}), ElementsAre("a.JPG", "b.png", "sub/c.webp", "sub/d.mp4"));
}

TEST_F(InputFiles, TakesANamedFileWhateverItIsCalled) {
  EXPECT_THAT(found({make("sub/picture")}), ElementsAre("picture"));
}

TEST_F(InputFiles, RefusesWhatIsNotThere) {
  const auto files = find_input_files({folder_.path() / "absent.png"});
  ASSERT_FALSE(files.has_value());
  EXPECT_THAT(files.error().detail, ::testing::HasSubstr("absent.png"));
}

TEST_F(InputFiles, PutsResultsBelowTheOutputFolder) {
  const InputFile input{"in/sub/a.jpeg", "sub/a.jpeg"};
  EXPECT_EQ(result_path(input, "out", false, ""), "out/sub/a.jpeg");
  EXPECT_EQ(result_path(input, "out", false, "png"), "out/sub/a.png");
  EXPECT_EQ(result_path(input, "out", false, "jpeg"), "out/sub/a.jpeg");
  EXPECT_EQ(result_path({"a", "a"}, "out", false, "jpeg"), "out/a.jpg");
  EXPECT_EQ(result_path(input, "x.webp", true, "png"), "x.webp");
}

TEST_F(InputFiles, TellsAnOutputFileFromAFolder) {
  const auto picture = make("a.png");
  EXPECT_TRUE(names_a_file("out.png", {picture}));
  EXPECT_FALSE(names_a_file("out", {picture}));
  EXPECT_FALSE(names_a_file("out.png", {picture, picture}));
  EXPECT_FALSE(names_a_file("out.png", {folder_.path()}));
  std::filesystem::create_directory(folder_.path() / "dir.png");
  EXPECT_FALSE(names_a_file(folder_.path() / "dir.png", {picture}));
}

TEST(WriteFile, LeavesNoHalfWrittenFileBehind) {
  const TemporaryFolder folder;
  const auto target = folder.path() / "taken";
  std::filesystem::create_directories(target / "full");
  EXPECT_FALSE(write_file(target, "bytes").has_value());
  EXPECT_TRUE(std::filesystem::is_directory(target));
}

TEST(ReadFile, RefusesAFileBeyondTheLimit) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_file(folder.path() / "f", "12345").has_value());
  EXPECT_EQ(read_file(folder.path() / "f", 5).value(), "12345");
  EXPECT_EQ(read_file(folder.path() / "f", 4).error().code, engine::ErrorCode::BodyTooLarge);
  EXPECT_EQ(read_file(folder.path() / "g", 4).error().code, engine::ErrorCode::NotFound);
}

}  // namespace
}  // namespace framewright::app
