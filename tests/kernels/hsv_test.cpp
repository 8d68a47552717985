#include "kernels/hsv.hpp"
#include "kernels/pixel_math.hpp"

#include <gtest/gtest.h>

#include "kernels/reference.hpp"
#include "tests/kernels/simd_targets.hpp"

namespace framewright::kernels {
namespace {

using Values = std::vector<std::uint8_t>;

/// All values of the second and third channel at one value of the first.
TestPicture all_with_first(int first) {
  TestPicture picture({256, 256, 3});
  for (int second = 0; second < 256; ++second) {
    for (int third = 0; third < 256; ++third) {
      std::uint8_t* pixel = picture.view().row(second) + 3 * third;
      pixel[0] = static_cast<std::uint8_t>(first);
      pixel[1] = static_cast<std::uint8_t>(second);
      pixel[2] = static_cast<std::uint8_t>(third);
    }
  }
  return picture;
}

Values hsv_of(const Values& rgb) {
  TestPicture in = TestPicture::of({1, 1, 3}, rgb);
  TestPicture out({1, 1, 3});
  EXPECT_EQ(rgb_to_hsv(in.view(), out.view()), Status::Ok);
  return out.values();
}

Values rgb_of(const Values& hsv) {
  TestPicture in = TestPicture::of({1, 1, 3}, hsv);
  TestPicture out({1, 1, 3});
  EXPECT_EQ(hsv_to_rgb(in.view(), out.view()), Status::Ok);
  return out.values();
}

/// By an error of twice the last place in either direction, and by what HSV divides: up to 6 * 255.
TEST(QuotientOf, IsRoundedRightHoweverADeviceErrs) {
  for (int d = 1; d <= 6 * 255; ++d) {
    for (int whole = 0; whole <= 257; ++whole) {
      for (const int n : {whole * d, whole * d + d - 1}) {
        ASSERT_LT(n, 1 << 20);
        const float found = (static_cast<float>(n) + 0.5F) / static_cast<float>(d);
        const float error = found / (1 << 22);
        ASSERT_EQ(static_cast<int>(found - error), n / d) << n << " by " << d;
        ASSERT_EQ(static_cast<int>(found + error), n / d) << n << " by " << d;
      }
    }
  }
}

TEST(Hsv, GivesTheBytesOfTheReference) {
  expect_same_bytes([](auto in, auto out) { return rgb_to_hsv(in, out); },
                    [](auto in, auto out) { return reference::rgb_to_hsv(in, out); });
  expect_same_bytes([](auto in, auto out) { return hsv_to_rgb(in, out); },
                    [](auto in, auto out) { return reference::hsv_to_rgb(in, out); });
}

TEST(Hsv, WorksInPlace) {
  expect_same_bytes_in_place([](auto in, auto out) { return rgb_to_hsv(in, out); },
                             [](auto in, auto out) { return reference::rgb_to_hsv(in, out); });
  expect_same_bytes_in_place([](auto in, auto out) { return hsv_to_rgb(in, out); },
                             [](auto in, auto out) { return reference::hsv_to_rgb(in, out); });
}

TEST(Hsv, GivesTheBytesOfTheReferenceForEveryColour) {
  TestPicture out({256, 256, 3});
  TestPicture expected({256, 256, 3});
  for (int first = 0; first < 256; ++first) {
    TestPicture in = all_with_first(first);
    ASSERT_EQ(rgb_to_hsv(in.view(), out.view()), Status::Ok);
    ASSERT_EQ(reference::rgb_to_hsv(in.view(), expected.view()), Status::Ok);
    ASSERT_EQ(out.values(), expected.values()) << "red " << first;
    ASSERT_EQ(hsv_to_rgb(in.view(), out.view()), Status::Ok);
    ASSERT_EQ(reference::hsv_to_rgb(in.view(), expected.view()), Status::Ok);
    ASSERT_EQ(out.values(), expected.values()) << "hue " << first;
  }
}

TEST(Hsv, PutsTheCornersOfTheCubeASixthOfATurnApart) {
  EXPECT_EQ(hsv_of({255, 0, 0}), (Values{0, 255, 255}));
  EXPECT_EQ(hsv_of({255, 255, 0}), (Values{43, 255, 255}));  // 256 / 6 = 42.7
  EXPECT_EQ(hsv_of({0, 255, 0}), (Values{85, 255, 255}));    // 85.3
  EXPECT_EQ(hsv_of({0, 255, 255}), (Values{128, 255, 255}));
  EXPECT_EQ(hsv_of({0, 0, 255}), (Values{171, 255, 255}));    // 170.7
  EXPECT_EQ(hsv_of({255, 0, 255}), (Values{213, 255, 255}));  // 213.3
}

TEST(Hsv, RoundsHueAndSaturation) {
  // Chroma 150 of 200: 255 * 0.75 = 191.25. Hue (100 - 50) / 150 of a sixth: 14.2.
  EXPECT_EQ(hsv_of({200, 100, 50}), (Values{14, 191, 200}));
  EXPECT_EQ(hsv_of({255, 0, 1}), (Values{0, 255, 255}));  // 255.8 is a whole turn
}

TEST(Hsv, GivesGraysNeitherHueNorSaturation) {
  EXPECT_EQ(hsv_of({0, 0, 0}), (Values{0, 0, 0}));
  EXPECT_EQ(hsv_of({90, 90, 90}), (Values{0, 0, 90}));
}

TEST(Hsv, TakesHueSaturationAndValueBack) {
  EXPECT_EQ(rgb_of({0, 255, 255}), (Values{255, 0, 0}));
  EXPECT_EQ(rgb_of({128, 255, 255}), (Values{0, 255, 255}));
  EXPECT_EQ(rgb_of({77, 0, 90}), (Values{90, 90, 90}));
  // Hue 14 is 84 / 256 of the first sixth; 200 * (1 - 191 / 255 * (1 - 84 / 256)) = 99.3; 200 * 64 / 255 =
  // 50.2
  EXPECT_EQ(rgb_of({14, 191, 200}), (Values{200, 99, 50}));
}

TEST(Hsv, RefusesAnOutputOfAnotherShape) {
  TestPicture in({4, 4, 3});
  TestPicture out({4, 4, 4});
  EXPECT_EQ(rgb_to_hsv(in.view(), out.view()), Status::BadShape);
  EXPECT_EQ(hsv_to_rgb(in.view(), out.view()), Status::BadShape);
}

}  // namespace
}  // namespace framewright::kernels
