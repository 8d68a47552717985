#include "kernels/canny.hpp"

#include <gtest/gtest.h>

#include "kernels/reference.hpp"
#include "tests/kernels/simd_targets.hpp"

namespace framewright::kernels {
namespace {

/// A picture with one channel whose noise is smooth enough to have edges of every direction and strength.
TestPicture waves(Shape shape, Layout layout = {}) {
  TestPicture picture = TestPicture::noise(shape, layout);
  for (int y = 0; y < shape.height_px; ++y) {
    for (int x = 0; x < shape.width_px; ++x) {
      const int wave = (x * x / 40 + y * y / 30 + x * y / 50) % 400;
      auto& value = picture.view().row(y)[x];
      value = static_cast<std::uint8_t>((wave < 200 ? wave : 400 - wave) + value / 8);
    }
  }
  return picture;
}

std::vector<std::uint8_t> edges_of(TestPicture in, Shape shape, const CannyThresholds& thresholds,
                                   Layout layout = {}) {
  TestPicture out(shape, layout);
  TestScratch scratch(canny_scratch_bytes(shape.width_px, shape.height_px));
  EXPECT_EQ(canny(in.view(), thresholds, out.view(), scratch.get()), Status::Ok);
  EXPECT_TRUE(scratch.guard_is_whole());
  EXPECT_TRUE(out.guard_is_whole());
  return out.values();
}

void expect_bytes_of_reference(const TestPicture& picture, Shape shape, const CannyThresholds& thresholds,
                               Layout layout = {}) {
  SCOPED_TRACE(describe(shape) + " above " + std::to_string(thresholds.low));
  TestPicture in = picture;
  TestPicture expected(shape);
  ASSERT_EQ(reference::canny(in.view(), thresholds, expected.view()), Status::Ok);
  for_each_simd_target([&] { ASSERT_EQ(edges_of(picture, shape, thresholds, layout), expected.values()); });
}

struct Range {
  int low;
  int high;
};

class EveryNorm : public testing::TestWithParam<GradientNorm> {};

TEST_P(EveryNorm, GivesTheBytesOfTheReference) {
  for (const Shape& shape : odd_shapes()) {
    if (shape.channels != 1) continue;
    for (const auto& [low, high] : {Range{0, 0}, Range{60, 300}, Range{300, 900}, Range{0, 2040}}) {
      const auto thresholds = make_canny_thresholds(GetParam(), low, high).value();
      for (const Layout& layout : layouts()) {
        expect_bytes_of_reference(TestPicture::noise(shape, layout), shape, thresholds, layout);
        expect_bytes_of_reference(waves(shape, layout), shape, thresholds, layout);
      }
    }
  }
}

TEST_P(EveryNorm, FollowsMoreBranchesThanCanWait) {
  const Shape shape{700, 700, 1};
  expect_bytes_of_reference(TestPicture::noise(shape), shape,
                            make_canny_thresholds(GetParam(), 0, 1300).value());
}

INSTANTIATE_TEST_SUITE_P(Canny, EveryNorm, testing::Values(GradientNorm::L1, GradientNorm::L2));

TEST(Canny, DrawsAStepOnePixelWide) {
  // gx is 4 * 50 on both sides of the step; of two equal gradients the left one is the edge.
  const auto step = TestPicture::of({4, 2, 1}, {10, 10, 60, 60, 10, 10, 60, 60});
  const auto thresholds = make_canny_thresholds(GradientNorm::L1, 100, 199).value();
  EXPECT_EQ(edges_of(step, {4, 2, 1}, thresholds), (std::vector<std::uint8_t>{0, 255, 0, 0, 0, 255, 0, 0}));
}

TEST(Canny, LeavesAGradientThatIsNotAboveTheThresholdAlone) {
  const auto step = TestPicture::of({4, 1, 1}, {10, 10, 60, 60});
  for (const GradientNorm norm : {GradientNorm::L1, GradientNorm::L2}) {
    EXPECT_EQ(edges_of(step, {4, 1, 1}, make_canny_thresholds(norm, 100, 200).value()),
              (std::vector<std::uint8_t>{0, 0, 0, 0}));
  }
}

TEST(Canny, KeepsWeakEdgesThatHangTogetherWithAStrongOne) {
  // A step along all rows, of 100 in the first and of 30 below. Gradients: 540 and 400 at the top, then 4 *
  // 30.
  std::vector<std::uint8_t> values;
  for (int y = 0; y < 6; ++y) {
    const auto light = static_cast<std::uint8_t>(y == 0 ? 100 : 30);
    values.insert(values.end(), {0, 0, light, light});
  }
  const auto picture = TestPicture::of({4, 6, 1}, values);
  const auto joined = edges_of(picture, {4, 6, 1}, make_canny_thresholds(GradientNorm::L1, 100, 250).value());
  EXPECT_EQ(joined[5 * 4 + 1], 255);
  const auto alone = edges_of(picture, {4, 6, 1}, make_canny_thresholds(GradientNorm::L1, 100, 900).value());
  EXPECT_EQ(alone, std::vector<std::uint8_t>(24, 0));
}

TEST(Canny, TakesThresholdsInEitherOrder) {
  const auto thresholds = make_canny_thresholds(GradientNorm::L2, 150, 50).value();
  EXPECT_EQ(thresholds.low, 50);
  EXPECT_EQ(thresholds.high, 150);
}

TEST(Canny, RefusesWhatDoesNotFit) {
  EXPECT_FALSE(make_canny_thresholds(GradientNorm::L1, -1, 5));
  EXPECT_FALSE(make_canny_thresholds(GradientNorm::L1, 5, kCannyMaxThreshold + 1));
  const auto thresholds = make_canny_thresholds(GradientNorm::L1, 50, 150).value();
  TestPicture gray({4, 4, 1});
  TestPicture colour({4, 4, 3});
  TestScratch scratch(canny_scratch_bytes(4, 4));
  TestScratch small(canny_scratch_bytes(4, 4) - 1);
  EXPECT_EQ(canny(colour.view(), thresholds, colour.view(), scratch.get()), Status::BadShape);
  EXPECT_EQ(canny(colour.view(), thresholds, gray.view(), scratch.get()), Status::BadShape);
  EXPECT_EQ(canny(gray.view(), thresholds, gray.view(), small.get()), Status::BadParameter);
  EXPECT_EQ(canny(gray.view(), {GradientNorm::L1, 9, 5}, gray.view(), scratch.get()), Status::BadParameter);
}

}  // namespace
}  // namespace framewright::kernels
