#include <gtest/gtest.h>

#include <string>
#include <tuple>

#include "tests/engine/codec_fixture.hpp"
#include "tests/engine/libpng_reader.hpp"

namespace framewright::engine {
namespace {

using pictures::PngKind;
using PngCodec = CodecFixture;

constexpr int kFast = 80;
constexpr int kSmall = 81;

TEST_F(PngCodec, RoundTripsToTheByteAlsoThroughLibpng) {
  for (const int quality : {1, kFast, kSmall, 100}) {
    for (const int channels : {1, 3, 4}) {
      for (const auto& pixels :
           {pictures::gradient({67, 45, channels}), pictures::noise({1, 1, channels}),
            pictures::noise({130, 33, channels}), pictures::gradient({700, 300, channels})}) {
        const auto output = encode(pixels, ImageEncoding::Png, quality);
        ASSERT_TRUE(output);
        const auto frame = decode(output->payload(), ImageEncoding::Png);
        ASSERT_TRUE(frame) << frame.error().detail;
        EXPECT_EQ(frame->geometry, pixels.geometry);
        EXPECT_EQ(pictures::pixels_of(*frame).bytes, pixels.bytes);
        const auto by_libpng = read_by_libpng(output->payload());
        ASSERT_TRUE(by_libpng);
        EXPECT_EQ(by_libpng->geometry, pixels.geometry);
        EXPECT_EQ(by_libpng->bytes, pixels.bytes);
      }
    }
  }
}

TEST_F(PngCodec, IsSmallerAtAQualityBeyondEighty) {
  const auto pixels = pictures::gradient({640, 480, 3});
  const auto fast = encode(pixels, ImageEncoding::Png, kFast);
  const auto small = encode(pixels, ImageEncoding::Png, kSmall);
  ASSERT_TRUE(fast && small);
  EXPECT_LT(small->size_bytes, fast->size_bytes);
}

TEST_F(PngCodec, EncodesPaddedRowsLikeTightOnes) {
  const auto pixels = pictures::gradient({33, 21, 3});
  for (const int quality : {kFast, kSmall}) {
    const auto tight = encode(pixels, ImageEncoding::Png, quality);
    Reservation none;
    const auto padded =
        encoder_.encode(pictures::frame(pool_, pixels, 128), ImageEncoding::Png, quality, none);
    ASSERT_TRUE(tight);
    ASSERT_TRUE(padded);
    EXPECT_TRUE(std::ranges::equal(tight->payload(), padded->payload()));
  }
}

/// What a sample of the file must become, in 8 bits.
std::uint8_t expected(const PngKind& kind, int x, int y, int channel) {
  const bool alpha_of_gray = kind.color_type == 4 && channel == 3;
  const int stored_channel = kind.color_type == 4   ? (alpha_of_gray ? 1 : 0)
                             : kind.color_type == 0 ? 0
                                                    : channel;
  const unsigned value =
      pictures::png_sample(x, y, kind.color_type == 3 ? 0 : stored_channel, kind.bit_depth);
  if (kind.color_type == 3) {
    const unsigned colours[4] = {value, 255 - value, 7, kind.transparent && value == 0 ? 0u : 255u};
    return static_cast<std::uint8_t>(colours[channel]);
  }
  if (kind.transparent && channel == 3) {
    bool all_zero = true;
    for (int c = 0; c < (kind.color_type == 2 ? 3 : 1); ++c) {
      all_zero = all_zero && pictures::png_sample(x, y, c, kind.bit_depth) == 0;
    }
    return all_zero ? 0 : 255;
  }
  if (kind.bit_depth == 16) return static_cast<std::uint8_t>(value >> 8);
  return static_cast<std::uint8_t>(value * 255 / ((1u << kind.bit_depth) - 1));
}

int expected_channels(const PngKind& kind) {
  if (kind.transparent || kind.color_type == 4 || kind.color_type == 6) return 4;
  return kind.color_type == 0 ? 1 : 3;
}

class EveryPng : public CodecFixture, public testing::WithParamInterface<PngKind> {};

TEST_P(EveryPng, IsExpandedToEightBits) {
  constexpr int kWidth = 19, kHeight = 11;
  const auto kind = GetParam();
  const auto frame = decode(pictures::png(kWidth, kHeight, kind), ImageEncoding::Png);
  ASSERT_TRUE(frame) << frame.error().detail;
  const int channels = expected_channels(kind);
  ASSERT_EQ(frame->geometry, (Geometry{kWidth, kHeight, channels}));
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      for (int c = 0; c < channels; ++c) {
        ASSERT_EQ(frame->view().row(y)[x * channels + c], expected(kind, x, y, c))
            << x << "," << y << "," << c;
      }
    }
  }
}

TEST_P(EveryPng, RefusesEveryTruncation) {
  expect_every_truncation_fails(pictures::png(9, 5, GetParam()), ImageEncoding::Png);
}

std::vector<PngKind> every_kind() {
  const std::pair<int, std::vector<int>> legal[] = {
      {0, {1, 2, 4, 8, 16}}, {2, {8, 16}}, {3, {1, 2, 4, 8}}, {4, {8, 16}}, {6, {8, 16}}};
  std::vector<PngKind> kinds;
  for (const auto& [color_type, depths] : legal) {
    for (const int depth : depths) {
      for (const bool interlaced : {false, true}) {
        kinds.push_back({color_type, depth, interlaced, false});
        if (color_type < 4) kinds.push_back({color_type, depth, interlaced, true});
      }
    }
  }
  return kinds;
}

std::string name_of(const testing::TestParamInfo<PngKind>& info) {
  const std::string names[] = {"Gray", "", "Rgb", "Palette", "GrayAlpha", "", "Rgba"};
  return names[info.param.color_type] + std::to_string(info.param.bit_depth) +
         (info.param.interlaced ? "Interlaced" : "") + (info.param.transparent ? "Transparent" : "");
}

INSTANTIATE_TEST_SUITE_P(Kinds, EveryPng, testing::ValuesIn(every_kind()), name_of);

TEST_F(PngCodec, RefusesAWrongChecksumInThePixels) {
  auto bytes = pictures::png(9, 5, {});
  bytes[bytes.size() - 12 - 4] ^= 0xFF;  // The checksum of IDAT lies before IEND.
  const auto frame = decode(bytes, ImageEncoding::Png);
  ASSERT_FALSE(frame);
  EXPECT_EQ(frame.error().code, ErrorCode::CorruptMedia);
}

TEST_F(PngCodec, RefusesColourTypesAndDepthsThatThereAreNot) {
  const std::pair<std::uint8_t, std::uint8_t> illegal[] = {{1, 8}, {2, 4}, {3, 16}, {7, 8}, {0, 3}, {0, 0}};
  for (const auto& [color_type, bit_depth] : illegal) {
    auto bytes = pictures::png(9, 5, {});
    bytes[24] = bit_depth;
    bytes[25] = color_type;
    EXPECT_EQ(decode(bytes, ImageEncoding::Png).error().code, ErrorCode::CorruptMedia);
  }
}

TEST_F(PngCodec, RefusesAChunkThatClaimsMoreThanTheFile) {
  auto bytes = pictures::png(9, 5, {});
  for (std::size_t i = 0; i < 4; ++i) bytes[33 + i] = 0xFF;
  EXPECT_EQ(decode(bytes, ImageEncoding::Png).error().code, ErrorCode::CorruptMedia);
}

}  // namespace
}  // namespace framewright::engine
