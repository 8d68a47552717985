#include <gtest/gtest.h>

#include "tests/engine/codec_fixture.hpp"
#include "tests/engine/picture_bytes.hpp"

namespace framewright::engine {
namespace {

using pictures::Bytes;

Bytes text(std::string_view characters) { return {characters.begin(), characters.end()}; }

ErrorCode code_of(const Result<ImageHeader>& header) {
  return header ? ErrorCode::Internal : header.error().code;
}

void set_u32(Bytes& bytes, std::size_t at, std::uint32_t value) {
  for (std::size_t i = 0; i < 4; ++i) bytes[at + i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
}

/// A small PNG whose header claims another size.
Bytes png_claiming(std::uint32_t width_px, std::uint32_t height_px) {
  auto bytes = pictures::png(4, 4, {});
  set_u32(bytes, 16, width_px);
  set_u32(bytes, 20, height_px);
  return bytes;
}

/// A small JPEG whose frame header claims another size.
Bytes jpeg_claiming(std::uint16_t width_px, std::uint16_t height_px) {
  auto bytes = pictures::jpeg(pictures::gradient({8, 8, 3}));
  for (std::size_t at = 0; at + 9 < bytes.size(); ++at) {
    if (bytes[at] != 0xFF || bytes[at + 1] != 0xC0) continue;
    bytes[at + 5] = static_cast<std::uint8_t>(height_px >> 8);
    bytes[at + 6] = static_cast<std::uint8_t>(height_px);
    bytes[at + 7] = static_cast<std::uint8_t>(width_px >> 8);
    bytes[at + 8] = static_cast<std::uint8_t>(width_px);
    break;
  }
  return bytes;
}

TEST(Inspect, ReadsTheHeaderOfEachFormat) {
  const auto jpeg = inspect(pictures::jpeg(pictures::gradient({33, 17, 3})), {});
  ASSERT_TRUE(jpeg);
  EXPECT_EQ(jpeg->encoding, ImageEncoding::Jpeg);
  EXPECT_EQ(jpeg->geometry, (Geometry{33, 17, 3}));
  const auto png = inspect(pictures::png(5, 7, {.color_type = 6}), {});
  ASSERT_TRUE(png);
  EXPECT_EQ(png->encoding, ImageEncoding::Png);
  EXPECT_EQ(png->geometry, (Geometry{5, 7, 4}));
  const auto webp = inspect(pictures::webp(pictures::gradient({19, 3, 3})), {});
  ASSERT_TRUE(webp);
  EXPECT_EQ(webp->encoding, ImageEncoding::Webp);
  EXPECT_EQ(webp->geometry, (Geometry{19, 3, 3}));
}

TEST(Inspect, CallsAnEmptyPictureCorrupt) {
  EXPECT_EQ(code_of(inspect(Bytes{}, {})), ErrorCode::CorruptMedia);
}

TEST(Inspect, NamesKnownKindsThatAreNotHandled) {
  const std::pair<Bytes, const char*> kinds[] = {
      {text("GIF89a"), "GIF"},
      {text("BM6\x01"), "BMP"},
      {Bytes{'I', 'I', 42 & 0x7F, 0}, "TIFF"},
      {Bytes{0, 0, 0, 32, 'f', 't', 'y', 'p', 'a', 'v', 'i', 'f'}, "AVIF"},
      {text("%PDF-1.4"), "PDF"},
  };
  for (const auto& [bytes, name] : kinds) {
    const auto header = inspect(bytes, {});
    ASSERT_FALSE(header);
    EXPECT_EQ(header.error().code, ErrorCode::UnsupportedMedia);
    EXPECT_NE(header.error().detail.find(name), std::string::npos) << header.error().detail;
  }
}

TEST(Inspect, CallsUnknownContentUnsupported) {
  EXPECT_EQ(code_of(inspect(text("hello, world"), {})), ErrorCode::UnsupportedMedia);
}

TEST(Inspect, RefusesAPngBombByItsHeader) {
  const auto bytes = png_claiming(30000, 30000);
  ASSERT_LT(bytes.size(), 1024u);
  const auto header = inspect(bytes, {});
  EXPECT_EQ(code_of(header), ErrorCode::ImageTooLarge);
  EXPECT_NE(header.error().detail.find("30000 x 30000"), std::string::npos);
}

TEST(Inspect, RefusesAJpegBombByItsHeader) {
  EXPECT_EQ(code_of(inspect(jpeg_claiming(30000, 30000), {})), ErrorCode::ImageTooLarge);
}

TEST(Inspect, RefusesABombWhoseFileEndsBehindTheSize) {
  auto bytes = png_claiming(30000, 30000);
  bytes.resize(33);
  EXPECT_EQ(code_of(inspect(bytes, {})), ErrorCode::ImageTooLarge);
}

TEST(Inspect, RefusesAreasBeyondThePixelLimitWhenEachSideIsAllowed) {
  EXPECT_EQ(code_of(inspect(png_claiming(16000, 16000), {})), ErrorCode::ImageTooLarge);
  EXPECT_EQ(code_of(inspect(png_claiming(8, 8), {.pixels = 63})), ErrorCode::ImageTooLarge);
  EXPECT_TRUE(inspect(png_claiming(8, 8), {.pixels = 64}));
}

TEST(Inspect, RefusesSizesWhoseProductOverflowsThirtyTwoBits) {
  const ImageLimits wide{.pixels = 1'000'000, .side_px = 1 << 30};
  EXPECT_EQ(code_of(inspect(png_claiming(65536, 65536), wide)), ErrorCode::ImageTooLarge);
  EXPECT_EQ(code_of(inspect(png_claiming(1 << 30, 1 << 30), wide)), ErrorCode::ImageTooLarge);
}

TEST(Inspect, RefusesSidesBeyondWhatThePngFormatAllows) {
  EXPECT_EQ(code_of(inspect(png_claiming(0xFFFFFFFFu, 0xFFFFFFFFu), {})), ErrorCode::CorruptMedia);
  EXPECT_EQ(code_of(inspect(png_claiming(0x80000000u, 1), {})), ErrorCode::CorruptMedia);
}

TEST(Inspect, RefusesPicturesWithoutASize) {
  EXPECT_EQ(code_of(inspect(png_claiming(0, 4), {})), ErrorCode::CorruptMedia);
  EXPECT_EQ(code_of(inspect(jpeg_claiming(0, 4), {})), ErrorCode::CorruptMedia);
}

TEST(Inspect, RefusesCmykByName) {
  const auto header =
      inspect(pictures::jpeg(pictures::gradient({8, 8, 4}), 90, pictures::JpegKind::Cmyk), {});
  ASSERT_FALSE(header);
  EXPECT_EQ(header.error().code, ErrorCode::UnsupportedMedia);
  EXPECT_NE(header.error().detail.find("CMYK"), std::string::npos);
}

TEST(Inspect, RefusesAnimatedWebpByName) {
  const auto header = inspect(pictures::webp_animation(), {});
  ASSERT_FALSE(header);
  EXPECT_EQ(header.error().code, ErrorCode::UnsupportedMedia);
  EXPECT_NE(header.error().detail.find("animation"), std::string::npos);
}

TEST(Inspect, CountsTheCoefficientsThatAProgressiveJpegKeeps) {
  const auto pixels = pictures::gradient({160, 80, 3});
  const auto baseline = inspect(pictures::jpeg(pixels), {});
  const auto progressive = inspect(pictures::jpeg(pixels, 90, pictures::JpegKind::Progressive), {});
  ASSERT_TRUE(baseline);
  ASSERT_TRUE(progressive);
  EXPECT_EQ(progressive->library_bytes - baseline->library_bytes, 160u * 80u * 3u * 2u);
}

TEST(Inspect, ReadsTheOrientationOfEachFormat) {
  const auto tiff = pictures::exif_tiff(6);
  const auto jpeg = pictures::jpeg_with_exif(pictures::jpeg(pictures::gradient({8, 4, 3})), tiff);
  const auto png = pictures::png_with_exif(pictures::png(8, 4, {}), tiff);
  const auto webp = pictures::webp_with_exif(pictures::webp(pictures::gradient({8, 4, 3})), {8, 4, 3}, tiff);
  for (const auto& bytes : {jpeg, png, webp}) {
    const auto header = inspect(bytes, {});
    ASSERT_TRUE(header) << header.error().detail;
    EXPECT_EQ(header->orientation, 6);
    EXPECT_EQ(header->geometry, (Geometry{8, 4, 3}));
  }
}

TEST(Inspect, TakesTheFirstOrientationOfAPngThatHasARightChecksum) {
  const auto orientation_of = [](const std::string& chunks) {
    const auto file = png_of(4, 4, chunks);
    return inspect({reinterpret_cast<const std::uint8_t*>(file.data()), file.size()}, {})->orientation;
  };
  const auto right = png_chunk("eXIf", bare_exif(8));
  auto wrong = png_chunk("eXIf", bare_exif(6));
  wrong.back() = static_cast<char>(wrong.back() ^ 1);
  EXPECT_EQ(orientation_of(wrong), 1);
  EXPECT_EQ(orientation_of(wrong + right + png_chunk("eXIf", bare_exif(3))), 8);
}

TEST(Inspect, FindsTheOrientationOfAPngBehindItsPixels) {
  auto file = png_of(4, 4);
  constexpr std::size_t kEndChunkBytes = 12;
  file.insert(file.size() - kEndChunkBytes, png_chunk("eXIf", bare_exif(6)));
  EXPECT_EQ(inspect({reinterpret_cast<const std::uint8_t*>(file.data()), file.size()}, {})->orientation, 6);
}

class InspectFrame : public CodecFixture {
 protected:
  ErrorCode code(const EncodedFrame& frame) { return code_of(inspect(frame, limits_)); }
};

TEST_F(InspectFrame, RefusesContentOfAnotherFormatThanDeclared) {
  const auto png = pictures::png(4, 4, {});
  EXPECT_EQ(code(pictures::encoded(pool_, png, ImageEncoding::Jpeg)), ErrorCode::UnsupportedMedia);
  EXPECT_TRUE(inspect(pictures::encoded(pool_, png, ImageEncoding::Png), limits_));
}

TEST_F(InspectFrame, RefusesH264) {
  EXPECT_EQ(code(pictures::encoded(pool_, text("\0\0\0\1"), ImageEncoding::H264)),
            ErrorCode::UnsupportedMedia);
}

TEST_F(InspectFrame, WantsRawPixelsToMatchToTheByte) {
  for (const int off_by : {-1, 1}) {
    auto frame = pictures::raw(pool_, pictures::gradient({5, 3, 3}));
    frame.size_bytes = static_cast<std::size_t>(45 + off_by);
    const auto header = inspect(frame, limits_);
    EXPECT_EQ(code_of(header), ErrorCode::CorruptMedia);
    EXPECT_NE(header.error().detail.find("45 bytes"), std::string::npos) << header.error().detail;
  }
}

TEST_F(InspectFrame, WantsRawPixelsToHaveASize) {
  auto frame = pictures::raw(pool_, pictures::gradient({5, 3, 3}));
  frame.width_px = 0;
  EXPECT_EQ(code(frame), ErrorCode::InvalidArgument);
  frame.width_px = -5;
  frame.height_px = -3;
  EXPECT_EQ(code(frame), ErrorCode::InvalidArgument);
}

TEST_F(InspectFrame, RefusesRawSizesWhoseProductOverflows) {
  auto frame = pictures::raw(pool_, pictures::gradient({4, 4, 4}));
  frame.width_px = 0x40000001;
  frame.height_px = 0x40000000;
  EXPECT_EQ(code(frame), ErrorCode::ImageTooLarge);
}

TEST_F(InspectFrame, RoundsTheChromaOfOddNv12Up) {
  auto frame = pictures::encoded(pool_, Bytes(5 * 3 + 2 * 3 * 2), ImageEncoding::Raw);
  frame.pixel_format = PixelFormat::Nv12;
  frame.width_px = 5;
  frame.height_px = 3;
  const auto header = inspect(frame, limits_);
  ASSERT_TRUE(header) << header.error().detail;
  EXPECT_EQ(header->geometry, (Geometry{5, 3, 3}));
}

}  // namespace
}  // namespace framewright::engine
