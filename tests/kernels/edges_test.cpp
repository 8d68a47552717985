#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/laplacian_of_gaussian.hpp"
#include "kernels/pixel_math.hpp"
#include "kernels/reference.hpp"
#include "kernels/scharr.hpp"
#include "kernels/sobel.hpp"
#include "tests/kernels/simd_targets.hpp"

namespace framewright::kernels {
namespace {

/// What laplacian_of_gaussian makes of a picture.
std::vector<std::uint8_t> response_of(TestPicture in, Shape shape, double sigma, LogOutput output) {
  const LogKernel kernel = make_log_kernel(sigma).value();
  TestPicture out(shape);
  TestScratch scratch(laplacian_of_gaussian_scratch_bytes(shape.width_px, shape.channels, kernel));
  EXPECT_EQ(laplacian_of_gaussian(in.view(), kernel, output, out.view(), scratch.get()), Status::Ok);
  return out.values();
}

/// The real-valued response of the pixel (x, y) of a picture with one channel.
double real_response(TestPicture& in, Shape shape, double sigma, int x, int y) {
  const int radius = static_cast<int>(std::ceil(3 * sigma));
  double sum = 0;
  for (int i = -radius; i <= radius; ++i) sum += std::exp(-0.5 * i * i / (sigma * sigma));
  const auto g = [&](int i) { return std::exp(-0.5 * i * i / (sigma * sigma)) / sum; };
  const auto outer_h = [&](int i) { return (i * i / (sigma * sigma) - 1) * g(i); };
  double middle_h = 0;
  for (int i = 1; i <= radius; ++i) middle_h -= 2 * outer_h(i);
  const auto h = [&](int i) { return i == 0 ? middle_h : outer_h(i); };
  double response = 0;
  for (int dy = -radius; dy <= radius; ++dy) {
    const auto* row = in.view().row(border_index(y + dy, shape.height_px, Border::Reflect));
    for (int dx = -radius; dx <= radius; ++dx) {
      const int value = row[border_index(x + dx, shape.width_px, Border::Reflect)];
      response += (h(dy) * g(dx) + g(dy) * h(dx)) * value;
    }
  }
  return response;
}

TEST(Sobel, RoundsEveryMagnitudeToNearest) {
  // A corner of a alone next to b alone: every pair of gradients up to where they are white.
  const Shape shape{256 * 3, 3, 1};
  for (int b = 0; b < 256; b += 5) {
    TestPicture in(shape);
    for (int a = 0; a < 256; ++a) {
      for (int y = 0; y < 3; ++y) {
        for (int x = 0; x < 3; ++x)
          in.view().row(y)[3 * a + x] = static_cast<std::uint8_t>(y == 2 ? b : x == 2 ? a : 0);
      }
    }
    TestPicture expected(shape);
    ASSERT_EQ(reference::sobel(in.view(), expected.view()), Status::Ok);
    for_each_simd_target([&] {
      TestPicture out(shape);
      TestScratch scratch(sobel_scratch_bytes(shape.width_px, 1));
      ASSERT_EQ(sobel(in.view(), out.view(), scratch.get()), Status::Ok);
      ASSERT_EQ(out.values(), expected.values());
    });
  }
}

/// A device finds roots with an error.
TEST(RootOf, IsRoundedRightHoweverADeviceErrs) {
  constexpr double kError = 1.0 / (1 << 13);
  for (int number = 0; number < 1024 * 1024; ++number) {
    const double root = std::sqrt(static_cast<double>(number));
    for (const double found : {root - kError, root, root + kError}) {
      const float above = static_cast<float>(found) + kRootAbove;
      if (root < 256) {
        ASSERT_EQ(static_cast<int>(above + 0.5F), static_cast<int>(root + 0.5)) << number;
      }
      ASSERT_EQ(static_cast<int>(above / 4 + 0.5F), static_cast<int>(root / 4 + 0.5)) << number;
    }
  }
}

TEST(Scharr, GivesTheBytesOfTheReference) {
  expect_same_bytes_with_scratch(
      [](auto in, auto out, auto scratch) { return scharr(in, out, scratch); },
      [](auto in, auto out) { return reference::scharr(in, out); },
      [](int width, int channels) { return scharr_scratch_bytes(width, channels); });
}

TEST(Scharr, MeasuresAStepAsSobelDoes) {
  TestPicture in = TestPicture::of({4, 2, 1}, {5, 5, 15, 15, 5, 5, 15, 15});
  TestPicture out({4, 2, 1});
  TestScratch scratch(scharr_scratch_bytes(4, 1));
  ASSERT_EQ(scharr(in.view(), out.view(), scratch.get()), Status::Ok);
  EXPECT_EQ(out.values(), (std::vector<std::uint8_t>{0, 40, 40, 0, 0, 40, 40, 0}));
}

TEST(Scharr, RoundsTheMagnitudeToNearest) {
  // One pixel of 3 in the corner of 2x2, mirrored: gx = gy = 3 * 13 / 4, and 9.75 * sqrt(2) = 13.79.
  TestPicture in = TestPicture::of({2, 2, 1}, {3, 0, 0, 0});
  TestPicture out({2, 2, 1});
  TestScratch scratch(scharr_scratch_bytes(2, 1));
  ASSERT_EQ(scharr(in.view(), out.view(), scratch.get()), Status::Ok);
  EXPECT_EQ(out.values().front(), 14);
}

TEST(Scharr, RefusesScratchThatIsTooSmall) {
  TestPicture in({4, 4, 1});
  TestPicture out({4, 4, 1});
  TestScratch scratch(scharr_scratch_bytes(4, 1) - 1);
  EXPECT_EQ(scharr(in.view(), out.view(), scratch.get()), Status::BadParameter);
}

TEST(LaplacianOfGaussian, GivesTheBytesOfTheReference) {
  for (const LogOutput output : {LogOutput::Absolute, LogOutput::Signed}) {
    const LogKernel kernel = make_log_kernel(1.4).value();
    expect_same_bytes_with_scratch(
        [&](auto in, auto out, auto scratch) {
          return laplacian_of_gaussian(in, kernel, output, out, scratch);
        },
        [&](auto in, auto out) { return reference::laplacian_of_gaussian(in, kernel, output, out); },
        [&](int width, int channels) {
          return laplacian_of_gaussian_scratch_bytes(width, channels, kernel);
        });
  }
}

TEST(LaplacianOfGaussian, GivesTheBytesOfTheReferenceAtEverySigma) {
  const Shape shape{67, 19, 3};
  for (const double sigma : {0.5, 0.7, 1.0, 2.0, 5.0}) {
    SCOPED_TRACE(sigma);
    TestPicture in = TestPicture::noise(shape);
    TestPicture expected(shape);
    ASSERT_EQ(reference::laplacian_of_gaussian(in.view(), make_log_kernel(sigma).value(), LogOutput::Signed,
                                               expected.view()),
              Status::Ok);
    for_each_simd_target(
        [&] { EXPECT_EQ(response_of(in, shape, sigma, LogOutput::Signed), expected.values()); });
  }
}

TEST(LaplacianOfGaussian, IsWithinOneOfTheRealValuedDefinition) {
  const Shape shape{41, 23, 1};
  for (const double sigma : {0.5, 1.0, 1.4, 3.3, 5.0}) {
    SCOPED_TRACE(sigma);
    TestPicture in = TestPicture::noise(shape);
    const auto shown = response_of(in, shape, sigma, LogOutput::Signed);
    for (int y = 0; y < shape.height_px; ++y) {
      for (int x = 0; x < shape.width_px; ++x) {
        const double real = std::clamp(128 + real_response(in, shape, sigma, x, y), 0.0, 255.0);
        ASSERT_NEAR(shown[static_cast<std::size_t>(y * shape.width_px + x)], real, 1.0) << x << ',' << y;
      }
    }
  }
}

TEST(LaplacianOfGaussian, SeesNothingInOneFlatColour) {
  const TestPicture flat = TestPicture::of({9, 9, 1}, std::vector<std::uint8_t>(81, 255));
  for (const double sigma : {0.5, 1.4, 5.0}) {
    EXPECT_EQ(response_of(flat, {9, 9, 1}, sigma, LogOutput::Absolute), std::vector<std::uint8_t>(81, 0));
    EXPECT_EQ(response_of(flat, {9, 9, 1}, sigma, LogOutput::Signed), std::vector<std::uint8_t>(81, 128));
  }
}

TEST(LaplacianOfGaussian, TellsDarkFromLight) {
  // g = 0.107, 0.787, 0.107 and h = 0.32, -0.639, 0.32 at sigma 0.5; 255 * 2 * 0.787 * -0.639 is beyond
  // black.
  std::vector<std::uint8_t> point(49, 0);
  point[24] = 60;
  const auto shown = response_of(TestPicture::of({7, 7, 1}, point), {7, 7, 1}, 0.5, LogOutput::Signed);
  EXPECT_LT(shown[24], 128 - 50);  // light itself: -60 * 2 * 0.787 * 0.639 = -60.3
  EXPECT_GT(shown[23], 128 + 5);   // darker than its neighbour: 60 * (0.787 * 0.32 - 0.639 * 0.107) = 11
}

TEST(LaplacianOfGaussian, RefusesWhatIsOutsideItsRange) {
  for (const double sigma : {0.49, 5.1, -1.0, std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_FALSE(make_log_kernel(sigma)) << sigma;
  }
  TestPicture in({4, 4, 1});
  TestPicture out({4, 4, 1});
  const LogKernel kernel = make_log_kernel(1).value();
  TestScratch scratch(laplacian_of_gaussian_scratch_bytes(4, 1, kernel) - 1);
  EXPECT_EQ(laplacian_of_gaussian(in.view(), kernel, LogOutput::Absolute, out.view(), scratch.get()),
            Status::BadParameter);
  EXPECT_EQ(laplacian_of_gaussian(in.view(), {}, LogOutput::Absolute, out.view(), scratch.get()),
            Status::BadParameter);
}

}  // namespace
}  // namespace framewright::kernels
