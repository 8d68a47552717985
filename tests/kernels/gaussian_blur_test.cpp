#include "kernels/gaussian_blur.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <limits>
#include <numeric>

#include "kernels/reference.hpp"
#include "tests/kernels/simd_targets.hpp"

namespace framewright::kernels {
namespace {

constexpr Border kBorders[] = {Border::Reflect, Border::Clamp, Border::Wrap};

Status blur(ConstImageView in, const GaussianKernel& kernel, Border border, ImageView out) {
  TestScratch scratch(gaussian_blur_scratch_bytes(in.width_px, in.channels, kernel));
  return gaussian_blur(in, kernel, border, out, scratch.get());
}

/// Position i of a row of n, written out step by step from the pictures in the API's documentation.
int walk_border(int i, int n, Border border) {
  while (i < 0 || i >= n) {
    if (border == Border::Clamp) i = i < 0 ? 0 : n - 1;
    if (border == Border::Wrap) i += i < 0 ? n : -n;
    if (border == Border::Reflect) i = i < 0 ? -1 - i : 2 * n - 1 - i;
  }
  return i;
}

/// The definition in real numbers: the sum over the whole square, weights from the formula, not separated.
double real_valued(const ConstImageView& in, int size, double sigma, Border border, int x, int y,
                   int channel) {
  double sum = 0;
  double weights = 0;
  for (int dy = -size / 2; dy <= size / 2; ++dy) {
    for (int dx = -size / 2; dx <= size / 2; ++dx) {
      const double weight = std::exp(-(dx * dx + dy * dy) / (2 * sigma * sigma));
      const int column = walk_border(x + dx, in.width_px, border);
      const int row = walk_border(y + dy, in.height_px, border);
      sum += weight * in.row(row)[column * in.channels + channel];
      weights += weight;
    }
  }
  return sum / weights;
}

struct Case {
  int size;
  double sigma;
};

TEST(GaussianBlur, GivesTheBytesOfTheReference) {
  for (const Case& c :
       {Case{3, 0.8}, Case{5, 1.5}, Case{7, 1.0}, Case{9, 20.0}, Case{15, 2.6}, Case{31, 5.0}}) {
    const GaussianKernel kernel = make_gaussian_kernel(c.size, c.sigma).value();
    for (const Border border : kBorders) {
      SCOPED_TRACE("size " + std::to_string(c.size) + " border " + std::to_string(static_cast<int>(border)));
      expect_same_bytes_with_scratch(
          [&](auto in, auto out, auto scratch) { return gaussian_blur(in, kernel, border, out, scratch); },
          [&](auto in, auto out) { return reference::gaussian_blur(in, kernel, border, out); },
          [&](int width, int channels) { return gaussian_blur_scratch_bytes(width, channels, kernel); });
    }
  }
}

TEST(GaussianBlur, GivesTheBytesOfTheReferenceForWideKernels) {
  for (const Case& c : {Case{63, 50.0}, Case{101, 16.0}, Case{255, 50.0}}) {
    const GaussianKernel kernel = make_gaussian_kernel(c.size, c.sigma).value();
    for (const Border border : kBorders) {
      for (const Shape& shape : {Shape{1, 1, 1}, {37, 11, 3}, {131, 5, 4}, {5, 140, 1}}) {
        SCOPED_TRACE(describe(shape) + " size " + std::to_string(c.size));
        TestPicture in = TestPicture::noise(shape);
        TestPicture expected(shape);
        ASSERT_EQ(reference::gaussian_blur(in.view(), kernel, border, expected.view()), Status::Ok);
        for_each_simd_target([&] {
          TestPicture out(shape);
          ASSERT_EQ(blur(in.view(), kernel, border, out.view()), Status::Ok);
          ASSERT_EQ(out.values(), expected.values());
        });
      }
    }
  }
}

TEST(GaussianBlur, StaysWithinOneOfTheRealValuedDefinition) {
  for (const Case& c : {Case{3, 0.1}, Case{5, 1.0}, Case{9, 2.0}, Case{31, 20.0}, Case{63, 10.0},
                        Case{63, 50.0}, Case{99, 12.0}, Case{127, 20.0}, Case{255, 20.0}, Case{255, 50.0}}) {
    const GaussianKernel kernel = make_gaussian_kernel(c.size, c.sigma).value();
    for (const Border border : kBorders) {
      TestPicture in = TestPicture::noise({23, 9, 1});
      TestPicture out({23, 9, 1});
      ASSERT_EQ(blur(in.view(), kernel, border, out.view()), Status::Ok);
      for (int y = 0; y < 9; ++y) {
        for (int x = 0; x < 23; ++x) {
          const double expected = real_valued(in.view(), c.size, c.sigma, border, x, y, 0);
          ASSERT_LT(std::abs(out.view().row(y)[x] - expected), 1.0) << c.size << ": " << x << ", " << y;
        }
      }
    }
  }
}

/// The most by which one pass can be off, in levels: where the picture is 255 wherever the kernel's weights
/// are too large, and 0 elsewhere.
double largest_error(int size, double sigma) {
  const int n = 401;
  std::vector<int> spread(n);
  const GaussianKernel kernel = make_gaussian_kernel(size, sigma).value();
  for (int i = 0; i < n; ++i) {
    // What a pixel of 32768 at distance i - 200 adds: weights, then the smoothing that stands before them.
    const auto weight = [&](int distance) {
      const int tap = std::abs(distance) / kernel.spacing_px;
      if (distance % kernel.spacing_px != 0 || tap > kernel.taps) return 0;
      return tap == 0 ? 32768 - kernel.around : int{kernel.side[static_cast<std::size_t>(tap - 1)]};
    };
    for (int tent = 1 - kernel.spacing_px; tent < kernel.spacing_px; ++tent) {
      spread[static_cast<std::size_t>(i)] += (kernel.spacing_px - std::abs(tent)) * weight(i - 200 + tent);
    }
  }
  double sum = 0;
  for (int x = -size / 2; x <= size / 2; ++x) sum += std::exp(-x * x / (2 * sigma * sigma));
  double too_large = 0;
  for (int i = 0; i < n; ++i) {
    const int x = i - 200;
    const double exact = std::abs(x) <= size / 2 ? std::exp(-x * x / (2 * sigma * sigma)) / sum : 0;
    const double made = spread[static_cast<std::size_t>(i)] / 32768.0 / kernel.spacing_px / kernel.spacing_px;
    too_large += std::max(0.0, made - exact);
  }
  return 255 * too_large;
}

TEST(GaussianKernel, IsNearTheCurveForEveryPicture) {
  for (int size = 3; size <= kGaussianMaxSize; size += 4) {
    for (const double sigma : {0.5, 1.0, 3.0, 8.0, 12.5, 20.0, 30.0, 50.0}) {
      // Both passes and their rounding add up to the 1 and the 3 that the contract promises.
      EXPECT_LT(largest_error(size, sigma), size >= 5 * sigma ? 0.5 : 1.25) << size << ' ' << sigma;
    }
  }
}

TEST(GaussianBlur, KeepsEveryFlatColour) {
  for (const Case& c : {Case{3, 0.1}, Case{5, 0.3}, Case{5, 1.0}, Case{15, 3.0}, Case{31, 3.0},
                        Case{31, 20.0}, Case{127, 20.0}, Case{255, 50.0}}) {
    const GaussianKernel kernel = make_gaussian_kernel(c.size, c.sigma).value();
    for (int value = 0; value < 256; ++value) {
      TestPicture in =
          TestPicture::of({5, 4, 1}, std::vector<std::uint8_t>(20, static_cast<std::uint8_t>(value)));
      TestPicture out({5, 4, 1});
      ASSERT_EQ(blur(in.view(), kernel, Border::Reflect, out.view()), Status::Ok);
      ASSERT_EQ(out.values(), in.values()) << "value " << value << " size " << c.size;
    }
  }
}

TEST(GaussianBlur, SpreadsOnePixelByTheWeights) {
  // exp(-1/2) = 0.60653; weights 0.27407, 0.45186, 0.27407; 255 * 0.27407^2 = 19.15, 255 * 0.27407 * 0.45186
  // = 31.58, 255 * 0.45186^2 = 52.07.
  TestPicture in = TestPicture::of({3, 3, 1}, {0, 0, 0, 0, 255, 0, 0, 0, 0});
  TestPicture out({3, 3, 1});
  ASSERT_EQ(blur(in.view(), make_gaussian_kernel(3, 1.0).value(), Border::Wrap, out.view()), Status::Ok);
  EXPECT_EQ(out.values(), (std::vector<std::uint8_t>{19, 32, 19, 32, 52, 32, 19, 32, 19}));
}

TEST(GaussianBlur, LeavesAlphaAlone) {
  TestPicture in = TestPicture::noise({37, 3, 4});
  TestPicture out({37, 3, 4});
  ASSERT_EQ(blur(in.view(), make_gaussian_kernel(5, 1.0).value(), Border::Clamp, out.view()), Status::Ok);
  for (int i = 3; i < 37 * 4; i += 4) EXPECT_EQ(out.view().row(1)[i], in.view().row(1)[i]);
}

TEST(GaussianBlur, RefusesScratchThatIsTooSmall) {
  const GaussianKernel kernel = make_gaussian_kernel(5, 1.0).value();
  TestPicture in({9, 9, 3});
  TestPicture out({9, 9, 3});
  TestScratch scratch(gaussian_blur_scratch_bytes(9, 3, kernel) - 1);
  EXPECT_EQ(gaussian_blur(in.view(), kernel, Border::Clamp, out.view(), scratch.get()), Status::BadParameter);
}

TEST(GaussianBlur, RefusesAKernelThatWasNotMade) {
  TestPicture in({9, 9, 3});
  TestPicture out({9, 9, 3});
  TestScratch scratch(1 << 16);
  EXPECT_EQ(gaussian_blur(in.view(), GaussianKernel{}, Border::Clamp, out.view(), scratch.get()),
            Status::BadParameter);
}

TEST(GaussianBlur, RefusesAnOutputOfAnotherSize) {
  TestPicture in({9, 9, 3});
  TestPicture out({9, 8, 3});
  EXPECT_EQ(blur(in.view(), make_gaussian_kernel(5, 1.0).value(), Border::Clamp, out.view()),
            Status::BadShape);
}

void for_each_kernel(const std::function<void(const GaussianKernel&)>& expect) {
  for (int size = kGaussianMinSize; size <= kGaussianMaxSize; size += 2) {
    for (const double sigma : {0.1, 0.3, 0.5, 1.0, 1.5, 3.0, 20.0, 50.0}) {
      SCOPED_TRACE("size " + std::to_string(size) + " sigma " + std::to_string(sigma));
      expect(make_gaussian_kernel(size, sigma).value());
    }
  }
}

TEST(GaussianKernel, IsMadeOfWeightsThatSumToOne) {
  for_each_kernel([](const GaussianKernel& kernel) {
    const int sides = 2 * std::accumulate(kernel.side.begin(), kernel.side.end(), 0);
    const bool is_even = has_odd_weights(kernel) && sides != 0 && sides % 4 == 0;
    EXPECT_EQ(kernel.around, is_even ? sides - 2 : sides);
  });
}

TEST(GaussianKernel, HasOddWeightsWhereItIsSmall) {
  for_each_kernel([](const GaussianKernel& kernel) {
    EXPECT_EQ(has_odd_weights(kernel), kernel.spacing_px == 1 && kernel.taps <= kGaussianOddTaps);
  });
}

TEST(GaussianKernel, IsSeenToHaveOtherWeights) {
  const GaussianKernel made = make_gaussian_kernel(5, 1.5).value();
  GaussianKernel changed = made;
  changed.side[1] = static_cast<std::int16_t>(made.side[1] + 1);
  EXPECT_FALSE(has_odd_weights(changed));
  changed = made;
  changed.around = static_cast<std::int16_t>(made.around + 2);
  EXPECT_FALSE(has_odd_weights(changed));
}

TEST(GaussianKernel, RefusesParametersOutsideTheirRanges) {
  EXPECT_FALSE(make_gaussian_kernel(4, 1.0));
  EXPECT_FALSE(make_gaussian_kernel(1, 1.0));
  EXPECT_FALSE(make_gaussian_kernel(257, 1.0));
  EXPECT_FALSE(make_gaussian_kernel(5, 0.05));
  EXPECT_FALSE(make_gaussian_kernel(5, 50.5));
  EXPECT_FALSE(make_gaussian_kernel(5, std::numeric_limits<double>::quiet_NaN()));
}

}  // namespace
}  // namespace framewright::kernels
