#include <gtest/gtest.h>

#include "engine/webp_codec.hpp"
#include "tests/engine/codec_fixture.hpp"
#include "tests/engine/scenes.hpp"

namespace framewright::engine {
namespace {

using WebpCodec = CodecFixture;

TEST_F(WebpCodec, RoundTripsColourAndAlpha) {
  for (const int channels : {3, 4}) {
    const auto pixels = pictures::gradient({67, 45, channels});
    const auto output = encode(pixels, ImageEncoding::Webp, 95);
    ASSERT_TRUE(output);
    const auto frame = decode(output->payload(), ImageEncoding::Webp);
    ASSERT_TRUE(frame) << frame.error().detail;
    EXPECT_LT(pictures::mean_difference(pictures::pixels_of(*frame), pixels), 3.0);
  }
}

TEST_F(WebpCodec, WritesGrayAsNeutralColour) {
  const auto output = encode(pictures::gradient({67, 45, 1}), ImageEncoding::Webp, 95);
  ASSERT_TRUE(output);
  const auto frame = decode(output->payload(), ImageEncoding::Webp);
  ASSERT_TRUE(frame);
  ASSERT_EQ(frame->geometry, (Geometry{67, 45, 3}));
  const auto gray = pictures::gradient({67, 45, 1});
  pictures::Pixels spread{frame->geometry, {}};
  for (const auto value : gray.bytes) spread.bytes.insert(spread.bytes.end(), 3, value);
  EXPECT_LT(pictures::mean_difference(pictures::pixels_of(*frame), spread), 2.0);
}

TEST_F(WebpCodec, DecodesLosslessPicturesToTheByte) {
  for (const int channels : {3, 4}) {
    auto pixels = pictures::gradient({31, 23, channels});
    const auto frame = decode(pictures::webp_lossless(pixels), ImageEncoding::Webp);
    ASSERT_TRUE(frame) << frame.error().detail;
    EXPECT_EQ(pictures::pixels_of(*frame).bytes, pixels.bytes);
  }
}

TEST_F(WebpCodec, HasRoomForNoiseAtFullQuality) {
  for (const int side : {1, 15, 16, 17, 120}) {
    for (const int channels : {1, 3, 4}) {
      EXPECT_TRUE(encode(pictures::noise({side, side, channels}), ImageEncoding::Webp, 100));
    }
  }
  EXPECT_TRUE(encode(pictures::noise({3000, 1, 3}), ImageEncoding::Webp, 100)) << "a row of whole blocks";
}

TEST_F(WebpCodec, IsSmallerForMoreWork) {
  const auto bytes_by = [&](WebpMethod method) {
    Reservation none;
    auto frame = pictures::frame(pool_, pictures::photograph({320, 240, 3}));
    const auto output = encoder_.encode(std::move(frame), ImageEncoding::Webp, 80, none, method);
    EXPECT_TRUE(output);
    return output ? output->size_bytes : 0;
  };
  EXPECT_LT(bytes_by(WebpMethod::Smallest), bytes_by(WebpMethod::Usual));
  EXPECT_LT(bytes_by(WebpMethod::Smallest), bytes_by(WebpMethod::Fastest));
}

TEST_F(WebpCodec, BlamesAPictureThatTakesMoreThanThereIsRoomFor) {
  const auto pixels = pictures::noise({120, 120, 3});
  pictures::Bytes room(1000);
  const auto size = encode_webp({pixels.bytes.data(), 120, 120, 3, 360}, {.quality = 100}, room);
  ASSERT_FALSE(size);
  EXPECT_EQ(size.error().code, ErrorCode::ImageTooLarge) << size.error().detail;
}

TEST_F(WebpCodec, RefusesSidesBeyondTheFormat) {
  const auto output = encode({{16384, 1, 1}, pictures::Bytes(16384)}, ImageEncoding::Webp);
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().code, ErrorCode::ImageTooLarge);
}

TEST_F(WebpCodec, RefusesEveryTruncation) {
  const auto pixels = pictures::gradient({24, 17, 4});
  expect_every_truncation_fails(pictures::webp(pixels), ImageEncoding::Webp);
  expect_every_truncation_fails(pictures::webp_lossless(pixels), ImageEncoding::Webp);
}

TEST_F(WebpCodec, RefusesAnExtendedHeaderThatContradictsItsPicture) {
  const auto simple = pictures::webp(pictures::gradient({8, 4, 3}));
  const auto bytes = pictures::webp_with_exif(simple, {9, 4, 3}, pictures::exif_tiff(1));
  const auto frame = decode(bytes, ImageEncoding::Webp);
  ASSERT_FALSE(frame);
  EXPECT_EQ(frame.error().code, ErrorCode::CorruptMedia);
}

}  // namespace
}  // namespace framewright::engine
