#include "kernels/colour_matrix.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "kernels/colour_rows.hpp"
#include "kernels/reference.hpp"
#include "kernels/white_balance.hpp"
#include "tests/kernels/simd_targets.hpp"

namespace framewright::kernels {
namespace {

using Values = std::vector<std::uint8_t>;

Values mixed(const ColourRows& rows, const Values& rgb) {
  TestPicture in = TestPicture::of({1, 1, 3}, rgb);
  TestPicture out({1, 1, 3});
  EXPECT_EQ(apply_colour_matrix(in.view(), make_colour_matrix(rows).value(), out.view()), Status::Ok);
  return out.values();
}

ColourRows with_weight(double weight) { return gain_rows(weight, 1, 1); }

TEST(ColourMatrix, GivesTheBytesOfTheReference) {
  const ColourRows all_rows[] = {rgb_to_ycbcr_rows(LumaStandard::Bt601),
                                 ycbcr_to_rgb_rows(LumaStandard::Bt709), hue_saturation_rows({123, 4, -0.3}),
                                 temperature_rows(2000), gain_rows(-31, 31, 0)};
  for (const ColourRows& rows : all_rows) {
    const ColourMatrix matrix = make_colour_matrix(rows).value();
    expect_same_bytes([&](auto in, auto out) { return apply_colour_matrix(in, matrix, out); },
                      [&](auto in, auto out) { return reference::apply_colour_matrix(in, matrix, out); });
    expect_same_bytes_in_place(
        [&](auto in, auto out) { return apply_colour_matrix(in, matrix, out); },
        [&](auto in, auto out) { return reference::apply_colour_matrix(in, matrix, out); });
  }
}

TEST(ColourMatrix, RefusesAnOutputOfAnotherShape) {
  TestPicture in({4, 4, 3});
  TestPicture out({4, 5, 3});
  EXPECT_EQ(apply_colour_matrix(in.view(), ColourMatrix{}, out.view()), Status::BadShape);
}

TEST(ColourMatrix, RefusesWeightsOutsideTheirRange) {
  EXPECT_TRUE(make_colour_matrix(with_weight(31)));
  EXPECT_FALSE(make_colour_matrix(with_weight(33)));
  EXPECT_FALSE(make_colour_matrix(with_weight(std::numeric_limits<double>::quiet_NaN())));
}

TEST(ColourMatrix, StaysWithinOneOfTheRealNumbers) {
  const ColourRows rows = hue_saturation_rows({77, 4, 0.25});
  for (int red = 0; red < 256; red += 15) {
    for (int green = 0; green < 256; green += 15) {
      for (int blue = 0; blue < 256; blue += 15) {
        const Values out = mixed(rows, {static_cast<std::uint8_t>(red), static_cast<std::uint8_t>(green),
                                        static_cast<std::uint8_t>(blue)});
        for (std::size_t i = 0; i < 3; ++i) {
          const double sum = rows[i][0] * red + rows[i][1] * green + rows[i][2] * blue + rows[i][3];
          ASSERT_NEAR(out[i], std::fmin(std::fmax(sum, 0), 255), 1);
        }
      }
    }
  }
}

TEST(ColourMatrix, MakesYCbCrOfTheCornersOfTheCube) {
  // JFIF: red is 76.245, 84.97, 255.5 (limited); green 149.685, 43.53, 21.23; blue 29.07, 255.5, 107.27.
  const ColourRows rows = rgb_to_ycbcr_rows(LumaStandard::Bt601);
  EXPECT_EQ(mixed(rows, {255, 0, 0}), (Values{76, 85, 255}));
  EXPECT_EQ(mixed(rows, {0, 255, 0}), (Values{150, 44, 21}));
  EXPECT_EQ(mixed(rows, {0, 0, 255}), (Values{29, 255, 107}));
  EXPECT_EQ(mixed(rows, {255, 255, 255}), (Values{255, 128, 128}));
  // 0.2126 * 255 = 54.2; (0 - 54.213) / 1.8556 + 128 = 98.8
  EXPECT_EQ(mixed(rgb_to_ycbcr_rows(LumaStandard::Bt709), {255, 0, 0}), (Values{54, 99, 255}));
}

TEST(ColourMatrix, TakesYCbCrBackToRgb) {
  for (const LumaStandard standard : {LumaStandard::Bt601, LumaStandard::Bt709}) {
    for (const Values& rgb :
         {Values{10, 200, 90}, Values{255, 255, 255}, Values{0, 0, 0}, Values{250, 128, 3}}) {
      const Values back = mixed(ycbcr_to_rgb_rows(standard), mixed(rgb_to_ycbcr_rows(standard), rgb));
      for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(back[i], rgb[i], 2);
    }
  }
}

TEST(ColourMatrix, ChangesNothingAtNeutralHueSaturationAndTemperature) {
  const Values rgb{12, 180, 77};
  EXPECT_EQ(mixed(hue_saturation_rows({}), rgb), rgb);
  EXPECT_EQ(mixed(temperature_rows(6500), rgb), rgb);
}

TEST(ColourMatrix, TurnsHueAsTheFilterEffectsModuleSays) {
  // hue-rotate(90deg) of red: 0.213 - 0.213 = 0; 0.213 + 0.143 = 0.356; 0.213 - 0.787 < 0
  EXPECT_EQ(mixed(hue_saturation_rows({90, 1, 0}), {255, 0, 0}), (Values{0, 91, 0}));
}

TEST(ColourMatrix, TakesColourAwayAtSaturationZero) {
  // 0.213 * 200 + 0.715 * 100 + 0.072 * 50 = 117.7
  EXPECT_EQ(mixed(hue_saturation_rows({0, 0, 0}), {200, 100, 50}), (Values{118, 118, 118}));
}

TEST(ColourMatrix, GoesToBlackAndWhiteByLightness) {
  EXPECT_EQ(mixed(hue_saturation_rows({0, 1, -1}), {200, 100, 50}), (Values{0, 0, 0}));
  EXPECT_EQ(mixed(hue_saturation_rows({0, 1, 1}), {200, 100, 50}), (Values{255, 255, 255}));
  EXPECT_EQ(mixed(hue_saturation_rows({0, 1, 0.5}), {200, 100, 50}), (Values{228, 178, 153}));
}

TEST(ColourMatrix, CoolsThePictureOfWarmLight) {
  const Values cooled = mixed(temperature_rows(3000), {128, 128, 128});
  EXPECT_LT(cooled[0], 110);
  EXPECT_EQ(cooled[1], 128);
  EXPECT_GT(cooled[2], 160);
}

TEST(WhiteBalance, GivesTheBytesOfTheReference) {
  for (const WhiteReference white : {WhiteReference::GrayWorld, WhiteReference::WhitePatch}) {
    expect_same_bytes([&](auto in, auto out) { return balance_white(in, white, out); },
                      [&](auto in, auto out) { return reference::balance_white(in, white, out); });
  }
}

TEST(WhiteBalance, MakesTheMeanGray) {
  TestPicture in = TestPicture::of({2, 1, 3}, {100, 50, 150, 200, 50, 150});
  TestPicture out({2, 1, 3});
  ASSERT_EQ(balance_white(in.view(), WhiteReference::GrayWorld, out.view()), Status::Ok);
  // Means 150, 50, 150; their mean is 350 / 3.
  EXPECT_EQ(out.values(), (Values{78, 117, 117, 156, 117, 117}));
}

TEST(WhiteBalance, MakesTheBrightestWhite) {
  TestPicture in = TestPicture::of({2, 1, 3}, {120, 50, 150, 200, 25, 60});
  TestPicture out({2, 1, 3});
  ASSERT_EQ(balance_white(in.view(), WhiteReference::WhitePatch, out.view()), Status::Ok);
  EXPECT_EQ(out.values(), (Values{153, 255, 255, 255, 128, 102}));
}

TEST(WhiteBalance, LeavesBlackAlone) {
  TestPicture in = TestPicture::of({1, 1, 4}, {0, 0, 0, 9});
  TestPicture out({1, 1, 4});
  for (const WhiteReference white : {WhiteReference::GrayWorld, WhiteReference::WhitePatch}) {
    ASSERT_EQ(balance_white(in.view(), white, out.view()), Status::Ok);
    EXPECT_EQ(out.values(), (Values{0, 0, 0, 9}));
  }
}

}  // namespace
}  // namespace framewright::kernels
