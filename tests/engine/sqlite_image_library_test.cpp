#include "engine/sqlite_image_library.hpp"

#include <gmock/gmock.h>
#include <optional>

#include "engine/codec.hpp"
#include "engine/durable_file.hpp"
#include "engine/exif.hpp"
#include "engine/random_id.hpp"
#include "engine/schema.hpp"
#include "engine/thumbnail.hpp"
#include "tests/engine/failing_disk.hpp"
#include "tests/engine/pictures.hpp"
#include "tests/engine/store_files.hpp"
#include "tests/engine/temporary_folder.hpp"

namespace framewright::engine {
namespace {

using namespace std::chrono_literals;
using pictures::Bytes;
using testing::ElementsAre;
using testing::HasSubstr;

class SqliteImageLibraryTest : public testing::Test {
 protected:
  SqliteImageLibraryTest() { restart(); }

  void restart(ImageLibraryLimits limits = {}) {
    library_.reset();
    database_.reset();
    directory_.reset();
    directory_ = DataDirectory::open(folder_.path() / "data").value();
    database_ = Database::open(directory_->database_file(), schema_migrations()).value();
    const Thumbnailer thumbnail = [this](std::span<const std::uint8_t> picture) {
      return make_thumbnail(picture, {}, pool_);
    };
    library_ = SqliteImageLibrary::open({*database_, *directory_, thumbnail, disk_, clock_}, limits).value();
  }

  LibraryImage add(const Bytes& bytes, const std::string& filename = "cat.png") {
    Result<LibraryImage> image = library_->add(bytes, filename);
    EXPECT_TRUE(image) << image.error().detail;
    return *image;
  }
  Error refused(std::span<const std::uint8_t> bytes) {
    const Result<LibraryImage> image = library_->add(bytes, "cat.png");
    EXPECT_FALSE(image);
    EXPECT_EQ(stored_files(), 0U);
    EXPECT_TRUE(library_->list(10, std::nullopt)->images.empty());
    return image ? Error{} : image.error();
  }
  std::size_t stored_files() const {
    return entries_in(directory_->images_folder()) + entries_in(directory_->thumbnails_folder());
  }
  std::vector<std::string> names() {
    std::vector<std::string> names;
    const ImagePage page = library_->list(100, std::nullopt).value();
    for (const LibraryImage& image : page.images) names.push_back(image.display_name);
    return names;
  }
  std::vector<std::uint8_t> stored(const LibraryImage& image) {
    return read_whole(library_->file_of(image.id).value(), 100 << 20).value();
  }

  std::vector<std::uint8_t> thumbnail(const LibraryImage& image) {
    return read_whole(library_->thumbnail_of(image.id).value(), 1 << 20).value();
  }

  static Bytes png(int width = 4, int height = 3) { return pictures::png(width, height, {}); }

  FrameBudget budget_{64U << 20};
  FramePool pool_{budget_};
  FailingDisk disk_;
  ManualClock clock_;
  const TemporaryFolder folder_;
  std::unique_ptr<DataDirectory> directory_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<SqliteImageLibrary> library_;
};

TEST_F(SqliteImageLibraryTest, DescribesAndKeepsAPicture) {
  const LibraryImage image = add(png(4, 3), "my cat.png");

  EXPECT_TRUE(is_random_id(image.id));
  EXPECT_EQ(image.display_name, "my cat.png");
  EXPECT_EQ(image.path, "library/images/" + image.id + ".png");
  EXPECT_EQ(image.thumbnail_path, "library/thumbnails/" + image.id + ".jpeg");
  EXPECT_FALSE(image.is_default);
  EXPECT_EQ(image.width_px, 4);
  EXPECT_EQ(image.height_px, 3);
  EXPECT_EQ(image.format, "png");
  EXPECT_EQ(image.size_bytes, png(4, 3).size());
  EXPECT_EQ(image.created_at, clock_.wall_now());
  EXPECT_EQ(image.metadata, (nlohmann::json{{"channels", 3}, {"orientation", 1}}));
  EXPECT_EQ(stored(image), png(4, 3));
  EXPECT_EQ(library_->file_of(image.id).value(), directory_->root() / image.path);
  EXPECT_EQ(inspect(thumbnail(image), {}).value().geometry, (Geometry{4, 3, 3}));
}

TEST_F(SqliteImageLibraryTest, HasAfterARestartWhatItHadBefore) {
  const LibraryImage before = add(pictures::jpeg(pictures::gradient({16, 8, 3})));

  restart();

  const LibraryImage after = library_->get(before.id).value();
  EXPECT_EQ(after.display_name, before.display_name);
  EXPECT_EQ(after.path, before.path);
  EXPECT_EQ(after.format, "jpeg");
  EXPECT_EQ(after.size_bytes, before.size_bytes);
  EXPECT_EQ(after.created_at, before.created_at);
  EXPECT_EQ(after.metadata, before.metadata);
  EXPECT_TRUE(library_->repairs().images_without_file.empty());
  EXPECT_EQ(library_->repairs().files_without_image, 0U);
}

TEST_F(SqliteImageLibraryTest, KnowsAPictureByContentAndNotByName) {
  EXPECT_EQ(add(pictures::webp(pictures::gradient({16, 8, 3})), "picture.png").format, "webp");
  EXPECT_EQ(library_->add(bytes_of("no picture"), "picture.png").error().code, ErrorCode::UnsupportedMedia);
}

TEST_F(SqliteImageLibraryTest, MeasuresATurnedPictureUpright) {
  const Bytes plain = pictures::jpeg(pictures::gradient({16, 8, 3}));
  const LibraryImage turned = add(pictures::jpeg_with_exif(plain, pictures::exif_tiff(6)));
  const LibraryImage upside_down = add(pictures::jpeg_with_exif(plain, pictures::exif_tiff(3)));

  EXPECT_EQ(turned.width_px, 8);
  EXPECT_EQ(turned.height_px, 16);
  EXPECT_EQ(turned.metadata.at("orientation"), 6);
  EXPECT_EQ(upside_down.width_px, 16);
}

TEST_F(SqliteImageLibraryTest, TellsTheCameraAndNeverThePlace) {
  const pictures::Pixels pixels = pictures::gradient({16, 8, 3});
  const Bytes tiff = pictures::exif_tiff(6);
  const Exif exif = parse_exif(tiff);
  for (const Bytes& picture :
       {pictures::jpeg_with_exif(pictures::jpeg(pixels), tiff), pictures::png_with_exif(png(), tiff),
        pictures::webp_with_exif(pictures::webp(pixels), pixels.geometry, tiff)}) {
    const LibraryImage image = add(picture);

    EXPECT_EQ(image.metadata.at("camera_make"), exif.camera_make);
    EXPECT_EQ(image.metadata.at("taken_at"), exif.taken_at);
    EXPECT_EQ(image.metadata.dump().find("gps"), std::string::npos);
    EXPECT_EQ(read_exif(stored(image)), Exif{.orientation = 6}) << "the file keeps its orientation alone";
    EXPECT_EQ(make_thumbnail(stored(image), {}, pool_).value(), thumbnail(image)) << image.format;
    EXPECT_EQ(image.size_bytes, stored(image).size());
  }
}

TEST_F(SqliteImageLibraryTest, RefusesWhatIsNoWholePicture) {
  EXPECT_EQ(refused({}).code, ErrorCode::CorruptMedia);
  EXPECT_EQ(refused(bytes_of("GIF89a")).code, ErrorCode::UnsupportedMedia);
}

TEST_F(SqliteImageLibraryTest, ShowsNoTruncatedPicture) {
  for (const Bytes& whole : {png(9, 7), pictures::jpeg(pictures::noise({32, 32, 3})),
                             pictures::webp(pictures::noise({32, 32, 3}))}) {
    for (const std::size_t missing :
         {std::size_t{1}, whole.size() / 4, whole.size() / 2, whole.size() - 20}) {
      const Error error = refused(std::span(whole).first(whole.size() - missing));
      EXPECT_EQ(error.code, ErrorCode::CorruptMedia) << error.detail;
    }
  }
}

TEST_F(SqliteImageLibraryTest, RefusesAPictureThatIsTooLong) {
  restart({.upload_bytes = 50});
  const Error error = refused(png());
  EXPECT_EQ(error.code, ErrorCode::BodyTooLarge);
  EXPECT_THAT(error.detail, HasSubstr("at most 50"));
}

TEST_F(SqliteImageLibraryTest, RefusesAPictureOfTooManyPixels) {
  restart({.picture = {.pixels = 11}});
  EXPECT_EQ(refused(png(4, 3)).code, ErrorCode::ImageTooLarge);
}

TEST_F(SqliteImageLibraryTest, RefusesMoreImagesThanItsLimit) {
  restart({.images = 1});
  add(png());

  const Result<LibraryImage> second = library_->add(png(), "second.png");

  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::Overloaded);
  EXPECT_EQ(stored_files(), 2U);
}

TEST_F(SqliteImageLibraryTest, KeepsBothOfTwoPicturesWithOneName) {
  const LibraryImage first = add(png(4, 3));
  const LibraryImage second = add(png(5, 5));
  EXPECT_EQ(first.display_name, second.display_name);
  EXPECT_NE(first.path, second.path);
  EXPECT_EQ(stored(first), png(4, 3));
  EXPECT_EQ(stored(second), png(5, 5));
}

TEST_F(SqliteImageLibraryTest, LetsNoNameOutOfItsFolder) {
  using namespace std::string_literals;
  for (const std::string& name :
       {"../../etc/passwd"s, "/etc/passwd"s, "..\\..\\boot.ini"s, ""s, ".."s, ".htaccess"s,
        std::string(300, 'x'), "a\0b.png"s, "CON"s, "a\nb"s, "\xff\xfe"s}) {
    const LibraryImage image = add(png(), name);
    EXPECT_EQ(image.path, "library/images/" + image.id + ".png");
    EXPECT_FALSE(image.display_name.empty());
    EXPECT_LE(image.display_name.size(), 121U);
    EXPECT_EQ(image.display_name.find_first_of("/\\\0\n"s), std::string::npos) << image.display_name;
    EXPECT_NE(image.display_name.front(), '.');
    EXPECT_NO_THROW(nlohmann::json(image.display_name).dump()) << "not UTF-8";
  }
  EXPECT_EQ(entries_in(folder_.path()), 1U) << "nothing beside the data directory";
}

TEST_F(SqliteImageLibraryTest, ListsTheNewestFirstPageByPage) {
  for (const char* name : {"1", "2", "3"}) add(png(), name);

  const ImagePage first = library_->list(2, std::nullopt).value();
  ASSERT_TRUE(first.next_cursor);
  add(png(), "4");
  const ImagePage second = library_->list(2, first.next_cursor).value();

  ASSERT_EQ(first.images.size(), 2U);
  EXPECT_EQ(first.images[0].display_name, "3");
  ASSERT_EQ(second.images.size(), 1U);
  EXPECT_EQ(second.images[0].display_name, "1");
  EXPECT_FALSE(second.next_cursor);
  EXPECT_EQ(library_->list(2, "nonsense").error().code, ErrorCode::InvalidArgument);
}

TEST_F(SqliteImageLibraryTest, RemovesAPictureWithItsFiles) {
  const LibraryImage image = add(png());

  ASSERT_TRUE(library_->remove(image.id));

  EXPECT_EQ(stored_files(), 0U);
  EXPECT_EQ(library_->get(image.id).error().code, ErrorCode::NotFound);
  EXPECT_EQ(library_->file_of(image.id).error().code, ErrorCode::NotFound);
  EXPECT_EQ(library_->thumbnail_of(image.id).error().code, ErrorCode::NotFound);
  EXPECT_EQ(library_->remove(image.id).error().code, ErrorCode::NotFound);
}

TEST_F(SqliteImageLibraryTest, LeavesNothingOfAPictureThatDoesNotFitOnTheDisk) {
  for (const std::size_t free : {std::size_t{10}, png().size() + 3}) {  // in the picture, in the thumbnail
    disk_.free_bytes = free;
    const Error error = refused(png());
    EXPECT_EQ(error.code, ErrorCode::Internal);
    EXPECT_THAT(error.detail, HasSubstr("No space left on device"));
  }
  disk_.free_bytes = 1 << 20;
  add(png());
}

TEST_F(SqliteImageLibraryTest, BringsItsDefaultsOnce) {
  const std::filesystem::path samples = folder_.path() / "samples";
  ASSERT_TRUE(make_folders(samples));
  ASSERT_TRUE(write_durably(samples / "b.png", png(4, 3)));
  ASSERT_TRUE(write_durably(samples / "a.jpg", pictures::jpeg(pictures::gradient({16, 8, 3}))));
  add(png(), "b.png");

  EXPECT_EQ(library_->add_defaults(samples).value(), 2U);
  EXPECT_EQ(library_->add_defaults(samples).value(), 0U);

  EXPECT_THAT(names(), ElementsAre("b.png", "a.jpg", "b.png"));
  EXPECT_TRUE(library_->list(1, std::nullopt)->images.at(0).is_default);
}

TEST_F(SqliteImageLibraryTest, DoesNotRemoveADefault) {
  const std::filesystem::path samples = folder_.path() / "samples";
  ASSERT_TRUE(make_folders(samples));
  ASSERT_TRUE(write_durably(samples / "a.png", png()));
  ASSERT_TRUE(library_->add_defaults(samples));
  const LibraryImage image = library_->list(1, std::nullopt)->images.at(0);

  const Result<void> removed = library_->remove(image.id);

  ASSERT_FALSE(removed);
  EXPECT_EQ(removed.error().code, ErrorCode::PermissionDenied);
  EXPECT_EQ(stored_files(), 2U);
}

TEST_F(SqliteImageLibraryTest, NamesADefaultThatIsNoPicture) {
  const std::filesystem::path samples = folder_.path() / "samples";
  ASSERT_TRUE(make_folders(samples));
  put(samples / "a.txt", "no picture");
  EXPECT_THAT(library_->add_defaults(samples).error().detail, HasSubstr("a.txt"));
}

TEST_F(SqliteImageLibraryTest, ForgetsAtTheStartAPictureWhoseFileIsGone) {
  const LibraryImage lost = add(png(), "lost.png");
  add(png(), "kept.png");
  std::filesystem::remove(library_->file_of(lost.id).value());

  restart();

  EXPECT_THAT(names(), ElementsAre("kept.png"));
  EXPECT_THAT(library_->repairs().images_without_file, ElementsAre("lost.png"));
  EXPECT_EQ(stored_files(), 2U) << "the lost picture's thumbnail is gone too";
}

TEST_F(SqliteImageLibraryTest, RemovesAtTheStartWhatAKilledUploadLeft) {
  add(png());
  put(directory_->images_folder() / (random_id() + ".png"), "whole, but not described yet");
  put(directory_->images_folder() / (random_id() + ".png.0123.part"), "ha");
  put(directory_->images_folder() / "readme.txt", "somebody's own");

  restart();

  EXPECT_EQ(stored_files(), 3U);
  EXPECT_EQ(names().size(), 1U);
  EXPECT_EQ(library_->repairs().files_without_image, 1U);
}

}  // namespace
}  // namespace framewright::engine
