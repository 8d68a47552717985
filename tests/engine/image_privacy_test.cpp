#include "engine/image_privacy.hpp"

#include <gmock/gmock.h>

#include "tests/engine/picture_bytes.hpp"
#include "tests/engine/store_files.hpp"

namespace framewright::engine {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string kStart = "\xff\xd8";
const std::string kEnd = "\xff\xd9";
const std::string kJfif = jpeg_segment(0xE0, std::string("JFIF\0\1\1\0\0\1\0\1\0\0", 14));
const std::string kProfile = jpeg_segment(0xE2, std::string("ICC_PROFILE\0\1\1colours", 21));
const std::string kTables = jpeg_segment(0xDB, std::string(65, '\1'));
const std::string kScan = jpeg_segment(0xDA, "\1\1\1\1\1\1") + std::string(
                                                                   "ab\xff\0cd\xff\xd0"
                                                                   "ef",
                                                                   10);
const std::string kExifMark("Exif\0\0", 6);

Result<std::string> cleaned(const std::string& file, ImageEncoding encoding, int orientation = 1) {
  const ImageHeader header{.encoding = encoding, .orientation = orientation};
  const Result<std::vector<std::uint8_t>> clean = without_private_metadata(bytes_of(file), header);
  if (!clean) return unexpected(clean.error());
  return std::string(clean->begin(), clean->end());
}

std::string png(const std::string& extra) { return png_of(3, 2, extra); }

std::string webp(const std::string& chunks) {
  return "RIFF" + little_endian(4 + chunks.size(), 4) + "WEBP" + chunks;
}

TEST(ImagePrivacy, KeepsOfAJpegWhatItsPixelsNeed) {
  const std::string file = kStart + kJfif + jpeg_segment(0xE1, kExifMark + exif_with_place(1)) +
                           jpeg_segment(0xE1, "http://ns.adobe.com/xap/1.0/ SECRET") + kProfile +
                           jpeg_segment(0xED, "Photoshop 3.0 SECRET") + jpeg_segment(0xFE, "SECRET") +
                           kTables + kScan + kEnd;

  const Result<std::string> clean = cleaned(file, ImageEncoding::Jpeg);

  ASSERT_TRUE(clean);
  EXPECT_EQ(*clean, kStart + kJfif + kProfile + kTables + kScan + kEnd);
}

TEST(ImagePrivacy, WritesTheOrientationOfAJpegBackAlone) {
  const std::string file =
      kStart + jpeg_segment(0xE1, kExifMark + exif_with_place(6)) + kTables + kScan + kEnd;

  const Result<std::string> clean = cleaned(file, ImageEncoding::Jpeg, 6);

  ASSERT_TRUE(clean);
  EXPECT_EQ(*clean, kStart + jpeg_segment(0xE1, kExifMark + bare_exif(6)) + kTables + kScan + kEnd);
}

TEST(ImagePrivacy, KeepsEveryScanOfAProgressiveJpeg) {
  const std::string file = kStart + kTables + kScan + jpeg_segment(0xC4, "huffman") + kScan + kEnd;
  const Result<std::string> clean = cleaned(file, ImageEncoding::Jpeg);
  ASSERT_TRUE(clean);
  EXPECT_EQ(*clean, file);
}

TEST(ImagePrivacy, LeavesOutWhatFollowsTheEndOfAJpeg) {
  const std::string file = kStart + kTables + kScan + kEnd + kStart + jpeg_segment(0xE1, "SECRET") + kEnd;
  const Result<std::string> clean = cleaned(file, ImageEncoding::Jpeg);
  ASSERT_TRUE(clean);
  EXPECT_EQ(*clean, kStart + kTables + kScan + kEnd);
}

TEST(ImagePrivacy, RefusesAJpegWhoseSegmentRunsOverItsEnd) {
  const Result<std::string> clean = cleaned(kStart + "\xff\xe1\xff\xff" + "short", ImageEncoding::Jpeg);
  ASSERT_FALSE(clean);
  EXPECT_EQ(clean.error().code, ErrorCode::CorruptMedia);
}

TEST(ImagePrivacy, LeavesTextAndExifOutOfAPng) {
  const std::string file =
      png(png_chunk("gAMA", "gama") + png_chunk("eXIf", exif_with_place(1)) + png_chunk("tEXt", "SECRET") +
          png_chunk("iTXt", "SECRET") + png_chunk("zTXt", "SECRET") + png_chunk("tIME", "SECRET")) +
      "SECRET";
  const Result<std::string> clean = cleaned(file, ImageEncoding::Png);
  ASSERT_TRUE(clean);
  EXPECT_EQ(*clean, png(png_chunk("gAMA", "gama")));
}

TEST(ImagePrivacy, WritesTheOrientationOfAPngBackAlone) {
  const Result<std::string> clean =
      cleaned(png(png_chunk("eXIf", exif_with_place(8))), ImageEncoding::Png, 8);
  ASSERT_TRUE(clean);
  EXPECT_EQ(*clean, png(png_chunk("eXIf", bare_exif(8))));
}

TEST(ImagePrivacy, LeavesExifAndXmpOutOfAWebp) {
  const std::string flags_with_both = std::string("\x1c\0\0\0\1\0\0\1\0\0", 10);
  const std::string flags_without = std::string("\x10\0\0\0\1\0\0\1\0\0", 10);
  const std::string pixels = riff_chunk("ALPH", "alpha") + riff_chunk("VP8 ", "pixels!");
  const Result<std::string> clean =
      cleaned(webp(riff_chunk("VP8X", flags_with_both) + pixels + riff_chunk("EXIF", exif_with_place(1)) +
                   riff_chunk("XMP ", "SECRET") + riff_chunk("ABCD", "SECRET")),
              ImageEncoding::Webp);
  ASSERT_TRUE(clean);
  EXPECT_EQ(*clean, webp(riff_chunk("VP8X", flags_without) + pixels));
}

TEST(ImagePrivacy, WritesTheOrientationOfAWebpBackAlone) {
  const std::string flags = std::string("\x08\0\0\0\1\0\0\1\0\0", 10);
  const std::string pixels = riff_chunk("VP8 ", "pixels!");
  const Result<std::string> clean =
      cleaned(webp(riff_chunk("VP8X", flags) + pixels + riff_chunk("EXIF", exif_with_place(3))),
              ImageEncoding::Webp, 3);
  ASSERT_TRUE(clean);
  EXPECT_EQ(*clean, webp(riff_chunk("VP8X", flags) + pixels + riff_chunk("EXIF", bare_exif(3))));
}

TEST(ImagePrivacy, StandsEveryTruncation) {
  const std::string jpeg =
      kStart + kJfif + jpeg_segment(0xE1, kExifMark + exif_with_place(6)) + kTables + kScan + kEnd;
  const std::string portable = png(png_chunk("eXIf", exif_with_place(6)));
  const std::string web = webp(riff_chunk("VP8X", std::string(10, '\x08')) + riff_chunk("VP8 ", "pixels!") +
                               riff_chunk("EXIF", exif_with_place(6)));
  for (const auto& [file, encoding] :
       {std::pair{jpeg, ImageEncoding::Jpeg}, {portable, ImageEncoding::Png}, {web, ImageEncoding::Webp}}) {
    for (std::size_t size = 0; size < file.size(); ++size) {
      const Result<std::string> clean = cleaned(file.substr(0, size), encoding, 6);
      EXPECT_THAT(clean ? *clean : "", Not(HasSubstr("SECRET"))) << size;
    }
  }
}

}  // namespace
}  // namespace framewright::engine
