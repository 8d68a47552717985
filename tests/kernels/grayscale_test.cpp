#include "kernels/grayscale.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "kernels/reference.hpp"
#include "tests/kernels/simd_targets.hpp"

namespace framewright::kernels {
namespace {

constexpr GrayscaleAlgorithm kAlgorithms[] = {GrayscaleAlgorithm::Bt601, GrayscaleAlgorithm::Bt709,
                                              GrayscaleAlgorithm::Average, GrayscaleAlgorithm::Lightness,
                                              GrayscaleAlgorithm::Luminosity};

/// All values of green and blue at one value of red: one of 256 pictures that hold every colour.
TestPicture all_colours_with_red(int red) {
  TestPicture picture({256, 256, 3});
  for (int green = 0; green < 256; ++green) {
    for (int blue = 0; blue < 256; ++blue) {
      std::uint8_t* pixel = picture.view().row(green) + 3 * blue;
      pixel[0] = static_cast<std::uint8_t>(red);
      pixel[1] = static_cast<std::uint8_t>(green);
      pixel[2] = static_cast<std::uint8_t>(blue);
    }
  }
  return picture;
}

TEST(Grayscale, GivesTheBytesOfTheReference) {
  for (const GrayscaleAlgorithm algorithm : kAlgorithms) {
    expect_same_bytes([=](auto in, auto out) { return grayscale(in, algorithm, out); },
                      [=](auto in, auto out) { return reference::grayscale(in, algorithm, out); },
                      [](int) { return 1; });
  }
}

TEST(Grayscale, GivesTheBytesOfTheReferenceForEveryColour) {
  for (int red = 0; red < 256; ++red) {
    TestPicture in = all_colours_with_red(red);
    for (const GrayscaleAlgorithm algorithm : kAlgorithms) {
      TestPicture out({256, 256, 1});
      TestPicture expected({256, 256, 1});
      ASSERT_EQ(grayscale(in.view(), algorithm, out.view()), Status::Ok);
      ASSERT_EQ(reference::grayscale(in.view(), algorithm, expected.view()), Status::Ok);
      ASSERT_EQ(out.values(), expected.values()) << "red " << red;
    }
  }
}

TEST(Grayscale, RoundsTheDecimalWeightsToNearest) {
  // 0.299 * 200 + 0.587 * 100 + 0.114 * 50 = 124.2; 0.2126, 0.7152, 0.0722: 117.65; mean 116.67;
  // (200 + 50) / 2 = 125; 0.21, 0.72, 0.07: 117.5, a half, which goes up.
  const std::uint8_t expected[] = {124, 118, 117, 125, 118};
  TestPicture in = TestPicture::of({1, 1, 3}, {200, 100, 50});
  TestPicture out({1, 1, 1});
  for (std::size_t i = 0; i < 5; ++i) {
    ASSERT_EQ(grayscale(in.view(), kAlgorithms[i], out.view()), Status::Ok);
    EXPECT_EQ(out.values().front(), expected[i]) << "algorithm " << i;
  }
}

TEST(Grayscale, KeepsEveryGray) {
  for (const GrayscaleAlgorithm algorithm : kAlgorithms) {
    for (int value = 0; value < 256; ++value) {
      const auto byte = static_cast<std::uint8_t>(value);
      TestPicture in = TestPicture::of({1, 1, 4}, {byte, byte, byte, 9});
      TestPicture out({1, 1, 1});
      ASSERT_EQ(grayscale(in.view(), algorithm, out.view()), Status::Ok);
      EXPECT_EQ(out.values().front(), byte);
    }
  }
}

TEST(Grayscale, RefusesAnOutputOfAnotherSize) {
  TestPicture in({4, 4, 3});
  TestPicture out({4, 5, 1});
  EXPECT_EQ(grayscale(in.view(), GrayscaleAlgorithm::Bt601, out.view()), Status::BadShape);
}

TEST(Grayscale, RefusesAnOutputOfThreeChannels) {
  TestPicture in({4, 4, 3});
  TestPicture out({4, 4, 3});
  EXPECT_EQ(grayscale(in.view(), GrayscaleAlgorithm::Bt601, out.view()), Status::BadShape);
}

TEST(Grayscale, RefusesAViewWithoutPixels) {
  TestPicture out({4, 4, 1});
  EXPECT_EQ(grayscale(ConstImageView{nullptr, 4, 4, 3, 12}, GrayscaleAlgorithm::Bt601, out.view()),
            Status::BadShape);
}

}  // namespace
}  // namespace framewright::kernels
