#include "kernels/lab.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "kernels/reference.hpp"
#include "tests/kernels/simd_targets.hpp"

namespace framewright::kernels {
namespace {

using Values = std::vector<std::uint8_t>;
using Numbers = std::array<double, 3>;

constexpr double kToXyz[3][3] = {
    {0.412453, 0.357580, 0.180423}, {0.212671, 0.715160, 0.072169}, {0.019334, 0.119193, 0.950227}};
constexpr double kFromXyz[3][3] = {
    {3.240479, -1.537150, -0.498535}, {-0.969256, 1.875991, 0.041556}, {0.055648, -0.204043, 1.057311}};
constexpr double kWhite[3] = {0.950456, 1, 1.088754};

/// The definition in real numbers, in the units of the bytes.
Numbers real_lab(const Numbers& rgb) {
  double root[3];
  for (int i = 0; i < 3; ++i) {
    double share = 0;
    for (int j = 0; j < 3; ++j) {
      const double v = rgb[static_cast<std::size_t>(j)] / 255;
      share += kToXyz[i][j] / kWhite[i] * (v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4));
    }
    root[i] = share > 216.0 / 24389 ? std::cbrt(share) : (24389.0 / 27 * share + 16) / 116;
  }
  return {(116 * root[1] - 16) * 2.55, 500 * (root[0] - root[1]) + 128, 200 * (root[1] - root[2]) + 128};
}

Numbers real_rgb(const Numbers& lab) {
  const double y = (lab[0] / 2.55 + 16) / 116;
  const double root[3] = {y + (lab[1] - 128) / 500, y, y - (lab[2] - 128) / 200};
  Numbers rgb{};
  for (std::size_t i = 0; i < 3; ++i) {
    double linear = 0;
    for (int j = 0; j < 3; ++j) {
      const double r = root[j];
      linear += kFromXyz[i][j] * kWhite[j] * (r > 6.0 / 29 ? r * r * r : (116 * r - 16) * 27 / 24389);
    }
    linear = std::clamp(linear, 0.0, 1.0);
    rgb[i] = 255 * (linear <= 0.0031308 ? linear * 12.92 : 1.055 * std::pow(linear, 1 / 2.4) - 0.055);
  }
  return rgb;
}

template <typename Kernel>
Values converted(Kernel kernel, const Values& values) {
  TestPicture in = TestPicture::of({1, 1, 3}, values);
  TestPicture out({1, 1, 3});
  EXPECT_EQ(kernel(in.view(), out.view()), Status::Ok);
  return out.values();
}

/// Calls `body` for colours all over the cube, its faces and corners included.
template <typename Body>
void for_many_colours(Body body) {
  for (int first = 0; first <= 255; first += 5) {
    for (int second = 0; second <= 255; second += 5) {
      for (int third = 0; third <= 255; third += 5) {
        body(Values{static_cast<std::uint8_t>(first), static_cast<std::uint8_t>(second),
                    static_cast<std::uint8_t>(third)});
      }
    }
  }
}

Numbers numbers(const Values& values) {
  return {static_cast<double>(values[0]), static_cast<double>(values[1]), static_cast<double>(values[2])};
}

TEST(Lab, GivesTheBytesOfTheReference) {
  expect_same_bytes([](auto in, auto out) { return rgb_to_lab(in, out); },
                    [](auto in, auto out) { return reference::rgb_to_lab(in, out); });
  expect_same_bytes([](auto in, auto out) { return lab_to_rgb(in, out); },
                    [](auto in, auto out) { return reference::lab_to_rgb(in, out); });
}

TEST(Lab, WorksInPlace) {
  expect_same_bytes_in_place([](auto in, auto out) { return rgb_to_lab(in, out); },
                             [](auto in, auto out) { return reference::rgb_to_lab(in, out); });
  expect_same_bytes_in_place([](auto in, auto out) { return lab_to_rgb(in, out); },
                             [](auto in, auto out) { return reference::lab_to_rgb(in, out); });
}

TEST(Lab, StaysWithinOneOfTheRealNumbers) {
  for_many_colours([](const Values& rgb) {
    const Values lab = converted(rgb_to_lab, rgb);
    const Numbers expected = real_lab(numbers(rgb));
    for (std::size_t i = 0; i < 3; ++i) ASSERT_LE(std::abs(lab[i] - expected[i]), 1) << i;
  });
}

TEST(Lab, StaysWithinThreeOfTheRealNumbersOnTheWayBack) {
  for_many_colours([](const Values& lab) {
    const Values rgb = converted(lab_to_rgb, lab);
    const Numbers expected = real_rgb(numbers(lab));
    for (std::size_t i = 0; i < 3; ++i) ASSERT_LE(std::abs(rgb[i] - expected[i]), 3) << i;
  });
}

TEST(Lab, PutsWhiteGrayAndRedWhereCieHasThem) {
  EXPECT_EQ(converted(rgb_to_lab, {255, 255, 255}), (Values{255, 128, 128}));
  EXPECT_EQ(converted(rgb_to_lab, {0, 0, 0}), (Values{0, 128, 128}));
  EXPECT_EQ(converted(rgb_to_lab, {119, 119, 119}), (Values{128, 128, 128}));  // L* 50.03
  EXPECT_EQ(converted(rgb_to_lab, {255, 0, 0}), (Values{136, 208, 195}));      // 53.24, 80.09, 67.20
}

TEST(Lab, GivesGrayItsLightness) {
  TestPicture in = TestPicture::of({2, 1, 1}, {119, 255});
  TestPicture out({2, 1, 1});
  ASSERT_EQ(rgb_to_lab(in.view(), out.view()), Status::Ok);
  EXPECT_EQ(out.values(), (Values{128, 255}));
}

TEST(Lab, RefusesAnOutputOfAnotherShape) {
  TestPicture in({4, 4, 3});
  TestPicture out({4, 4, 1});
  EXPECT_EQ(rgb_to_lab(in.view(), out.view()), Status::BadShape);
  EXPECT_EQ(lab_to_rgb(in.view(), out.view()), Status::BadShape);
}

}  // namespace
}  // namespace framewright::kernels
