#include "kernels/bilateral.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "kernels/bilateral_math.hpp"
#include "kernels/reference.hpp"
#include "tests/kernels/simd_targets.hpp"

namespace framewright::kernels {
namespace {

std::vector<std::uint8_t> filtered(TestPicture in, Shape shape, const BilateralKernel& kernel) {
  TestPicture out(shape);
  TestScratch scratch(bilateral_scratch_bytes(shape.width_px, shape.channels, kernel));
  EXPECT_EQ(bilateral(in.view(), kernel, out.view(), scratch.get()), Status::Ok);
  return out.values();
}

/// The definition in double.
double true_value(ConstImageView in, int size, double sigma_colour, double sigma_space, int x, int y,
                  int channel) {
  const auto value = [&](int column, int row, int c) {
    return in.row(
        border_index(row, in.height_px,
                     Border::Reflect))[border_index(column, in.width_px, Border::Reflect) * in.channels + c];
  };
  double sum = 0;
  double weights = 0;
  for (int dy = -size / 2; dy <= size / 2; ++dy) {
    for (int dx = -size / 2; dx <= size / 2; ++dx) {
      const int square = dx * dx + dy * dy;
      if (square > size / 2 * (size / 2)) continue;
      double difference = 0;
      for (int c = 0; c < in.channels; ++c) {
        difference += std::abs(value(x + dx, y + dy, c) - value(x, y, c));
      }
      const double weight = std::exp(-square / (2 * sigma_space * sigma_space) -
                                     difference * difference / (2 * sigma_colour * sigma_colour));
      sum += weight * value(x + dx, y + dy, channel);
      weights += weight;
    }
  }
  return sum / weights;
}

TEST(Bilateral, GivesTheBytesOfTheReference) {
  for (const int size : {3, 9}) {
    const BilateralKernel kernel = make_bilateral_kernel(size, 60, 2).value();
    expect_same_bytes_with_scratch(
        [&](auto in, auto out, auto scratch) { return bilateral(in, kernel, out, scratch); },
        [&](auto in, auto out) { return reference::bilateral(in, kernel, out); },
        [&](int width, int channels) { return bilateral_scratch_bytes(width, channels, kernel); });
  }
}

TEST(Bilateral, GivesTheBytesOfTheReferenceAtTheEndsOfEveryRange) {
  const Shape shape{37, 9, 3};
  for (const double colour : {1.0, 1.5, 11.4, 128.0, 500.0}) {
    for (const double space : {0.1, 100.0}) {
      const BilateralKernel kernel = make_bilateral_kernel(kBilateralMaxSize, colour, space).value();
      TestPicture in = TestPicture::noise(shape);
      TestPicture expected(shape);
      ASSERT_EQ(reference::bilateral(in.view(), kernel, expected.view()), Status::Ok);
      for_each_simd_target([&] { EXPECT_EQ(filtered(in, shape, kernel), expected.values()) << colour; });
    }
  }
}

TEST(Bilateral, StaysWithinOneOfTheDefinition) {
  const Shape shape{40, 12, 3};
  TestPicture noise = TestPicture::noise(shape);
  for (const double colour : {2.0, 25.0, 90.0, 400.0}) {
    const auto out = filtered(noise, shape, make_bilateral_kernel(9, colour, 3).value());
    std::size_t i = 0;
    for (int y = 0; y < shape.height_px; ++y) {
      for (int x = 0; x < shape.width_px; ++x) {
        for (int channel = 0; channel < 3; ++channel, ++i) {
          ASSERT_NEAR(out[i], true_value(noise.view(), 9, colour, 3, x, y, channel), 1.0) << colour;
        }
      }
    }
  }
}

TEST(Bilateral, FollowsTheExponentialForEveryDifference) {
  for (const double sigma : {1.0, 5.0, 25.0, 100.0, 500.0}) {
    const ColourCurve curve = make_bilateral_kernel(3, sigma, 1).value().curve;
    for (int difference = 0; difference <= 765; ++difference) {
      const double expected = 32768 * std::exp(-difference * difference / (2 * sigma * sigma));
      ASSERT_NEAR(colour_weight(curve, difference), expected, 1 + 0.006 * expected)
          << difference << " by " << sigma;
    }
  }
}

TEST(Bilateral, KeepsAFlatPicture) {
  const std::vector<std::uint8_t> flat(20 * 4 * 4, 255);
  const BilateralKernel kernel = make_bilateral_kernel(kBilateralMaxSize, 500, 100).value();
  for_each_simd_target(
      [&] { EXPECT_EQ(filtered(TestPicture::of({20, 4, 4}, flat), {20, 4, 4}, kernel), flat); });
}

TEST(Bilateral, SmoothsASurfaceAndKeepsAnEdge) {
  // The other side of the edge weighs nothing. Of one row: 102 three times and 100 twice are 101.2.
  TestPicture in = TestPicture::of({6, 1, 1}, {100, 102, 100, 200, 202, 200});
  const auto out = filtered(in, {6, 1, 1}, make_bilateral_kernel(3, 10, 100).value());
  EXPECT_EQ(out, (std::vector<std::uint8_t>{100, 101, 100, 200, 201, 200}));
}

TEST(Bilateral, TakesACircleOfNeighbours) {
  EXPECT_EQ(make_bilateral_kernel(3, 10, 1)->tap_count, 2u);   // and their opposites: 4
  EXPECT_EQ(make_bilateral_kernel(9, 10, 1)->tap_count, 24u);  // 48
  EXPECT_EQ(make_bilateral_kernel(15, 10, 1)->tap_count, BilateralKernel::kMaxTaps);
}

TEST(Bilateral, RefusesParametersOutsideTheirRange) {
  EXPECT_FALSE(make_bilateral_kernel(4, 10, 1));
  EXPECT_FALSE(make_bilateral_kernel(1, 10, 1));
  EXPECT_FALSE(make_bilateral_kernel(kBilateralMaxSize + 2, 10, 1));
  EXPECT_FALSE(make_bilateral_kernel(9, 0.9, 1));
  EXPECT_FALSE(make_bilateral_kernel(9, 501, 1));
  EXPECT_FALSE(make_bilateral_kernel(9, 10, 0.05));
  EXPECT_FALSE(make_bilateral_kernel(9, std::numeric_limits<double>::quiet_NaN(), 1));
}

TEST(Bilateral, RefusesScratchThatIsTooSmall) {
  TestPicture in({4, 4, 3});
  TestPicture out({4, 4, 3});
  const BilateralKernel kernel = make_bilateral_kernel(9, 10, 1).value();
  TestScratch scratch(bilateral_scratch_bytes(4, 3, kernel) - 1);
  EXPECT_EQ(bilateral(in.view(), kernel, out.view(), scratch.get()), Status::BadParameter);
}

}  // namespace
}  // namespace framewright::kernels
