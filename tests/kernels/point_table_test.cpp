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

TEST(PointTable, ComposesInTheOrderGiven) {
  const PointTable gamma = make_gamma_table(2.0).value();
  const PointTable both = compose(gamma, make_invert_table());
  for (std::size_t i = 0; i < both.size(); ++i) EXPECT_EQ(both[i], 255 - gamma[i]);
}

}  // namespace
}  // namespace framewright::kernels
