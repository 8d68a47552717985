#include "kernels/gaussian_blur.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <limits>
#include <numeric>
#include <set>
#include <utility>
#include <vector>

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

/// Kernels of lines and of curves at each spacing, and the widest that stands together.
constexpr Case kEveryWay[] = {{41, 7.3},   {45, 10.0},  {35, 4.7},   {63, 50.0}, {63, 10.0},
                              {129, 50.0}, {101, 16.0}, {255, 42.5}, {255, 50.0}};

TEST(GaussianKernel, IsMadeInEveryWay) {
  std::set<std::pair<int, bool>> ways;
  for (const Case& c : kEveryWay) {
    const GaussianKernel kernel = make_gaussian_kernel(c.size, c.sigma).value();
    ways.emplace(kernel.spacing_px, kernel.edge_taps != 0);
  }
  EXPECT_EQ(ways.size(), 7u);
}

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
  for (const Case& c : kEveryWay) {
    const GaussianKernel kernel = make_gaussian_kernel(c.size, c.sigma).value();
    for (const Border border : kBorders) {
      for (const Shape& shape : {Shape{1, 1, 1}, {37, 11, 3}, {131, 5, 4}, {5, 140, 1}, {259, 3, 3}}) {
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
  for (const Case& c :
       {Case{3, 0.1}, Case{5, 1.0}, Case{9, 2.0}, Case{31, 20.0}, Case{63, 10.0}, Case{33, 5.8},
        Case{41, 7.3}, Case{45, 10.0}, Case{63, 50.0}, Case{99, 12.0}, Case{127, 20.0}, Case{129, 50.0},
        Case{193, 50.0}, Case{255, 20.0}, Case{255, 50.0}}) {
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

/// Shares of a line by the position from -kLineEnd on.
constexpr int kLineEnd = 160;
using Line = std::vector<double>;

/// The mean of `times` values, each of weights that fall in straight lines to 0 at `spacing`.
Line smoothed(Line line, int spacing, int times) {
  for (int time = 0; time < times; ++time) {
    Line out(line.size());
    for (int i = spacing; i + spacing < static_cast<int>(line.size()); ++i) {
      for (int x = 1 - spacing; x < spacing; ++x) {
        const double weight = (spacing - std::abs(x)) / static_cast<double>(spacing * spacing);
        out[static_cast<std::size_t>(i)] += weight * line[static_cast<std::size_t>(i + x)];
      }
    }
    line = out;
  }
  return line;
}

/// What a pixel of 1 gives to its line.
Line line_of(const GaussianKernel& kernel) {
  Line spaced(2 * kLineEnd + 1);
  Line edges(spaced.size());
  for (int i = 1; i <= kernel.taps + kernel.edge_taps; ++i) {
    const int at_end = kernel.taps * kernel.spacing_px + i - kernel.taps;
    const int distance = i <= kernel.taps ? i * kernel.spacing_px : at_end;
    Line& line = i <= kernel.taps ? spaced : edges;
    for (const int at : {kLineEnd - distance, kLineEnd + distance}) {
      line[static_cast<std::size_t>(at)] = kernel.side[static_cast<std::size_t>(i - 1)] / 32768.0;
    }
  }
  spaced[kLineEnd] = 1 - kernel.around / 32768.0;
  spaced = smoothed(spaced, kernel.spacing_px, kernel.edge_taps != 0 ? 1 : 2);
  for (std::size_t i = 0; i < spaced.size(); ++i) spaced[i] += edges[i];
  return spaced;
}

Line line_of_definition(int size, double sigma) {
  Line line(2 * kLineEnd + 1);
  for (int x = -size / 2; x <= size / 2; ++x) {
    line[static_cast<std::size_t>(kLineEnd + x)] = std::exp(-x * x / (2 * sigma * sigma));
  }
  const double sum = std::accumulate(line.begin(), line.end(), 0.0);
  for (double& share : line) share /= sum;
  return line;
}

/// The most by which a blur can be off before it is rounded, in levels: where the picture is 255 wherever the
/// kernel's square of weights is too large, and 0 elsewhere.
double largest_error(int size, double sigma) {
  const Line made = line_of(make_gaussian_kernel(size, sigma).value());
  const Line exact = line_of_definition(size, sigma);
  double too_large = 0;
  for (std::size_t y = 0; y < made.size(); ++y) {
    for (std::size_t x = 0; x < made.size(); ++x) {
      too_large += std::max(0.0, made[y] * made[x] - exact[y] * exact[x]);
    }
  }
  return 255 * too_large;
}

TEST(GaussianKernel, IsNearTheCurveForEveryPicture) {
  for (int size = 15; size <= kGaussianMaxSize; size += 8) {
    for (const double sigma : {1.0, 3.0, 5.0, 7.2, 9.0, 12.5, 16.0, 20.0, 30.0, 42.0, 50.0}) {
      EXPECT_LT(largest_error(size, sigma), 0.5) << size << ' ' << sigma;
    }
  }
}

TEST(GaussianKernel, HasFewWeightsHoweverWideItIs) {
  for (int size = 33; size <= kGaussianMaxSize; size += 2) {
    for (double sigma = 2; sigma <= 50; sigma *= 1.1) {
      const GaussianKernel kernel = make_gaussian_kernel(size, sigma).value();
      EXPECT_LE(kernel.weights(), 24) << size << ' ' << sigma;
      EXPECT_LE(kernel.reach_px(), kGaussianMaxReach) << size << ' ' << sigma;
      EXPECT_TRUE(is_gaussian_kernel(kernel)) << size << ' ' << sigma;
    }
  }
}

/// 255 wherever the kernel's square of weights around the middle is too large, or where it is too small.
TestPicture worst_picture(const Case& c, bool is_too_large) {
  const Line made = line_of(make_gaussian_kernel(c.size, c.sigma).value());
  const Line exact = line_of_definition(c.size, c.sigma);
  TestPicture picture({2 * kLineEnd + 1, 2 * kLineEnd + 1, 1});
  for (std::size_t y = 0; y < made.size(); ++y) {
    for (std::size_t x = 0; x < made.size(); ++x) {
      const bool is_white = (made[y] * made[x] > exact[y] * exact[x]) == is_too_large;
      picture.view().row(static_cast<int>(y))[x] = is_white ? 255 : 0;
    }
  }
  return picture;
}

TestPicture step_picture() {
  TestPicture picture({2 * kLineEnd + 1, 2 * kLineEnd + 1, 1});
  for (int y = 0; y <= 2 * kLineEnd; ++y) {
    for (int x = 0; x <= 2 * kLineEnd; ++x) picture.view().row(y)[x] = x + y < 2 * kLineEnd + 30 ? 255 : 0;
  }
  return picture;
}

TEST(GaussianBlur, StaysWithinOneForThePicturesThatAreHardest) {
  for (const Case& c : kEveryWay) {
    TestPicture pictures[] = {worst_picture(c, true), worst_picture(c, false), step_picture()};
    const GaussianKernel kernel = make_gaussian_kernel(c.size, c.sigma).value();
    for (TestPicture& in : pictures) {
      TestPicture out({2 * kLineEnd + 1, 2 * kLineEnd + 1, 1});
      ASSERT_EQ(blur(in.view(), kernel, Border::Reflect, out.view()), Status::Ok);
      const double expected = real_valued(in.view(), c.size, c.sigma, Border::Reflect, kLineEnd, kLineEnd, 0);
      EXPECT_LT(std::abs(out.view().row(kLineEnd)[kLineEnd] - expected), 1.0) << c.size << ' ' << c.sigma;
    }
  }
}

TEST(GaussianBlur, LooksNoFartherThanItsReach) {
  constexpr int kFirst = 160;
  constexpr int kEnd = 171;
  const Shape shape{140, kFirst + kEnd, 1};
  for (const Case& c : kEveryWay) {
    const GaussianKernel kernel = make_gaussian_kernel(c.size, c.sigma).value();
    TestPicture in = TestPicture::noise(shape);
    TestPicture other = TestPicture::noise(shape);
    for (int y = 0; y < shape.height_px; ++y) {
      if (y >= kFirst - kernel.reach_px() && y < kEnd + kernel.reach_px()) continue;
      std::uint8_t* const row = other.view().row(y);
      std::transform(row, row + shape.width_px, row,
                     [](int value) { return static_cast<std::uint8_t>(255 - value); });
    }
    TestPicture expected(shape);
    TestPicture out(shape);
    TestScratch scratch(gaussian_blur_scratch_bytes(shape.width_px, 1, kernel));
    for (const auto& [from, to] : {std::pair{&in, &expected}, {&other, &out}}) {
      ASSERT_EQ(gaussian_blur(from->view(), kernel, Border::Clamp, {to->view(), kFirst, kEnd}, scratch.get()),
                Status::Ok);
    }
    EXPECT_EQ(out.values(), expected.values()) << c.size;
  }
}

TEST(GaussianBlur, KeepsEveryFlatColour) {
  for (const Case& c : {Case{3, 0.1}, Case{5, 0.3}, Case{5, 1.0}, Case{15, 3.0}, Case{31, 3.0},
                        Case{31, 20.0}, Case{63, 50.0}, Case{127, 20.0}, Case{129, 50.0}, Case{255, 50.0}}) {
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

TEST(GaussianKernel, IsSeenToLookFartherThanAnyThatIsMade) {
  GaussianKernel kernel = make_gaussian_kernel(255, 42.5).value();
  EXPECT_TRUE(is_gaussian_kernel(kernel));
  ++kernel.taps;
  EXPECT_FALSE(is_gaussian_kernel(kernel));
}

TEST(GaussianKernel, IsSeenToHaveEdgesThatNoSpacingHas) {
  GaussianKernel kernel = make_gaussian_kernel(63, 50.0).value();
  EXPECT_TRUE(is_gaussian_kernel(kernel));
  ++kernel.edge_taps;
  EXPECT_FALSE(is_gaussian_kernel(kernel));
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
