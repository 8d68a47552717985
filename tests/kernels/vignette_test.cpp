#include "kernels/vignette.hpp"
#include "kernels/vignette_math.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "kernels/reference.hpp"
#include "tests/kernels/simd_targets.hpp"

namespace framewright::kernels {
namespace {

TestPicture even_picture(Shape shape, std::uint8_t value) {
  const auto bytes = static_cast<std::size_t>(shape.width_px * shape.height_px * shape.channels);
  return TestPicture::of(shape, std::vector<std::uint8_t>(bytes, value));
}

std::vector<std::uint8_t> darkened(TestPicture in, Shape shape, double strength, double radius) {
  TestPicture out(shape);
  TestScratch scratch(vignette_scratch_bytes(shape.width_px, shape.channels));
  EXPECT_EQ(vignette(in.view(), make_vignette(strength, radius).value(), out.view(), scratch.get()),
            Status::Ok);
  return out.values();
}

/// A device finds shares without a division of 64 bits.
TEST(SquaredShares, AreThoseThatADivisionGives) {
  const std::pair<int, int> sizes[] = {{1, 1},       {2, 1},       {3, 32767},     {32767, 3},
                                       {1920, 1080}, {3840, 2160}, {32767, 32767}, {12345, 6789}};
  for (const auto& [width, height] : sizes) {
    const SquaredShares shares(width, height);
    for (int x = 0; x < width; ++x) {
      ASSERT_EQ(shares.of(x, width), squared_share(x, width, height))
          << x << " of " << width << "x" << height;
    }
    for (int y = 0; y < height; ++y) {
      ASSERT_EQ(shares.of(y, height), squared_share(y, height, width))
          << y << " of " << width << "x" << height;
    }
  }
}

TEST(Vignette, GivesTheBytesOfTheReference) {
  const Vignette vignettes[] = {make_vignette(0, 0).value(), make_vignette(1, 0).value(),
                                make_vignette(0.5, 0.3).value(), make_vignette(1, 1).value()};
  for (const Vignette& numbers : vignettes) {
    expect_same_bytes_with_scratch(
        [&](auto in, auto out, auto scratch) { return vignette(in, numbers, out, scratch); },
        [&](auto in, auto out) { return reference::vignette(in, numbers, out); }, vignette_scratch_bytes);
  }
}

TEST(Vignette, WorksInPlace) {
  const Vignette numbers = make_vignette(0.8, 0.2).value();
  expect_same_bytes_in_place(
      [&](auto in, auto out) {
        TestScratch scratch(vignette_scratch_bytes(in.width_px, in.channels));
        return vignette(in, numbers, out, scratch.get());
      },
      [&](auto in, auto out) { return reference::vignette(in, numbers, out); });
}

TEST(Vignette, StaysWithinOneOfTheRealNumbers) {
  const Shape shape{96, 54, 1};
  const auto out = darkened(even_picture(shape, 240), shape, 0.7, 0.4);
  for (int y = 0; y < 54; ++y) {
    for (int x = 0; x < 96; ++x) {
      const double square = (std::pow(2 * x + 1 - 96, 2) + std::pow(2 * y + 1 - 54, 2)) / (96 * 96 + 54 * 54);
      const double t = std::fmax(0, (square - 0.16) / (1 - 0.16));
      ASSERT_NEAR(out[static_cast<std::size_t>(y * 96 + x)], 240 * (1 - 0.7 * t * t), 1);
    }
  }
}

TEST(Vignette, ChangesNothingAtStrengthZeroOrFullRadius) {
  const Shape shape{33, 5, 3};
  const TestPicture in = TestPicture::noise(shape);
  EXPECT_EQ(darkened(in, shape, 0, 0), TestPicture(in).values());
  EXPECT_EQ(darkened(in, shape, 1, 1), TestPicture(in).values());
}

TEST(Vignette, LeavesAlphaAlone) {
  const Shape shape{8, 8, 4};
  const auto out = darkened(even_picture(shape, 200), shape, 1, 0);
  EXPECT_LT(out[0], 100);
  for (std::size_t i = 3; i < out.size(); i += 4) EXPECT_EQ(out[i], 200);
}

TEST(Vignette, RefusesScratchThatIsTooSmall) {
  TestPicture picture({4, 4, 3});
  TestScratch scratch(vignette_scratch_bytes(4, 3) - 1);
  EXPECT_EQ(vignette(picture.view(), make_vignette(1, 0).value(), picture.view(), scratch.get()),
            Status::BadParameter);
}

TEST(Vignette, RefusesParametersOutsideTheirRanges) {
  EXPECT_FALSE(make_vignette(1.1, 0));
  EXPECT_FALSE(make_vignette(0, -0.1));
  EXPECT_FALSE(make_vignette(std::numeric_limits<double>::quiet_NaN(), 0));
}

}  // namespace
}  // namespace framewright::kernels
