#include <gtest/gtest.h>

#include <limits>

#include "kernels/apply_table.hpp"
#include "kernels/invert.hpp"
#include "kernels/point_ramp.hpp"
#include "kernels/reference.hpp"
#include "kernels/sepia.hpp"
#include "tests/kernels/simd_targets.hpp"

namespace framewright::kernels {
namespace {

/// A table without any pattern that a wrong shuffle could keep.
PointTable scrambled() {
  PointTable table{};
  for (std::size_t i = 0; i < table.size(); ++i) table[i] = static_cast<std::uint8_t>(i * 167 + 13 + i / 3);
  return table;
}

TEST(Invert, GivesTheBytesOfTheReference) {
  expect_same_bytes([](auto in, auto out) { return invert(in, out); },
                    [](auto in, auto out) { return reference::invert(in, out); });
}

TEST(Invert, WorksInPlace) {
  expect_same_bytes_in_place([](auto in, auto out) { return invert(in, out); },
                             [](auto in, auto out) { return reference::invert(in, out); });
}

TEST(Invert, LeavesAlphaAlone) {
  TestPicture in = TestPicture::of({1, 1, 4}, {10, 20, 30, 40});
  TestPicture out({1, 1, 4});
  ASSERT_EQ(invert(in.view(), out.view()), Status::Ok);
  EXPECT_EQ(out.values(), (std::vector<std::uint8_t>{245, 235, 225, 40}));
}

TEST(Invert, RefusesAnOutputWithOtherChannels) {
  TestPicture in({4, 4, 3});
  TestPicture out({4, 4, 4});
  EXPECT_EQ(invert(in.view(), out.view()), Status::BadShape);
}

TEST(ApplyTable, GivesTheBytesOfTheReference) {
  const PointTable table = scrambled();
  expect_same_bytes([&](auto in, auto out) { return apply_table(in, table, out); },
                    [&](auto in, auto out) { return reference::apply_table(in, table, out); });
}

TEST(ApplyTable, WorksInPlace) {
  const PointTable table = scrambled();
  expect_same_bytes_in_place([&](auto in, auto out) { return apply_table(in, table, out); },
                             [&](auto in, auto out) { return reference::apply_table(in, table, out); });
}

TEST(ApplyTable, LooksUpEveryValue) {
  const PointTable table = scrambled();
  TestPicture in({256, 1, 1});
  for (int i = 0; i < 256; ++i) in.view().row(0)[i] = static_cast<std::uint8_t>(i);
  for_each_simd_target([&] {
    TestPicture out({256, 1, 1});
    ASSERT_EQ(apply_table(in.view(), table, out.view()), Status::Ok);
    EXPECT_EQ(out.values(), std::vector<std::uint8_t>(table.begin(), table.end()));
  });
}

TEST(ApplyRamp, GivesTheBytesOfTheTable) {
  const PointTable tables[] = {
      make_invert_table(), make_brightness_contrast_table(0.1, 1.3).value(),
      compose(make_brightness_contrast_table(-0.4, 4.0).value(), make_invert_table())};
  for (const PointTable& table : tables) {
    const PointRamp ramp = fit_ramp(table).value();
    expect_same_bytes([&](auto in, auto out) { return apply_ramp(in, ramp, out); },
                      [&](auto in, auto out) { return reference::apply_table(in, table, out); });
  }
}

TEST(ApplyRamp, WorksInPlace) {
  const PointTable table = make_brightness_contrast_table(0.2, 0.7).value();
  const PointRamp ramp = fit_ramp(table).value();
  expect_same_bytes_in_place([&](auto in, auto out) { return apply_ramp(in, ramp, out); },
                             [&](auto in, auto out) { return reference::apply_table(in, table, out); });
}

TEST(ApplyRamp, FindsAndKeepsEveryTableOfBrightnessAndContrast) {
  TestPicture in({256, 1, 1});
  for (int i = 0; i < 256; ++i) in.view().row(0)[i] = static_cast<std::uint8_t>(i);
  for (int brightness = -100; brightness <= 100; brightness += 7) {
    for (int contrast = 0; contrast <= 400; ++contrast) {
      SCOPED_TRACE(std::to_string(brightness) + " " + std::to_string(contrast));
      const PointTable table = make_brightness_contrast_table(brightness / 100.0, contrast / 100.0).value();
      const auto ramp = fit_ramp(table);
      ASSERT_TRUE(ramp);
      TestPicture out({256, 1, 1});
      ASSERT_EQ(apply_ramp(in.view(), *ramp, out.view()), Status::Ok);
      ASSERT_EQ(out.values(), std::vector<std::uint8_t>(table.begin(), table.end()));
    }
  }
}

TEST(ApplyRamp, FindsNoLineInACurveOrInSteps) {
  EXPECT_FALSE(fit_ramp(make_gamma_table(2.2).value()));
  EXPECT_FALSE(fit_ramp(scrambled()));
}

TEST(Sepia, GivesTheBytesOfTheReference) {
  for (const double intensity : {0.0, 0.3, 1.0}) {
    const SepiaMatrix matrix = make_sepia_matrix(intensity).value();
    expect_same_bytes([&](auto in, auto out) { return sepia(in, matrix, out); },
                      [&](auto in, auto out) { return reference::sepia(in, matrix, out); });
  }
}

TEST(Sepia, WorksInPlace) {
  const SepiaMatrix matrix = make_sepia_matrix(1.0).value();
  expect_same_bytes_in_place([&](auto in, auto out) { return sepia(in, matrix, out); },
                             [&](auto in, auto out) { return reference::sepia(in, matrix, out); });
}

TEST(Sepia, TonesByThePublishedMatrix) {
  // 0.393 * 100 + 0.769 * 50 + 0.189 * 20 = 81.53; 0.349, 0.686, 0.168: 72.56; 0.272, 0.534, 0.131: 56.52
  TestPicture in = TestPicture::of({1, 1, 4}, {100, 50, 20, 7});
  TestPicture out({1, 1, 4});
  ASSERT_EQ(sepia(in.view(), make_sepia_matrix(1.0).value(), out.view()), Status::Ok);
  EXPECT_EQ(out.values(), (std::vector<std::uint8_t>{82, 73, 57, 7}));
}

TEST(Sepia, LimitsWhatWouldOverflow) {
  TestPicture in = TestPicture::of({1, 1, 3}, {255, 255, 255});
  TestPicture out({1, 1, 3});
  ASSERT_EQ(sepia(in.view(), make_sepia_matrix(1.0).value(), out.view()), Status::Ok);
  EXPECT_EQ(out.values(), (std::vector<std::uint8_t>{255, 255, 239}));  // 255 * 0.937 = 238.9
}

TEST(Sepia, ChangesNothingAtIntensityZero) {
  TestPicture in = TestPicture::noise({33, 5, 3});
  TestPicture out({33, 5, 3});
  ASSERT_EQ(sepia(in.view(), make_sepia_matrix(0.0).value(), out.view()), Status::Ok);
  EXPECT_EQ(out.values(), in.values());
}

TEST(Sepia, RefusesAnIntensityOutsideItsRange) {
  EXPECT_FALSE(make_sepia_matrix(-0.1));
  EXPECT_FALSE(make_sepia_matrix(1.1));
  EXPECT_FALSE(make_sepia_matrix(std::numeric_limits<double>::quiet_NaN()));
}

}  // namespace
}  // namespace framewright::kernels
