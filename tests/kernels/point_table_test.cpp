#include "kernels/point_table.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace framewright::kernels {
namespace {

PointTable identity() {
  PointTable table{};
  for (std::size_t i = 0; i < table.size(); ++i) table[i] = static_cast<std::uint8_t>(i);
  return table;
}

TEST(PointTable, InvertsEveryValue) {
  const PointTable table = make_invert_table();
  for (std::size_t i = 0; i < table.size(); ++i) EXPECT_EQ(table[i], 255 - i);
}

TEST(PointTable, ChangesNothingAtNeutralBrightnessAndContrast) {
  EXPECT_EQ(make_brightness_contrast_table(0.0, 1.0), identity());
}

TEST(PointTable, StretchesContrastAroundTheMiddle) {
  const PointTable table = make_brightness_contrast_table(0.0, 2.0).value();
  EXPECT_EQ(table[0], 0);
  EXPECT_EQ(table[100], 73);   // (100 - 127.5) * 2 + 127.5 = 72.5, a half, which goes up
  EXPECT_EQ(table[127], 127);  // 126.5
  EXPECT_EQ(table[255], 255);
}

TEST(PointTable, AddsBrightnessAsAShareOfFullScale) {
  const PointTable table = make_brightness_contrast_table(0.1, 1.0).value();
  EXPECT_EQ(table[100], 126);  // 100 + 25.5, a half, which goes up
  EXPECT_EQ(table[250], 255);
}

TEST(PointTable, RoundsHalvesUpThatDoubleArithmeticMisses) {
  // (v - 127.5) * 2.7 + 127.5 - 0.93 * 255 = 2.7 v - 453.9
  const PointTable table = make_brightness_contrast_table(-0.93, 2.7).value();
  EXPECT_EQ(table[192], 65);   // 518.4 - 453.9 = 64.5
  EXPECT_EQ(table[202], 92);   // 545.4 - 453.9 = 91.5
  EXPECT_EQ(table[252], 227);  // 680.4 - 453.9 = 226.5
}

TEST(PointTable, RefusesBrightnessAndContrastOutsideTheirRanges) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(make_brightness_contrast_table(1.01, 1.0));
  EXPECT_FALSE(make_brightness_contrast_table(0.0, -0.01));
  EXPECT_FALSE(make_brightness_contrast_table(nan, 1.0));
  EXPECT_FALSE(make_brightness_contrast_table(0.0, nan));
}

TEST(PointTable, ChangesNothingAtGammaOne) { EXPECT_EQ(make_gamma_table(1.0), identity()); }

TEST(PointTable, BrightensTheMiddleAtGammaAboveOne) {
  const PointTable table = make_gamma_table(2.0).value();
  EXPECT_EQ(table[0], 0);
  EXPECT_EQ(table[64], 128);  // 255 * sqrt(64 / 255) = 127.75
  EXPECT_EQ(table[255], 255);
}

TEST(PointTable, RefusesAGammaOutsideItsRange) {
  EXPECT_FALSE(make_gamma_table(0.0));
  EXPECT_FALSE(make_gamma_table(std::numeric_limits<double>::infinity()));
  EXPECT_FALSE(make_gamma_table(std::numeric_limits<double>::quiet_NaN()));
}

TEST(PointTable, StretchesLevels) {
  const PointTable table = make_levels_table({55, 155, 1.0, 20, 220}).value();
  EXPECT_EQ(table[0], 20);
  EXPECT_EQ(table[55], 20);
  EXPECT_EQ(table[80], 70);  // 20 + 200 * 25 / 100
  EXPECT_EQ(table[155], 220);
  EXPECT_EQ(table[255], 220);
}

TEST(PointTable, BendsLevelsByGamma) {
  EXPECT_EQ(make_levels_table({0, 255, 2.0, 0, 255}).value()[64], 128);  // as make_gamma_table
  EXPECT_EQ(make_levels_table({0, 255, 2.2, 0, 255}), make_gamma_table(2.2));
}

TEST(PointTable, InvertsByLevelsWhoseOutputFalls) {
  EXPECT_EQ(make_levels_table({0, 255, 1.0, 255, 0}), make_invert_table());
}

TEST(PointTable, SplitsAtBlackWhereWhiteIsNotAbove) {
  const PointTable table = make_levels_table({128, 100, 1.0, 0, 255}).value();
  EXPECT_EQ(table[128], 0);
  EXPECT_EQ(table[129], 255);
}

TEST(PointTable, RefusesLevelsOutsideTheirRanges) {
  EXPECT_FALSE(make_levels_table({-1, 255, 1.0, 0, 255}));
  EXPECT_FALSE(make_levels_table({0, 256, 1.0, 0, 255}));
  EXPECT_FALSE(make_levels_table({0, 255, 0.0, 0, 255}));
  EXPECT_FALSE(make_levels_table({0, 255, std::numeric_limits<double>::quiet_NaN(), 0, 255}));
}

TEST(PointTable, PosterizesToEvenSteps) {
  const PointTable table = make_posterize_table(4).value();
  EXPECT_EQ(table[0], 0);
  EXPECT_EQ(table[42], 0);     // 42 * 3 / 255 = 0.494
  EXPECT_EQ(table[43], 85);    // 0.506
  EXPECT_EQ(table[200], 170);  // 2.35
  EXPECT_EQ(table[255], 255);
}

TEST(PointTable, ChangesNothingAt256Levels) { EXPECT_EQ(make_posterize_table(256), identity()); }

TEST(PointTable, RefusesFewerThanTwoLevels) {
  EXPECT_FALSE(make_posterize_table(1));
  EXPECT_FALSE(make_posterize_table(257));
}

TEST(PointTable, ComposesInTheOrderGiven) {
  const PointTable gamma = make_gamma_table(2.0).value();
  const PointTable both = compose(gamma, make_invert_table());
  for (std::size_t i = 0; i < both.size(); ++i) EXPECT_EQ(both[i], 255 - gamma[i]);
}

}  // namespace
}  // namespace framewright::kernels
