#include <gtest/gtest.h>

#include <limits>

#include "kernels/high_pass.hpp"
#include "kernels/reference.hpp"
#include "kernels/unsharp_mask.hpp"
#include "tests/kernels/simd_targets.hpp"

namespace framewright::kernels {
namespace {

GaussianKernel kernel_of(int size, double sigma) { return make_gaussian_kernel(size, sigma).value(); }

/// One row of three, blurred with weights 1/4, 1/2, 1/4 (nearly: sigma is chosen so).
std::vector<std::uint8_t> mask_three(std::vector<std::uint8_t> values, double amount, int threshold) {
  const GaussianKernel kernel = kernel_of(3, 0.8493218);
  TestPicture in = TestPicture::of({3, 1, 1}, std::move(values));
  TestPicture out({3, 1, 1});
  TestScratch scratch(unsharp_mask_scratch_bytes(3, 1, kernel));
  const UnsharpWeights weights = make_unsharp_weights(amount, threshold).value();
  EXPECT_EQ(unsharp_mask(in.view(), kernel, weights, out.view(), scratch.get()), Status::Ok);
  return out.values();
}

TEST(UnsharpMask, GivesTheBytesOfTheReference) {
  const GaussianKernel kernel = kernel_of(5, 1.0);
  for (const auto& [amount, threshold] : {std::pair{1.0, 0}, {0.37, 10}, {5.0, 255}, {5.0, 0}}) {
    const UnsharpWeights weights = make_unsharp_weights(amount, threshold).value();
    expect_same_bytes_with_scratch(
        [&](auto in, auto out, auto scratch) { return unsharp_mask(in, kernel, weights, out, scratch); },
        [&](auto in, auto out) { return reference::unsharp_mask(in, kernel, weights, out); },
        [&](int width, int channels) { return unsharp_mask_scratch_bytes(width, channels, kernel); });
  }
}

TEST(UnsharpMask, AddsTheDifferenceToTheBlurredPicture) {
  // Blurred: 100 + 40 / 4 = 110 at the sides, 120 in the middle; differences -10 and +20.
  EXPECT_EQ(mask_three({100, 140, 100}, 1.0, 0), (std::vector<std::uint8_t>{90, 160, 90}));
  EXPECT_EQ(mask_three({100, 140, 100}, 0.5, 0), (std::vector<std::uint8_t>{95, 150, 95}));
}

TEST(UnsharpMask, LeavesDifferencesBelowTheThresholdAlone) {
  EXPECT_EQ(mask_three({100, 140, 100}, 1.0, 15), (std::vector<std::uint8_t>{100, 160, 100}));
}

TEST(UnsharpMask, LimitsToTheRangeOfBytes) {
  EXPECT_EQ(mask_three({0, 255, 0}, 5.0, 0), (std::vector<std::uint8_t>{0, 255, 0}));
}

TEST(UnsharpMask, ChangesNothingAtAmountZero) {
  const std::vector<std::uint8_t> values{3, 200, 255};
  EXPECT_EQ(mask_three(values, 0.0, 0), values);
}

TEST(UnsharpMask, RefusesParametersOutsideTheirRanges) {
  EXPECT_FALSE(make_unsharp_weights(-0.1, 0));
  EXPECT_FALSE(make_unsharp_weights(5.1, 0));
  EXPECT_FALSE(make_unsharp_weights(std::numeric_limits<double>::quiet_NaN(), 0));
  EXPECT_FALSE(make_unsharp_weights(1.0, -1));
  EXPECT_FALSE(make_unsharp_weights(1.0, 256));
}

TEST(UnsharpMask, RefusesScratchThatIsTooSmallAndAKernelThatWasNotMade) {
  const GaussianKernel kernel = kernel_of(5, 1.0);
  TestPicture in({4, 4, 1});
  TestPicture out({4, 4, 1});
  TestScratch scratch(unsharp_mask_scratch_bytes(4, 1, kernel) - 1);
  EXPECT_EQ(unsharp_mask(in.view(), kernel, {}, out.view(), scratch.get()), Status::BadParameter);
  EXPECT_EQ(unsharp_mask(in.view(), {}, {}, out.view(), scratch.get()), Status::BadParameter);
}

TEST(HighPass, GivesTheBytesOfTheReference) {
  for (const GaussianKernel& kernel : {kernel_of(5, 1.0), kernel_of(15, 2.6)}) {
    expect_same_bytes_with_scratch(
        [&](auto in, auto out, auto scratch) { return high_pass(in, kernel, out, scratch); },
        [&](auto in, auto out) { return reference::high_pass(in, kernel, out); },
        [&](int width, int channels) { return high_pass_scratch_bytes(width, channels, kernel); });
  }
}

TEST(HighPass, ShowsTheDifferenceAroundMiddleGray) {
  const GaussianKernel kernel = kernel_of(3, 0.8493218);
  TestPicture in = TestPicture::of({3, 1, 1}, {100, 140, 100});
  TestPicture out({3, 1, 1});
  TestScratch scratch(high_pass_scratch_bytes(3, 1, kernel));
  ASSERT_EQ(high_pass(in.view(), kernel, out.view(), scratch.get()), Status::Ok);
  EXPECT_EQ(out.values(), (std::vector<std::uint8_t>{118, 148, 118}));
}

TEST(HighPass, RefusesScratchThatIsTooSmall) {
  const GaussianKernel kernel = kernel_of(5, 1.0);
  TestPicture in({4, 4, 1});
  TestPicture out({4, 4, 1});
  TestScratch scratch(high_pass_scratch_bytes(4, 1, kernel) - 1);
  EXPECT_EQ(high_pass(in.view(), kernel, out.view(), scratch.get()), Status::BadParameter);
}

}  // namespace
}  // namespace framewright::kernels
