#include "kernels/resize.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "kernels/reference.hpp"
#include "tests/kernels/simd_targets.hpp"

namespace framewright::kernels {
namespace {

constexpr Interpolation kInterpolations[] = {Interpolation::Area, Interpolation::Bilinear,
                                             Interpolation::Nearest, Interpolation::Lanczos};

struct Sizes {
  int in_width;
  int in_height;
  int out_width;
  int out_height;
};

constexpr Sizes kSizes[] = {{1, 1, 1, 1},       {1, 1, 5, 3},       {7, 5, 1, 1},     {17, 13, 17, 13},
                            {17, 13, 5, 4},     {5, 4, 17, 13},     {64, 64, 32, 32}, {64, 3, 33, 5},
                            {9, 9, 18, 3},      {100, 7, 99, 8},    {333, 5, 41, 2},  {41, 2, 333, 5},
                            {150, 63, 100, 42}, {63, 150, 42, 100}, {130, 70, 4, 3},  {200, 66, 100, 33},
                            {18, 2, 9, 1}};

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

// Some of the ratios have their taps near enough for tables of bytes, and in others weights do not repeat.
TEST(Resize, BilinearGivesTheBytesOfTheReferenceAtEveryRatio) {
  for (const int channels : {1, 3, 4}) {
    for (const int in_width : {8, 29, 60}) {
      for (int out_width = in_width / 3; out_width <= 3 * in_width; ++out_width) {
        const Sizes sizes{in_width, 6, out_width, 1 + out_width % 9};
        SCOPED_TRACE(std::to_string(in_width) + " to " + std::to_string(out_width) + " px, channels " +
                     std::to_string(channels));
        ASSERT_NO_FATAL_FAILURE(expect_reference_bytes(sizes, channels, Interpolation::Bilinear, {}));
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

/// How much of input pixel i makes output pixel x, by the real-valued definition; the scale does not matter.
double real_weight(Interpolation interpolation, int i, int x, double in, double out) {
  const double ratio = in / out;
  const double distance = i + 0.5 - (x + 0.5) * ratio;
  if (interpolation == Interpolation::Bilinear) return std::max(0.0, 1 - std::abs(distance));
  if (interpolation == Interpolation::Area) {
    return std::max(0.0, std::min(i + 1.0, (x + 1) * ratio) - std::max<double>(i, x * ratio));
  }
  const double scaled = std::abs(distance / std::max(1.0, ratio));
  const auto sinc = [](double d) { return d == 0 ? 1.0 : std::sin(M_PI * d) / (M_PI * d); };
  return scaled < 3 ? sinc(scaled) * sinc(scaled / 3) : 0;
}

/// The weights of each output pixel; what lies beyond the edge is the edge pixel's.
std::vector<std::vector<double>> real_weights(Interpolation interpolation, int in, int out) {
  std::vector<std::vector<double>> weights;
  for (int x = 0; x < out; ++x) {
    std::vector<double> of(static_cast<std::size_t>(in));
    double sum = 0;
    const int reach = 3 * in / out + 4 + in;
    for (int i = -reach; i < in + reach; ++i) {
      const double weight = real_weight(interpolation, i, x, in, out);
      of[static_cast<std::size_t>(std::clamp(i, 0, in - 1))] += weight;
      sum += weight;
    }
    for (double& weight : of) weight /= sum;
    weights.push_back(of);
  }
  return weights;
}

double furthest_from_real(const Sizes& sizes, Interpolation interpolation) {
  TestPicture in = TestPicture::noise({sizes.in_width, sizes.in_height, 1});
  TestPicture out({sizes.out_width, sizes.out_height, 1});
  EXPECT_EQ(resized(in.view(), interpolation, out.view()), Status::Ok);
  const auto across = real_weights(interpolation, sizes.in_width, sizes.out_width);
  const auto down = real_weights(interpolation, sizes.in_height, sizes.out_height);
  double furthest = 0;
  for (std::size_t y = 0; y < down.size(); ++y) {
    for (std::size_t x = 0; x < across.size(); ++x) {
      double value = 0;
      for (std::size_t row = 0; row < down[y].size(); ++row) {
        for (std::size_t column = 0; column < across[x].size(); ++column) {
          value += down[y][row] * across[x][column] * in.view().row(static_cast<int>(row))[column];
        }
      }
      const double is = out.view().row(static_cast<int>(y))[x];
      furthest = std::max(furthest, std::abs(is - std::clamp(value, 0.0, 255.0)));
    }
  }
  return furthest;
}

TEST(Resize, StaysWithinOneOfTheRealValuedDefinition) {
  for (const Interpolation interpolation :
       {Interpolation::Area, Interpolation::Bilinear, Interpolation::Lanczos}) {
    for (const Sizes& sizes : kSizes) {
      SCOPED_TRACE(describe({sizes.in_width, sizes.in_height, 1}) + " to " +
                   describe({sizes.out_width, sizes.out_height, 1}) + " by " +
                   std::to_string(static_cast<int>(interpolation)));
      EXPECT_LT(furthest_from_real(sizes, interpolation), 1.0);
    }
  }
}

TEST(Resize, KeepsFlatPicturesFlatAtEveryRatio) {
  for (const Interpolation interpolation : kInterpolations) {
    for (const int side : {1, 2, 3, 7, 13, 25, 39, 40, 41, 79, 160, 1000}) {
      for (const int to : {1, 2, 3, 41, 80}) {
        for (const int level : {0, 1, 128, 254, 255}) {
          const auto flat = [level](int width) {
            return std::vector<std::uint8_t>(static_cast<std::size_t>(width),
                                             static_cast<std::uint8_t>(level));
          };
          ASSERT_EQ(resize_row(flat(side), to, interpolation), flat(to))
              << side << " to " << to << " by " << static_cast<int>(interpolation);
        }
      }
    }
  }
}

TEST(Resize, AreaHalvesExactly) {
  TestPicture in = TestPicture::noise({200, 66, 3});
  TestPicture out({100, 33, 3});
  ASSERT_EQ(resized(in.view(), Interpolation::Area, out.view()), Status::Ok);
  for (int y = 0; y < 33; ++y) {
    for (int i = 0; i < 300; ++i) {
      const int left = i / 3 * 6 + i % 3;
      const auto pair = [&](int row) { return in.view().row(row)[left] + in.view().row(row)[left + 3]; };
      ASSERT_EQ(out.view().row(y)[i], (pair(2 * y) + pair(2 * y + 1) + 2) / 4);
    }
  }
}

TEST(Resize, LanczosKeepsItsSharpnessWithinTheRangeOfAByte) {
  // A step of full contrast overshoots on both sides, and stops at black and white.
  EXPECT_EQ(resize_row({0, 0, 0, 0, 255, 255, 255, 255}, 16, Interpolation::Lanczos).front(), 0);
  const auto step = resize_row({60, 60, 60, 60, 200, 200, 200, 200}, 16, Interpolation::Lanczos);
  EXPECT_LT(*std::min_element(step.begin(), step.end()), 60);
  EXPECT_GT(*std::max_element(step.begin(), step.end()), 200);
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
  TestPicture in({5, 4, 3});
  TestPicture out({2, 2, 3});
  for (const Interpolation interpolation : kInterpolations) {
    TestScratch scratch(resize_scratch_bytes(in.view(), out.view(), interpolation) - 1);
    EXPECT_EQ(resize(in.view(), interpolation, out.view(), scratch.get()), Status::BadParameter);
  }
}

}  // namespace
}  // namespace framewright::kernels
