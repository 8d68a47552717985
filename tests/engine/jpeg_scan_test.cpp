// Scans that are coded elsewhere: with headers around them they are the files of libjpeg.
#include "kernels/jpeg_scan.hpp"

#include <gtest/gtest.h>

#include "tests/engine/codec_fixture.hpp"
#include "tests/engine/scenes.hpp"

namespace framewright::engine {
namespace {

class JpegScan : public CodecFixture {
 protected:
  /// Codes the pixels by the reference of the device's kernels; with room for the worst case.
  Result<EncodedFrame> encode_by_scan(const pictures::Pixels& pixels, int quality) {
    const auto frame = pictures::frame(pool_, pixels);
    const auto tables = kernels::make_jpeg_tables(quality);
    pictures::Bytes bits(4 * pixels.bytes.size() + 4096);
    const auto count = kernels::reference::jpeg_scan(frame.view(), tables, bits.data(), bits.size());
    // A scan lies in the buffer of the pixels; where it is larger, in one of more pixels.
    Reservation none;
    auto holder = pool_.lend(bits.size(), none).value();
    std::ranges::copy(bits, holder.data());
    Frame scan{std::move(holder), 0, pixels.geometry, 0};
    return encoder_.encode_scan(std::move(scan), count, quality, none);
  }

  void expect_bytes_of_libjpeg(const pictures::Pixels& pixels, int quality) {
    SCOPED_TRACE("quality " + std::to_string(quality));
    const auto made = encode_by_scan(pixels, quality);
    ASSERT_TRUE(made) << made.error().detail;
    const auto expected = encode(pixels, ImageEncoding::Jpeg, quality);
    ASSERT_TRUE(expected);
    ASSERT_TRUE(std::ranges::equal(made->payload(), expected->payload()));
  }
};

constexpr std::pair<int, int> kSizes[] = {{1, 1},  {1, 17}, {17, 1},  {2, 2},  {7, 9},   {8, 8},
                                          {9, 16}, {16, 9}, {16, 16}, {24, 8}, {33, 25}, {100, 75}};

TEST_F(JpegScan, MakesTheFilesOfLibjpegForEverySize) {
  for (const int channels : {1, 3, 4}) {
    for (const auto& [width, height] : kSizes) {
      SCOPED_TRACE(std::to_string(width) + "x" + std::to_string(height) + "x" + std::to_string(channels));
      for (const int quality : {1, 30, 80, 100}) {
        expect_bytes_of_libjpeg(pictures::noise({width, height, channels}), quality);
        expect_bytes_of_libjpeg(pictures::gradient({width, height, channels}), quality);
      }
    }
  }
}

TEST_F(JpegScan, MakesTheFilesOfLibjpegAtEveryQuality) {
  for (int quality = 1; quality <= 100; ++quality) {
    expect_bytes_of_libjpeg(pictures::photograph({93, 61, 3}), quality);
    expect_bytes_of_libjpeg(pictures::noise({93, 61, 3}), quality);
    expect_bytes_of_libjpeg(pictures::noise({93, 61, 1}), quality);
  }
}

TEST_F(JpegScan, MakesTheFilesOfLibjpegForPagesOfText) {
  for (const int quality : {5, 80, 95, 100}) {
    expect_bytes_of_libjpeg(pictures::page_of_text({200, 150, 3}), quality);
  }
}

TEST_F(JpegScan, RefusesQualitiesThatThereAreNot) {
  for (const int quality : {0, 101}) {
    const auto made = encode_by_scan(pictures::gradient({16, 16, 3}), quality);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, ErrorCode::InvalidArgument);
  }
}

}  // namespace
}  // namespace framewright::engine
