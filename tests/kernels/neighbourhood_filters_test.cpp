#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "kernels/box_blur.hpp"
#include "kernels/box_blur_middle.hpp"
#include "kernels/reference.hpp"
#include "kernels/sharpen.hpp"
#include "kernels/sobel.hpp"
#include "tests/kernels/simd_targets.hpp"

namespace framewright::kernels {
namespace {

std::vector<std::uint8_t> sharpen_three_by_three(std::vector<std::uint8_t> values, double strength) {
  TestPicture in = TestPicture::of({3, 3, 1}, std::move(values));
  TestPicture out({3, 3, 1});
  TestScratch scratch(sharpen_scratch_bytes(3, 1));
  EXPECT_EQ(sharpen(in.view(), make_sharpen_weight(strength).value(), out.view(), scratch.get()), Status::Ok);
  return out.values();
}

TEST(BoxBlur, GivesTheBytesOfTheReference) {
  for (const int size : {1, 3, 5, 7, 17, 31}) {
    SCOPED_TRACE(size);
    expect_same_bytes_with_scratch(
        [=](auto in, auto out, auto scratch) { return box_blur(in, size, out, scratch); },
        [=](auto in, auto out) { return reference::box_blur(in, size, out); },
        [=](int width, int channels) { return box_blur_scratch_bytes(width, channels, size); });
  }
}

TEST(BoxBlur, HoldsTheLargestSums) {
  TestPicture in = TestPicture::of({17, 3, 1}, std::vector<std::uint8_t>(17 * 3, 255));
  for_each_simd_target([&] {
    TestPicture out({17, 3, 1});
    TestScratch scratch(box_blur_scratch_bytes(17, 1, kBoxBlurMaxSize));
    ASSERT_EQ(box_blur(in.view(), kBoxBlurMaxSize, out.view(), scratch.get()), Status::Ok);
    EXPECT_EQ(out.values(), in.values());
  });
}

TEST(BoxBlur, GivesTheBytesOfTheReferenceAtTheLargestSize) {
  TestPicture in = TestPicture::noise({19, 5, 3});
  TestPicture expected({19, 5, 3});
  ASSERT_EQ(reference::box_blur(in.view(), kBoxBlurMaxSize, expected.view()), Status::Ok);
  for_each_simd_target([&] {
    TestPicture out({19, 5, 3});
    TestScratch scratch(box_blur_scratch_bytes(19, 3, kBoxBlurMaxSize));
    ASSERT_EQ(box_blur(in.view(), kBoxBlurMaxSize, out.view(), scratch.get()), Status::Ok);
    EXPECT_EQ(out.values(), expected.values());
  });
}

void expect_box_blur_as_of_the_reference(TestPicture in, Shape shape, int size) {
  SCOPED_TRACE(describe(shape) + " size " + std::to_string(size));
  TestPicture expected(shape);
  ASSERT_EQ(reference::box_blur(in.view(), size, expected.view()), Status::Ok);
  for_each_simd_target([&] {
    TestPicture out(shape);
    TestScratch scratch(box_blur_scratch_bytes(shape.width_px, shape.channels, size));
    ASSERT_EQ(box_blur(in.view(), size, out.view(), scratch.get()), Status::Ok);
    ASSERT_EQ(out.values(), expected.values());
    ASSERT_TRUE(out.guard_is_whole());
    ASSERT_TRUE(scratch.guard_is_whole());
  });
}

TEST(BoxBlur, GivesTheBytesOfTheReferenceAtEveryWidth) {
  for (const int channels : {1, 3, 4}) {
    for (int width = 1; width <= 150; ++width) {
      const Shape shape{width, 6, channels};
      expect_box_blur_as_of_the_reference(TestPicture::noise(shape), shape, 7);
    }
  }
}

TEST(BoxBlur, MovesSquaresFromBlackToWhiteAndBack) {
  for (int size = 7; size <= kBoxBlurMaxMiddleSize + 2; size += 2) {
    const Shape shape{3, 4 * size, 1};
    std::vector<std::uint8_t> values;
    for (int y = 0; y < shape.height_px; ++y) values.insert(values.end(), 3, y / size % 2 == 0 ? 0 : 255);
    expect_box_blur_as_of_the_reference(TestPicture::of(shape, std::move(values)), shape, size);
  }
}

TEST(BoxBlur, DividesEveryOddNumberOfTheMiddleSizesExactly) {
  for (int size = 3; size <= kBoxBlurMaxMiddleSize; size += 2) {
    const MiddleDivision division = make_middle_division(size);
    for (int number = INT16_MIN + 1; number <= INT16_MAX; number += 2) {
      const int quotient = number * division.factor >> 16 >> division.shift;
      ASSERT_LT(quotient * division.divisor, number) << size;
      ASSERT_GT((quotient + 1) * division.divisor, number) << size;
    }
  }
}

TEST(BoxBlur, TakesTheMeanWithTheEdgeRepeated) {
  // Left to right: (9 + 9 + 1) / 3, (9 + 1 + 4) / 3 = 4.67, (1 + 4 + 4) / 3.
  TestPicture in = TestPicture::of({3, 1, 1}, {9, 1, 4});
  TestPicture out({3, 1, 1});
  TestScratch scratch(box_blur_scratch_bytes(3, 1, 3));
  ASSERT_EQ(box_blur(in.view(), 3, out.view(), scratch.get()), Status::Ok);
  EXPECT_EQ(out.values(), (std::vector<std::uint8_t>{6, 5, 3}));
}

/// The mean of a square of `count` values, `raised` of which are value + 1 and all others value.
std::uint8_t mean_by_box_blur(int size, int value, int raised) {
  std::vector<std::uint8_t> values(static_cast<std::size_t>(size * size), static_cast<std::uint8_t>(value));
  std::fill_n(values.begin(), raised, static_cast<std::uint8_t>(value + 1));
  TestPicture in = TestPicture::of({size, size, 1}, std::move(values));
  TestPicture out({size, size, 1});
  TestScratch scratch(box_blur_scratch_bytes(size, 1, size));
  EXPECT_EQ(box_blur(in.view(), size, out.view(), scratch.get()), Status::Ok);
  return out.view().row(size / 2)[size / 2];
}

TEST(BoxBlur, RoundsRightOnBothSidesOfEveryHalfAtSmallSizes) {
  for_each_simd_target([] {
    for (int size = 3; size <= 15; size += 2) {
      for (int value = 0; value < 255; ++value) {
        ASSERT_EQ(mean_by_box_blur(size, value, size * size / 2), value) << size;
        ASSERT_EQ(mean_by_box_blur(size, value, size * size / 2 + 1), value + 1) << size;
      }
    }
  });
}

TEST(BoxBlur, RoundsRightOnBothSidesOfAHalfAtEverySize) {
  for_each_simd_target([] {
    for (int size = 17; size <= kBoxBlurMaxSize; size += 2) {
      for (const int value : {0, 1, 126, 128, 254}) {
        ASSERT_EQ(mean_by_box_blur(size, value, size * size / 2), value) << size;
        ASSERT_EQ(mean_by_box_blur(size, value, size * size / 2 + 1), value + 1) << size;
      }
    }
  });
}

TEST(BoxBlur, RefusesAnEvenSize) {
  TestPicture in({4, 4, 1});
  TestPicture out({4, 4, 1});
  TestScratch scratch(1 << 16);
  EXPECT_EQ(box_blur(in.view(), 4, out.view(), scratch.get()), Status::BadParameter);
  EXPECT_EQ(box_blur(in.view(), kBoxBlurMaxSize + 2, out.view(), scratch.get()), Status::BadParameter);
}

TEST(BoxBlur, RefusesScratchThatIsTooSmall) {
  TestPicture in({4, 4, 1});
  TestPicture out({4, 4, 1});
  TestScratch scratch(box_blur_scratch_bytes(4, 1, 3) - 1);
  EXPECT_EQ(box_blur(in.view(), 3, out.view(), scratch.get()), Status::BadParameter);
}

TEST(Sobel, GivesTheBytesOfTheReference) {
  expect_same_bytes_with_scratch(
      [](auto in, auto out, auto scratch) { return sobel(in, out, scratch); },
      [](auto in, auto out) { return reference::sobel(in, out); },
      [](int width, int channels) { return sobel_scratch_bytes(width, channels); });
}

TEST(Sobel, MeasuresAStep) {
  // A step of 10 from left to right: 4 * 10 on both sides of it, nothing elsewhere.
  TestPicture in = TestPicture::of({4, 2, 1}, {5, 5, 15, 15, 5, 5, 15, 15});
  TestPicture out({4, 2, 1});
  TestScratch scratch(sobel_scratch_bytes(4, 1));
  ASSERT_EQ(sobel(in.view(), out.view(), scratch.get()), Status::Ok);
  EXPECT_EQ(out.values(), (std::vector<std::uint8_t>{0, 40, 40, 0, 0, 40, 40, 0}));
}

TEST(Sobel, RoundsTheMagnitudeToNearest) {
  // One pixel of 3 in the corner of 2x2, mirrored: gx = gy = 3 * 3, and 9 * sqrt(2) = 12.73.
  TestPicture in = TestPicture::of({2, 2, 1}, {3, 0, 0, 0});
  TestPicture out({2, 2, 1});
  TestScratch scratch(sobel_scratch_bytes(2, 1));
  ASSERT_EQ(sobel(in.view(), out.view(), scratch.get()), Status::Ok);
  EXPECT_EQ(out.values().front(), 13);
}

TEST(Sobel, RefusesScratchThatIsTooSmall) {
  TestPicture in({4, 4, 1});
  TestPicture out({4, 4, 1});
  TestScratch scratch(sobel_scratch_bytes(4, 1) - 1);
  EXPECT_EQ(sobel(in.view(), out.view(), scratch.get()), Status::BadParameter);
}

TEST(Sharpen, GivesTheBytesOfTheReference) {
  for (const double strength : {0.0, 0.3, 1.0, 5.0}) {
    const SharpenWeight weight = make_sharpen_weight(strength).value();
    expect_same_bytes_with_scratch(
        [=](auto in, auto out, auto scratch) { return sharpen(in, weight, out, scratch); },
        [=](auto in, auto out) { return reference::sharpen(in, weight, out); },
        [](int width, int channels) { return sharpen_scratch_bytes(width, channels); });
  }
}

TEST(Sharpen, AppliesTheCustomaryKernelAtStrengthOne) {
  // Middle: 5 * 60 - 50 - 50 - 50 - 50 = 100. Edge, its neighbour repeated: 5 * 50 - 60 - 50 - 50 - 50 = 40.
  const auto out = sharpen_three_by_three({50, 50, 50, 50, 60, 50, 50, 50, 50}, 1.0);
  EXPECT_EQ(out, (std::vector<std::uint8_t>{50, 40, 50, 40, 100, 40, 50, 40, 50}));
}

TEST(Sharpen, RoundsAFractionOfTheKernelToNearest) {
  // 60 + 0.3 * 40 = 72; 50 - 0.3 * 10 = 47; at 0.31: 72.4 and 46.9.
  EXPECT_EQ(sharpen_three_by_three({50, 50, 50, 50, 60, 50, 50, 50, 50}, 0.31),
            (std::vector<std::uint8_t>{50, 47, 50, 47, 72, 47, 50, 47, 50}));
}

TEST(Sharpen, ChangesNothingAtStrengthZero) {
  const std::vector<std::uint8_t> values{1, 2, 3, 200, 5, 255, 7, 0, 9};
  EXPECT_EQ(sharpen_three_by_three(values, 0.0), values);
}

TEST(Sharpen, RefusesAStrengthOutsideItsRange) {
  EXPECT_FALSE(make_sharpen_weight(-0.1));
  EXPECT_FALSE(make_sharpen_weight(5.1));
  EXPECT_FALSE(make_sharpen_weight(std::numeric_limits<double>::quiet_NaN()));
}

TEST(Sharpen, RefusesScratchThatIsTooSmall) {
  TestPicture in({4, 4, 1});
  TestPicture out({4, 4, 1});
  TestScratch scratch(sharpen_scratch_bytes(4, 1) - 1);
  EXPECT_EQ(sharpen(in.view(), make_sharpen_weight(1.0).value(), out.view(), scratch.get()),
            Status::BadParameter);
}

}  // namespace
}  // namespace framewright::kernels
