#include "kernels/oil_painting.hpp"

#include <gtest/gtest.h>

#include "kernels/reference.hpp"
#include "tests/kernels/simd_targets.hpp"

namespace framewright::kernels {
namespace {

std::vector<std::uint8_t> painted(TestPicture in, Shape shape, int radius) {
  TestPicture out(shape);
  TestScratch scratch(oil_painting_scratch_bytes(shape.width_px, shape.channels, radius));
  EXPECT_EQ(oil_painting(in.view(), radius, out.view(), scratch.get()), Status::Ok);
  EXPECT_TRUE(scratch.guard_is_whole());
  return out.values();
}

TEST(OilPainting, GivesTheBytesOfTheReference) {
  for (const int radius : {1, 4}) {
    SCOPED_TRACE(radius);
    expect_same_bytes_with_scratch(
        [=](auto in, auto out, auto scratch) { return oil_painting(in, radius, out, scratch); },
        [=](auto in, auto out) { return reference::oil_painting(in, radius, out); },
        [=](int width, int channels) { return oil_painting_scratch_bytes(width, channels, radius); });
  }
}

TEST(OilPainting, GivesTheBytesOfTheReferenceAtEveryRadius) {
  for (int radius = 1; radius <= kOilPaintingMaxRadius; ++radius) {
    for (const Shape& shape : {Shape{37, 6, 3}, {2, 19, 4}}) {
      TestPicture in = TestPicture::noise(shape);
      TestPicture expected(shape);
      ASSERT_EQ(reference::oil_painting(in.view(), radius, expected.view()), Status::Ok);
      for_each_simd_target([&] { EXPECT_EQ(painted(in, shape, radius), expected.values()) << radius; });
    }
  }
}

TEST(OilPainting, HoldsTheLargestSums) {
  const Shape shape{40, 20, 3};
  const std::vector<std::uint8_t> white(40 * 20 * 3, 255);
  for_each_simd_target(
      [&] { EXPECT_EQ(painted(TestPicture::of(shape, white), shape, kOilPaintingMaxRadius), white); });
}

TEST(OilPainting, PaintsFromTheCalmestCorner) {
  // One row, so squares above and below are alike: to the left of each pixel or to the right of it.
  // 10 14 | 100: 12 from the left for the second; the third is calm to its right.
  TestPicture in = TestPicture::of({4, 1, 1}, {10, 14, 100, 100});
  EXPECT_EQ(painted(in, {4, 1, 1}, 1), (std::vector<std::uint8_t>{10, 12, 100, 100}));
}

TEST(OilPainting, TakesTheFirstOfEqualCorners) {
  // 0 2 4: left and right vary alike, and the mean of the left is 1.
  TestPicture in = TestPicture::of({3, 1, 1}, {0, 2, 4});
  EXPECT_EQ(painted(in, {3, 1, 1}, 1), (std::vector<std::uint8_t>{0, 1, 4}));
}

TEST(OilPainting, RefusesARadiusOutsideItsRange) {
  TestPicture in({4, 4, 1});
  TestPicture out({4, 4, 1});
  TestScratch scratch(1 << 16);
  for (const int radius : {-1, 0, kOilPaintingMaxRadius + 1}) {
    EXPECT_EQ(oil_painting(in.view(), radius, out.view(), scratch.get()), Status::BadParameter) << radius;
  }
}

TEST(OilPainting, RefusesScratchThatIsTooSmall) {
  TestPicture in({4, 4, 3});
  TestPicture out({4, 4, 3});
  TestScratch scratch(oil_painting_scratch_bytes(4, 3, 2) - 1);
  EXPECT_EQ(oil_painting(in.view(), 2, out.view(), scratch.get()), Status::BadParameter);
}

}  // namespace
}  // namespace framewright::kernels
