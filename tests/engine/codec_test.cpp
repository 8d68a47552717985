#include "engine/codec.hpp"

#include <gtest/gtest.h>

#include "tests/engine/codec_fixture.hpp"

namespace framewright::engine {
namespace {

using Codec = CodecFixture;
using RawCodec = CodecFixture;

TEST_F(RawCodec, TakesOverTheBufferWithoutACopy) {
  for (const int channels : {1, 3, 4}) {
    const auto pixels = pictures::gradient({5, 3, channels});
    auto input = pictures::raw(pool_, pixels);
    const auto* const data = input.buffer.data();
    Reservation none;
    const auto frame = decoder_.decode(std::move(input), limits_, none);
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->view().pixels, data);
    EXPECT_EQ(pictures::pixels_of(*frame).bytes, pixels.bytes);
  }
}

TEST_F(RawCodec, KeepsTheOffsetOfThePayloadInItsMessage) {
  auto input = pictures::encoded(pool_, pictures::Bytes{9, 9, 9, 1, 2, 3, 4}, ImageEncoding::Raw);
  input.offset_bytes = 3;
  input.size_bytes = 4;
  input.width_px = 2;
  input.height_px = 2;
  Reservation none;
  auto frame = decoder_.decode(std::move(input), limits_, none);
  ASSERT_TRUE(frame);
  const auto output = encoder_.encode(std::move(*frame), ImageEncoding::Raw, 80, none);
  ASSERT_TRUE(output);
  EXPECT_EQ(output->offset_bytes, 3u);
  EXPECT_TRUE(std::ranges::equal(output->payload(), pictures::Bytes{1, 2, 3, 4}));
}

TEST_F(RawCodec, HandsTightRowsOutWithoutACopy) {
  auto frame = pictures::frame(pool_, pictures::gradient({5, 3, 4}));
  const auto* const data = frame.buffer.data();
  Reservation none;
  const auto output = encoder_.encode(std::move(frame), ImageEncoding::Raw, 80, none);
  ASSERT_TRUE(output);
  EXPECT_EQ(output->payload().data(), data);
  EXPECT_EQ(output->pixel_format, PixelFormat::Rgba8);
  EXPECT_EQ(output->width_px, 5);
  EXPECT_EQ(output->height_px, 3);
}

TEST_F(RawCodec, MovesPaddedRowsTogether) {
  const auto pixels = pictures::gradient({5, 3, 3});
  Reservation none;
  const auto output = encoder_.encode(pictures::frame(pool_, pixels, 64), ImageEncoding::Raw, 80, none);
  ASSERT_TRUE(output);
  EXPECT_TRUE(std::ranges::equal(output->payload(), pixels.bytes));
}

TEST_F(RawCodec, MakesRgbOfNv12) {
  // White, black, and BT.601 red, blue as limited-range luma and chroma; 4 x 2 pixels, two squares of one
  // colour.
  auto input = pictures::encoded(pool_, pictures::Bytes{81, 81, 41, 41, 81, 81, 41, 41, 90, 240, 240, 110},
                                 ImageEncoding::Raw);
  input.pixel_format = PixelFormat::Nv12;
  input.width_px = 4;
  input.height_px = 2;
  Reservation none;
  const auto frame = decoder_.decode(std::move(input), limits_, none);
  ASSERT_TRUE(frame);
  const auto pixels = pictures::pixels_of(*frame);
  EXPECT_NEAR(pixels.bytes[0], 254, 1);
  EXPECT_NEAR(pixels.bytes[1], 0, 1);
  EXPECT_NEAR(pixels.bytes[2], 0, 1);
  EXPECT_NEAR(pixels.bytes[6], 0, 1);
  EXPECT_NEAR(pixels.bytes[7], 0, 1);
  EXPECT_NEAR(pixels.bytes[8], 255, 1);
}

TEST_F(Codec, RefusesAQualityOutsideItsRange) {
  for (const int quality : {0, 101, -1}) {
    const auto output = encode(pictures::gradient({4, 4, 3}), ImageEncoding::Jpeg, quality);
    ASSERT_FALSE(output);
    EXPECT_EQ(output.error().code, ErrorCode::InvalidArgument);
  }
}

TEST_F(Codec, WritesNoH264) {
  const auto output = encode(pictures::gradient({4, 4, 3}), ImageEncoding::H264);
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().code, ErrorCode::UnsupportedMedia);
}

TEST_F(Codec, ReportsTheSizeOfWhatItEncoded) {
  for (const auto format :
       {ImageEncoding::Jpeg, ImageEncoding::Png, ImageEncoding::Webp, ImageEncoding::Raw}) {
    const auto output = encode(pictures::gradient({21, 9, 3}), format);
    ASSERT_TRUE(output) << output.error().detail;
    EXPECT_EQ(output->encoding, format);
    EXPECT_EQ(output->width_px, 21);
    EXPECT_EQ(output->height_px, 9);
  }
}

TEST_F(Codec, HoldsNoMoreForAnAnswerThanFourTimesItsSizeClass) {
  for (const auto format : {ImageEncoding::Jpeg, ImageEncoding::Png, ImageEncoding::Webp}) {
    const auto output = encode(pictures::gradient({640, 480, 3}), format, 80);
    ASSERT_TRUE(output) << output.error().detail;
    EXPECT_LE(output->buffer.capacity(), 4 * FramePool::rounded_bytes(output->size_bytes));
  }
}

// What is reserved for a frame beforehand is enough for it, on the worst picture there is.
TEST_F(Codec, NeedsNoMoreMemoryThanItAnnounces) {
  const std::pair<ImageEncoding, int> outputs[] = {{ImageEncoding::Jpeg, 100},
                                                   {ImageEncoding::Png, 80},
                                                   {ImageEncoding::Png, 100},
                                                   {ImageEncoding::Webp, 100}};
  for (const auto& [format, quality] : outputs) {
    for (const int channels : {1, 3, 4}) {
      const Geometry geometry{201, 99, channels};
      FrameBudget exact(encode_bytes(geometry, format, quality) + FramePool::rounded_bytes(geometry.bytes()));
      FramePool pool(exact);
      Encoder encoder(pool);
      auto input = pictures::frame(pool, pictures::noise(geometry));
      auto reservation = exact.reserve(encode_bytes(geometry, format, quality));
      auto output = encoder.encode(std::move(input), format, quality, *reservation);
      ASSERT_TRUE(output) << output.error().detail;
      reservation->release();

      const auto header = inspect(*output, limits_);
      ASSERT_TRUE(header);
      FrameBudget exact_too(decode_bytes(*header, PixelFormat::Rgb8));
      FramePool pool_too(exact_too);
      auto whole = exact_too.reserve(exact_too.limit_bytes());
      Decoder decoder(pool_too);
      const auto frame = decoder.decode(std::move(*output), limits_, *whole);
      EXPECT_TRUE(frame) << frame.error().detail;
    }
  }
}

TEST_F(Codec, AnswersOverloadedWhenThereIsNoMemoryAndLeaksNone) {
  FrameBudget small(256u << 10);
  FramePool pool(small);
  Decoder decoder(pool);
  Encoder encoder(pool);
  const auto hog = pool.lend(160u << 10);
  ASSERT_TRUE(hog);
  Reservation none;
  auto input =
      pictures::encoded(pool, pictures::jpeg(pictures::gradient({256, 256, 3})), ImageEncoding::Jpeg);
  const auto frame = decoder.decode(std::move(input), limits_, none);
  ASSERT_FALSE(frame);
  EXPECT_EQ(frame.error().code, ErrorCode::Overloaded);
  const auto output =
      encoder.encode(pictures::frame(pool, pictures::gradient({128, 128, 1})), ImageEncoding::Webp, 80, none);
  ASSERT_FALSE(output);
  EXPECT_EQ(pool.lent_bytes(), hog->capacity());
  EXPECT_EQ(small.used_bytes(), hog->capacity());
}

TEST_F(Codec, RefusesByItsLimitsBeforeItTakesMemory) {
  limits_.pixels = 100;
  const auto before = budget_.peak_bytes();
  const auto frame = decode(pictures::png(100, 100, {}), ImageEncoding::Png);
  ASSERT_FALSE(frame);
  EXPECT_EQ(frame.error().code, ErrorCode::ImageTooLarge);
  EXPECT_LE(budget_.peak_bytes() - before, 4096u);
}

TEST_F(Codec, GoesOnAfterAPictureThatWasCorrupt) {
  const auto good = pictures::jpeg(pictures::gradient({40, 40, 3}));
  EXPECT_FALSE(decode(std::span(good).first(good.size() / 2), ImageEncoding::Jpeg));
  const auto again = decode(good, ImageEncoding::Jpeg);
  EXPECT_TRUE(again) << again.error().detail;
}

}  // namespace
}  // namespace framewright::engine
