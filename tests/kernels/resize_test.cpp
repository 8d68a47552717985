#include "kernels/resize.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "kernels/reference.hpp"
#include "tests/kernels/simd_targets.hpp"

namespace framewright::kernels {
namespace {

constexpr Interpolation kInterpolations[] = {Interpolation::Area, Interpolation::Bilinear,
                                             Interpolation::Nearest};

struct Sizes {
  int in_width;
  int in_height;
  int out_width;
  int out_height;
};

constexpr Sizes kSizes[] = {{1, 1, 1, 1},   {1, 1, 5, 3},    {7, 5, 1, 1},     {17, 13, 17, 13},
                            {17, 13, 5, 4}, {5, 4, 17, 13},  {64, 64, 32, 32}, {64, 3, 33, 5},
                            {9, 9, 18, 3},  {100, 7, 99, 8}, {333, 5, 41, 2},  {41, 2, 333, 5}};

Status resized(ConstImageView in, Interpolation interpolation, ImageView out) {
  TestScratch scratch(resize_scratch_bytes(in, out, interpolation));
  const Status status = resize(in, interpolation, out, scratch.get());
  EXPECT_TRUE(scratch.guard_is_whole());
  return status;
}

void expect_reference_bytes(const Sizes& sizes, int channels, Interpolation interpolation, Layout layout) {
  TestPicture in = TestPicture::noise({sizes.in_width, sizes.in_height, channels}, layout);
  TestPicture expected({sizes.out_width, sizes.out_height, channels});
  ASSERT_EQ(reference::resize(in.view(), interpolation, expected.view()), Status::Ok);
  for_each_simd_target([&] {
    TestPicture out({sizes.out_width, sizes.out_height, channels}, layout);
    ASSERT_EQ(resized(in.view(), interpolation, out.view()), Status::Ok);
    ASSERT_EQ(out.values(), expected.values());
    ASSERT_TRUE(out.guard_is_whole());
  });
}

std::vector<std::uint8_t> resize_row(std::vector<std::uint8_t> values, int width,
                                     Interpolation interpolation) {
  const int in_width = static_cast<int>(values.size());
  TestPicture in = TestPicture::of({in_width, 1, 1}, std::move(values));
  TestPicture out({width, 1, 1});
  EXPECT_EQ(resized(in.view(), interpolation, out.view()), Status::Ok);
  return out.values();
}

TEST(Resize, GivesTheBytesOfTheReference) {
  for (const Sizes& sizes : kSizes) {
    for (const int channels : {1, 3, 4}) {
      for (const Interpolation interpolation : kInterpolations) {
        for (const Layout& layout : layouts()) {
          SCOPED_TRACE(describe({sizes.in_width, sizes.in_height, channels}) + " to " +
                       describe({sizes.out_width, sizes.out_height, channels}) + " by " +
                       std::to_string(static_cast<int>(interpolation)));
          expect_reference_bytes(sizes, channels, interpolation, layout);
        }
      }
    }
  }
}

TEST(Resize, ChangesNothingAtTheSameSize) {
  TestPicture in = TestPicture::noise({31, 7, 3});
  for (const Interpolation interpolation : kInterpolations) {
    TestPicture out({31, 7, 3});
    ASSERT_EQ(resized(in.view(), interpolation, out.view()), Status::Ok);
    EXPECT_EQ(out.values(), in.values());
  }
}

TEST(Resize, NearestTakesThePixelUnderTheCentre) {
  // Centres at 0.83, 2.5 and 4.17.
  EXPECT_EQ(resize_row({10, 20, 30, 40, 50}, 3, Interpolation::Nearest),
            (std::vector<std::uint8_t>{10, 30, 50}));
}

TEST(Resize, BilinearGoesBetweenCentres) {
  // Centres of the output lie at -0.25, 0.25, 0.75 and 1.25 from the first centre of the input.
  EXPECT_EQ(resize_row({0, 100}, 4, Interpolation::Bilinear), (std::vector<std::uint8_t>{0, 25, 75, 100}));
}

TEST(Resize, AreaTakesTheMeanOfWhatIsCovered) {
  // 3 to 2: (2 * 10 + 40) / 3 = 20 and (40 + 2 * 70) / 3 = 60.
  EXPECT_EQ(resize_row({10, 40, 70}, 2, Interpolation::Area), (std::vector<std::uint8_t>{20, 60}));
}

TEST(Resize, AreaRoundsHalvesUp) {
  EXPECT_EQ(resize_row({10, 11, 20, 20}, 2, Interpolation::Area), (std::vector<std::uint8_t>{11, 20}));
}

TEST(Resize, AreaHoldsTheLargestSums) {
  TestPicture in({kResizeMaxSide, 3, 1});
  for (int y = 0; y < 3; ++y) std::fill_n(in.view().row(y), kResizeMaxSide, std::uint8_t{255});
  TestPicture out({kResizeMaxSide - 1, 2, 1});
  ASSERT_EQ(resized(in.view(), Interpolation::Area, out.view()), Status::Ok);
  EXPECT_EQ(out.values(), std::vector<std::uint8_t>(2 * (kResizeMaxSide - 1), 255));
}

TEST(Resize, BilinearStaysWithinOneOfTheRealValuedDefinition) {
  TestPicture in = TestPicture::noise({13, 1, 1});
  TestPicture out({47, 1, 1});
  ASSERT_EQ(resized(in.view(), Interpolation::Bilinear, out.view()), Status::Ok);
  for (int x = 0; x < 47; ++x) {
    const double position = std::clamp((x + 0.5) * 13 / 47 - 0.5, 0.0, 12.0);
    const int first = std::min(static_cast<int>(position), 11);
    const double share = position - first;
    const double expected = in.view().row(0)[first] * (1 - share) + in.view().row(0)[first + 1] * share;
    EXPECT_LT(std::abs(out.view().row(0)[x] - expected), 1.0);
  }
}

TEST(Resize, RefusesAnOutputWithOtherChannels) {
  TestPicture in({4, 4, 3});
  TestPicture out({2, 2, 4});
  EXPECT_EQ(resized(in.view(), Interpolation::Area, out.view()), Status::BadShape);
}

TEST(Resize, RefusesASideThatIsTooLong) {
  TestPicture in({4, 1, 1});
  TestPicture out({kResizeMaxSide + 1, 1, 1});
  EXPECT_EQ(resized(in.view(), Interpolation::Nearest, out.view()), Status::BadShape);
}

TEST(Resize, RefusesScratchThatIsTooSmall) {
  TestPicture in({4, 4, 3});
  TestPicture out({2, 2, 3});
  for (const Interpolation interpolation : kInterpolations) {
    TestScratch scratch(resize_scratch_bytes(in.view(), out.view(), interpolation) - 1);
    EXPECT_EQ(resize(in.view(), interpolation, out.view(), scratch.get()), Status::BadParameter);
  }
}

}  // namespace
}  // namespace framewright::kernels
