#include "kernels/blend.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "kernels/reference.hpp"
#include "tests/kernels/simd_targets.hpp"

namespace framewright::kernels {
namespace {

constexpr double kWeights[] = {0, 0.001, 0.3, 0.5, 0.7, 0.99, 1};

/// A picture of the same size with other noise.
TestPicture partner(const ConstImageView& view, int channels) {
  return TestPicture::noise({view.width_px, view.height_px, channels}, {5, 1}, 7);
}

std::uint8_t blended(std::uint8_t first, std::uint8_t second, double weight) {
  TestPicture a = TestPicture::of({1, 1, 1}, {first});
  TestPicture b = TestPicture::of({1, 1, 1}, {second});
  TestPicture out({1, 1, 1});
  EXPECT_EQ(blend(a.view(), b.view(), make_blend_weight(weight).value(), out.view()), Status::Ok);
  return out.values()[0];
}

TEST(Blend, GivesTheBytesOfTheReference) {
  for (const double weight : kWeights) {
    const BlendWeight units = make_blend_weight(weight).value();
    expect_same_bytes(
        [&](auto in, auto out) { return blend(in, partner(in, in.channels).view(), units, out); },
        [&](auto in, auto out) { return reference::blend(in, partner(in, in.channels).view(), units, out); });
  }
}

TEST(Blend, TakesGrayForEveryColourFromEitherSide) {
  const BlendWeight units = make_blend_weight(0.4).value();
  expect_same_bytes(
      [&](auto in, auto out) { return blend(in, partner(in, 1).view(), units, out); },
      [&](auto in, auto out) { return reference::blend(in, partner(in, 1).view(), units, out); });
  expect_same_bytes(
      [&](auto in, auto out) { return blend(partner(in, 1).view(), in, units, out); },
      [&](auto in, auto out) { return reference::blend(partner(in, 1).view(), in, units, out); });
}

TEST(Blend, WorksInTheMemoryOfEitherPicture) {
  const BlendWeight units = make_blend_weight(0.8).value();
  expect_same_bytes_in_place(
      [&](auto in, auto out) { return blend(in, partner(in, in.channels).view(), units, out); },
      [&](auto in, auto out) { return reference::blend(in, partner(in, in.channels).view(), units, out); });
  expect_same_bytes_in_place(
      [&](auto in, auto out) { return blend(partner(in, 1).view(), in, units, out); },
      [&](auto in, auto out) { return reference::blend(partner(in, 1).view(), in, units, out); });
}

TEST(Blend, RoundsTheWeightedMeanToNearest) {
  for (const double weight : kWeights) {
    for (int first = 0; first < 256; first += 5) {
      for (int second = 0; second < 256; second += 3) {
        const double mean = first * (1 - weight) + second * weight;
        ASSERT_NEAR(blended(static_cast<std::uint8_t>(first), static_cast<std::uint8_t>(second), weight),
                    mean, 0.51);
      }
    }
  }
}

TEST(Blend, RoundsHalvesUp) {
  EXPECT_EQ(blended(0, 1, 0.5), 1);
  EXPECT_EQ(blended(1, 0, 0.5), 1);
}

TEST(Blend, KeepsTheAlphaOfTheColouredPicture) {
  TestPicture gray = TestPicture::of({1, 1, 1}, {10});
  TestPicture coloured = TestPicture::of({1, 1, 4}, {20, 30, 40, 77});
  TestPicture out({1, 1, 4});
  ASSERT_EQ(blend(gray.view(), coloured.view(), make_blend_weight(0.5).value(), out.view()), Status::Ok);
  EXPECT_EQ(out.values(), (std::vector<std::uint8_t>{15, 20, 25, 77}));
}

TEST(Blend, RefusesPicturesThatDoNotFit) {
  TestPicture gray({2, 2, 1}), rgb({2, 2, 3}), rgba({2, 2, 4}), wide({3, 2, 3});
  const BlendWeight half = make_blend_weight(0.5).value();
  EXPECT_EQ(blend(rgb.view(), wide.view(), half, rgb.view()), Status::BadShape);
  EXPECT_EQ(blend(rgb.view(), rgba.view(), half, rgba.view()), Status::BadShape);
  EXPECT_EQ(blend(gray.view(), gray.view(), half, rgb.view()), Status::BadShape);
  EXPECT_EQ(blend(rgb.view(), gray.view(), half, gray.view()), Status::BadShape);
  EXPECT_EQ(blend({}, gray.view(), half, gray.view()), Status::BadShape);
}

TEST(Blend, RefusesWeightsOutsideTheirRange) {
  TestPicture gray({2, 2, 1});
  EXPECT_EQ(blend(gray.view(), gray.view(), {32769}, gray.view()), Status::BadParameter);
  EXPECT_FALSE(make_blend_weight(-0.1));
  EXPECT_FALSE(make_blend_weight(1.1));
  EXPECT_FALSE(make_blend_weight(std::numeric_limits<double>::quiet_NaN()));
}

}  // namespace
}  // namespace framewright::kernels
