#include <gtest/gtest.h>

#include "engine/jpeg_gray.hpp"
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

/// Of chroma that is larger than that of 4:2:0, the mean of the samples that lie where one of them would.
int halved(const pictures::Plane& plane, ColourPlanes kind, int x, int y) {
  switch (kind) {
    case ColourPlanes::Ycbcr444: {
      const int sum = plane.at(2 * x, 2 * y) + plane.at(2 * x + 1, 2 * y) + plane.at(2 * x, 2 * y + 1) +
                      plane.at(2 * x + 1, 2 * y + 1);
      return (sum + 2) / 4;
    }
    case ColourPlanes::Ycbcr422: return (plane.at(x, 2 * y) + plane.at(x, 2 * y + 1) + 1) / 2;
    case ColourPlanes::Ycbcr440: return (plane.at(2 * x, y) + plane.at(2 * x + 1, y) + 1) / 2;
    default: return plane.at(x, y);
  }
}

TEST_F(JpegCodec, HalvesLargerChromaByMeans) {
  for (const auto kind :
       {ColourPlanes::Ycbcr420, ColourPlanes::Ycbcr422, ColourPlanes::Ycbcr440, ColourPlanes::Ycbcr444}) {
    for (const auto& [width, height] : {std::pair{1, 1}, {2, 3}, {15, 16}, {16, 17}, {67, 45}, {130, 9}}) {
      const auto jpeg = pictures::jpeg_in(kind, pictures::noise({width, height, 3}), 95);
      const auto header = inspect(jpeg, limits_).value();
      ASSERT_EQ(header.planes, kind);
      Reservation none;
      const auto frame = decoder_.decode_planes(jpeg, header, none).value();
      const auto expected = pictures::planes_of(jpeg);
      for (std::size_t i = 0; i < 3; ++i) {
        const auto plane = frame.views()[i];
        for (int y = 0; y < plane.height_px; ++y) {
          for (int x = 0; x < plane.width_px; ++x) {
            const int value = i == 0 ? expected[0].at(x, y) : halved(expected[i], kind, x, y);
            ASSERT_EQ(int{plane.row(y)[x]}, value) << width << "x" << height << ", plane " << i << " at " << x
                                                   << ", " << y << ", kind " << static_cast<int>(kind);
          }
        }
      }
    }
  }
}

TEST_F(JpegCodec, DecodesAPartOfTheSize) {
  for (const auto kind :
       {ColourPlanes::Ycbcr420, ColourPlanes::Ycbcr422, ColourPlanes::Ycbcr440, ColourPlanes::Ycbcr444}) {
    for (const int eighths : {4, 2, 1}) {
      if (eighths == 1 && kind != ColourPlanes::Ycbcr420) continue;
      const auto jpeg = pictures::jpeg_in(kind, pictures::gradient({133, 95, 3}), 95);
      auto header = inspect(jpeg, limits_).value();
      header.eighths = eighths;
      const auto size = header.decoded_geometry();
      EXPECT_EQ(size, (Geometry{(133 * eighths + 7) / 8, (95 * eighths + 7) / 8, 3}));
      Reservation none;
      const auto pixels = decoder_.decode(jpeg, header, none).value();
      EXPECT_EQ(pixels.geometry, size);
      EXPECT_EQ(pixels.picture_geometry(), (Geometry{133, 95, 3}));
      EXPECT_LT(pictures::mean_difference(pictures::pixels_of(pixels), pictures::gradient(size)), 6.0);
      auto planes = decoder_.decode_planes(jpeg, header, none).value();
      EXPECT_EQ(planes.geometry, size);
      EXPECT_EQ(planes.picture_geometry(), (Geometry{133, 95, 3}));
      const auto made = encoder_.encode_planes(std::move(planes), 95, none).value();
      const auto seen = decode(made.payload(), ImageEncoding::Jpeg).value();
      EXPECT_LT(pictures::mean_difference(pictures::pixels_of(seen), pictures::gradient(size)), 6.0)
          << eighths << "/8, kind " << static_cast<int>(kind);
    }
  }
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

// Of a size whose room the pool rounds up by little.
TEST_F(JpegCodec, BlamesAPictureThatWasMadeToTakeMoreThanNoise) {
  const auto pixels = pictures::worst_for_jpeg({512, 632, 1});
  const auto output = encode(pixels, ImageEncoding::Jpeg, 100);
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().code, ErrorCode::ImageTooLarge) << output.error().detail;
  EXPECT_TRUE(encode(pixels, ImageEncoding::Jpeg, 98)) << "and the encoder goes on";
}

TEST_F(JpegCodec, BlamesCoefficientsThatTakeMoreThanNoise) {
  const auto input = pictures::jpeg_420(pictures::worst_for_jpeg({512, 632, 3}), 100);
  Reservation none;
  const auto output = encoder_.encode_gray({input, {512, 632, 3}}, decoder_, 100, none);
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().code, ErrorCode::ImageTooLarge) << output.error().detail;
  EXPECT_TRUE(encoder_.encode_gray({input, {512, 632, 3}}, decoder_, 98, none));
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
