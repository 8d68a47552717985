#include <gtest/gtest.h>

#include "tests/engine/codec_fixture.hpp"

namespace framewright::engine {
namespace {

using pictures::JpegKind;
using JpegCodec = CodecFixture;

TEST_F(JpegCodec, RoundTripsColour) {
  const auto pixels = pictures::gradient({67, 45, 3});
  const auto output = encode(pixels, ImageEncoding::Jpeg, 95);
  ASSERT_TRUE(output);
  const auto frame = decode(output->payload(), ImageEncoding::Jpeg);
  ASSERT_TRUE(frame);
  EXPECT_LT(pictures::mean_difference(pictures::pixels_of(*frame), pixels), 3.0);
}

TEST_F(JpegCodec, KeepsGrayInOneChannel) {
  const auto pixels = pictures::gradient({67, 45, 1});
  const auto output = encode(pixels, ImageEncoding::Jpeg, 95);
  ASSERT_TRUE(output);
  const auto frame = decode(output->payload(), ImageEncoding::Jpeg);
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->geometry.channels, 1);
  EXPECT_LT(pictures::mean_difference(pictures::pixels_of(*frame), pixels), 1.0);
}

/// turbojpeg with the settings that this codec had when it stood on it.
TEST_F(JpegCodec, WritesTheBytesOfTurbojpeg) {
  for (const auto& geometry : {Geometry{67, 45, 3}, {67, 45, 1}, {16, 16, 3}, {1, 1, 3}, {33, 8, 4}}) {
    for (const int quality : {1, 50, 80, 100}) {
      const auto pixels = pictures::noise(geometry);
      const auto output = encode(pixels, ImageEncoding::Jpeg, quality);
      ASSERT_TRUE(output);
      EXPECT_TRUE(std::ranges::equal(output->payload(), pictures::jpeg_420(pixels, quality)));
    }
  }
}

TEST_F(JpegCodec, DropsAlpha) {
  const auto output = encode(pictures::gradient({32, 32, 4}), ImageEncoding::Jpeg, 95);
  ASSERT_TRUE(output);
  const auto frame = decode(output->payload(), ImageEncoding::Jpeg);
  ASSERT_TRUE(frame);
  EXPECT_LT(pictures::mean_difference(pictures::pixels_of(*frame), pictures::gradient({32, 32, 3})), 3.0);
}

TEST_F(JpegCodec, EncodesPaddedRowsLikeTightOnes) {
  const auto pixels = pictures::gradient({33, 21, 3});
  const auto tight = encode(pixels, ImageEncoding::Jpeg);
  Reservation none;
  const auto padded = encoder_.encode(pictures::frame(pool_, pixels, 128), ImageEncoding::Jpeg, 90, none);
  ASSERT_TRUE(tight);
  ASSERT_TRUE(padded);
  EXPECT_TRUE(std::ranges::equal(tight->payload(), padded->payload()));
}

TEST_F(JpegCodec, WritesOnePixel) {
  const auto output = encode(pictures::gradient({1, 1, 3}), ImageEncoding::Jpeg);
  ASSERT_TRUE(output);
  const auto frame = decode(output->payload(), ImageEncoding::Jpeg);
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->geometry, (Geometry{1, 1, 3}));
}

TEST_F(JpegCodec, WritesSmallerFilesAtLowerQuality) {
  const auto pixels = pictures::noise({64, 64, 3});
  EXPECT_LT(encode(pixels, ImageEncoding::Jpeg, 1)->size_bytes,
            encode(pixels, ImageEncoding::Jpeg, 100)->size_bytes);
}

TEST_F(JpegCodec, HasRoomForNoiseAtFullQuality) {
  for (const int side : {1, 7, 8, 9, 16, 17, 63, 300}) {
    for (const int channels : {1, 3, 4}) {
      EXPECT_TRUE(encode(pictures::noise({side, side, channels}), ImageEncoding::Jpeg, 100));
    }
  }
}

TEST_F(JpegCodec, DecodesProgressivePictures) {
  const auto pixels = pictures::gradient({67, 45, 3});
  const auto frame = decode(pictures::jpeg(pixels, 95, JpegKind::Progressive), ImageEncoding::Jpeg);
  ASSERT_TRUE(frame);
  EXPECT_LT(pictures::mean_difference(pictures::pixels_of(*frame), pixels), 2.0);
}

TEST_F(JpegCodec, RefusesEveryTruncation) {
  expect_every_truncation_fails(pictures::jpeg(pictures::gradient({24, 17, 3})), ImageEncoding::Jpeg);
}

TEST_F(JpegCodec, RefusesEveryTruncationOfAProgressivePicture) {
  expect_every_truncation_fails(pictures::jpeg(pictures::gradient({24, 17, 3}), 90, JpegKind::Progressive),
                                ImageEncoding::Jpeg);
}

TEST_F(JpegCodec, RefusesTwoFrameHeaders) {
  auto bytes = pictures::jpeg(pictures::gradient({8, 8, 1}));
  const pictures::Bytes second = {0xFF, 0xC0, 0, 11, 8, 0, 1, 0, 1, 1, 1, 0x11, 0};
  bytes.insert(bytes.begin() + 2, second.begin(), second.end());
  const auto frame = decode(bytes, ImageEncoding::Jpeg);
  ASSERT_FALSE(frame);
  EXPECT_EQ(frame.error().code, ErrorCode::CorruptMedia);
}

TEST_F(JpegCodec, NamesFramesThatItDoesNotKnow) {
  const std::pair<std::uint8_t, const char*> kinds[] = {{0xC3, "lossless"}, {0xC5, "hierarchical"}};
  for (const auto& [marker, name] : kinds) {
    const pictures::Bytes bytes = {0xFF, 0xD8, 0xFF, marker, 0, 11, 8, 0, 1, 0, 1, 1, 1, 0x11, 0, 0xFF, 0xD9};
    const auto frame = decode(bytes, ImageEncoding::Jpeg);
    ASSERT_FALSE(frame);
    EXPECT_EQ(frame.error().code, ErrorCode::UnsupportedMedia);
    EXPECT_NE(frame.error().detail.find(name), std::string::npos);
  }
}

TEST_F(JpegCodec, RefusesSamplingFactorsOfZero) {
  const pictures::Bytes bytes = {0xFF, 0xD8, 0xFF, 0xC0, 0, 11, 8, 0, 1, 0, 1, 1, 1, 0x00, 0, 0xFF, 0xD9};
  EXPECT_EQ(decode(bytes, ImageEncoding::Jpeg).error().code, ErrorCode::CorruptMedia);
}

}  // namespace
}  // namespace framewright::engine
