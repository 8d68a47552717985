#include "engine/exif.hpp"

#include <gtest/gtest.h>

#include "tests/engine/pictures.hpp"

namespace framewright::engine {
namespace {

const Exif kExpected{8, "Lantern Co", "Model 7", "2024-05-17T10:11:12"};

TEST(Exif, ReadsOrientationCameraAndTime) { EXPECT_EQ(parse_exif(pictures::exif_tiff(8)), kExpected); }

TEST(Exif, ReadsLittleEndian) {
  const pictures::Bytes tiff = {'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3,
                                0,   1,   0,  0, 0, 3, 0, 0, 0, 0, 0,    0,    0};
  EXPECT_EQ(parse_exif(tiff).orientation, 3);
}

TEST(Exif, IsFoundInEachFormat) {
  const auto tiff = pictures::exif_tiff(8);
  const auto pixels = pictures::gradient({4, 4, 3});
  EXPECT_EQ(read_exif(pictures::jpeg_with_exif(pictures::jpeg(pixels), tiff)), kExpected);
  EXPECT_EQ(read_exif(pictures::png_with_exif(pictures::png(4, 4, {}), tiff)), kExpected);
  EXPECT_EQ(read_exif(pictures::webp_with_exif(pictures::webp(pixels), pixels.geometry, tiff)), kExpected);
}

TEST(Exif, IsAbsentWhereThereIsNone) {
  EXPECT_EQ(read_exif(pictures::png(4, 4, {})), Exif{});
  EXPECT_EQ(read_exif(pictures::Bytes{}), Exif{});
  EXPECT_EQ(parse_exif(pictures::Bytes{'I', 'I', 42, 0, 0xFF, 0xFF, 0xFF, 0xFF}), Exif{});
}

TEST(Exif, TakesNoOrientationOutsideItsRange) {
  EXPECT_EQ(parse_exif(pictures::exif_tiff(0)).orientation, 1);
  EXPECT_EQ(parse_exif(pictures::exif_tiff(9)).orientation, 1);
}

TEST(Exif, SurvivesEveryTruncation) {
  const auto tiff = pictures::exif_tiff(8);
  for (std::size_t size = 0; size < tiff.size(); ++size) {
    const auto exif = parse_exif(std::span(tiff).first(size));
    EXPECT_TRUE(exif.orientation == 1 || exif.orientation == 8) << size;
  }
}

TEST(Exif, ShowsNoControlCharacters) {
  auto tiff = pictures::exif_tiff(1);
  tiff[74] = 0x1B;
  tiff[75] = 0xFF;
  EXPECT_EQ(parse_exif(tiff).camera_make, "??ntern Co");
}

TEST(Exif, TakesNoTimeOfAnotherForm) {
  auto tiff = pictures::exif_tiff(1);
  tiff[92] = 'x';
  EXPECT_EQ(parse_exif(tiff).taken_at, "");
}

}  // namespace
}  // namespace framewright::engine
