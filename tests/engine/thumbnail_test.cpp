#include "engine/thumbnail.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/engine/codec_fixture.hpp"

namespace framewright::engine {
namespace {

using pictures::Bytes;

class Thumbnail : public CodecFixture {
 protected:
  /// The pixels of the thumbnail of `picture`.
  pictures::Pixels thumbnail(const Bytes& picture) {
    const auto jpeg = make_thumbnail(picture, limits_, pool_);
    if (!jpeg) ADD_FAILURE() << jpeg.error().detail;
    return pictures::pixels_of(decode(jpeg.value(), ImageEncoding::Jpeg).value());
  }
};

TEST_F(Thumbnail, FitsItsSquare) {
  EXPECT_EQ(thumbnail(pictures::jpeg(pictures::gradient({1000, 500, 3}))).geometry, (Geometry{256, 128, 3}));
  EXPECT_EQ(thumbnail(pictures::jpeg(pictures::gradient({500, 1000, 1}))).geometry, (Geometry{128, 256, 1}));
  EXPECT_EQ(thumbnail(pictures::png(600, 600, {})).geometry, (Geometry{256, 256, 3}));
  EXPECT_EQ(thumbnail(pictures::webp(pictures::gradient({300, 100, 3}))).geometry, (Geometry{256, 85, 3}));
}

TEST_F(Thumbnail, KeepsTheSizeOfASmallPicture) {
  EXPECT_EQ(thumbnail(pictures::png(20, 10, {})).geometry, (Geometry{20, 10, 3}));
}

TEST_F(Thumbnail, LeavesAPixelOfTheThinnestPicture) {
  EXPECT_EQ(thumbnail(pictures::png(4000, 1, {})).geometry, (Geometry{256, 1, 3}));
}

TEST_F(Thumbnail, LooksLikeThePicture) {
  for (const int side : {257, 511, 1100, 2200}) {
    const auto small = thumbnail(pictures::jpeg(pictures::gradient({side, side, 3}), 95));
    EXPECT_LT(pictures::mean_difference(small, pictures::gradient({256, 256, 3})), 4.0) << side;
  }
}

TEST_F(Thumbnail, StandsUpright) {
  const auto jpeg =
      pictures::jpeg_with_exif(pictures::jpeg(pictures::gradient({600, 300, 3})), pictures::exif_tiff(6));
  const auto small = thumbnail(jpeg);
  ASSERT_EQ(small.geometry, (Geometry{128, 256, 3}));
  // Stored red grows to the right; turned by a quarter, it grows downwards.
  EXPECT_LT(small.bytes.front(), 30);
  EXPECT_GT(small.bytes[small.bytes.size() - 3], 225);
}

TEST_F(Thumbnail, LaysTransparencyOnWhite) {
  auto pixels = pictures::gradient({40, 40, 4});
  for (std::size_t i = 3; i < pixels.bytes.size(); i += 4) pixels.bytes[i] = 0;
  const auto picture = encode(pixels, ImageEncoding::Png);
  const auto payload = picture->payload();
  const auto small = thumbnail(Bytes(payload.begin(), payload.end()));
  EXPECT_EQ(small.geometry, (Geometry{40, 40, 3}));
  EXPECT_GE(*std::ranges::min_element(small.bytes), 250);
}

TEST_F(Thumbnail, FindsATruncatedPicture) {
  const auto jpeg = pictures::jpeg(pictures::noise({600, 300, 3}));
  const auto result = make_thumbnail(std::span(jpeg).first(jpeg.size() - 2), limits_, pool_);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::CorruptMedia);
}

TEST_F(Thumbnail, HonoursTheLimits) {
  const auto result = make_thumbnail(pictures::png(200, 200, {}), {.pixels = 100}, pool_);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::ImageTooLarge);
}

}  // namespace
}  // namespace framewright::engine
