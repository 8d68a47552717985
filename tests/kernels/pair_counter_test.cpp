#include "kernels/pair_counter.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "kernels/equalize.hpp"
#include "kernels/reference.hpp"
#include "kernels/threshold.hpp"
#include "tests/kernels/simd_targets.hpp"

namespace framewright::kernels {
namespace {

using Values = std::vector<std::uint8_t>;

Histogram counted_one_by_one(const Values& values) {
  Histogram counts{};
  for (const std::uint8_t value : values) ++counts[value];
  return counts;
}

Histogram counted_by_pairs(const Values& values) {
  TestScratch scratch(PairCounter::kBytes);
  PairCounter counter(scratch.get().bytes);
  counter.add(values.data(), values.size());
  EXPECT_TRUE(scratch.guard_is_whole());
  return counter.total();
}

TEST(PairCounter, CountsEveryLength) {
  const Values noise = TestPicture::noise({80, 1, 1}).values();
  for (std::ptrdiff_t count = 0; count <= 80; ++count) {
    const Values values(noise.begin(), noise.begin() + count);
    ASSERT_EQ(counted_by_pairs(values), counted_one_by_one(values)) << count;
  }
}

TEST(PairCounter, CountsPairsThatComeMoreOftenThanAByteHolds) {
  Values values;
  for (const int pairs : {255, 256, 257, 600}) {
    for (int i = 0; i < pairs; ++i) values.insert(values.end(), {3, static_cast<std::uint8_t>(pairs % 251)});
  }
  EXPECT_EQ(counted_by_pairs(values), counted_one_by_one(values));
}

TEST(PairCounter, CountsFlatPlaces) {
  Values values(5000, 255);
  values.insert(values.end(), 40, 254);
  values.insert(values.end(), 8, 7);  // a block of two values, each of them flat
  values.insert(values.end(), 8, 9);
  EXPECT_EQ(counted_by_pairs(values), counted_one_by_one(values));
}

TEST(PairCounter, AddsUpRowsFullOfEveryPair) {
  // Each pair 255 times, the most that a byte holds: 2 * 256 * 255 of each value.
  TestScratch scratch(PairCounter::kBytes);
  PairCounter counter(scratch.get().bytes);
  Values values;
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      values.insert(values.end(), {static_cast<std::uint8_t>(first), static_cast<std::uint8_t>(second)});
    }
  }
  for (int i = 0; i < 255; ++i) counter.add(values.data(), values.size());
  Histogram expected;
  expected.fill(2 * 256 * 255);
  EXPECT_EQ(counter.total(), expected);
}

/// Large enough to be counted by pairs, of odd width, half noise and half flat places.
TestPicture large_picture(int channels) {
  TestPicture picture = TestPicture::noise({517, 263, channels}, {5, 3});
  const ImageView view = picture.view();
  EXPECT_GE(view.width_px * view.height_px, kPairedPixels);
  for (int y = view.height_px / 2; y < view.height_px; ++y) {
    std::fill_n(view.row(y), view.width_px * channels, static_cast<std::uint8_t>(y / 3));
  }
  return picture;
}

TEST(LargePictures, AreEqualizedAsByTheReference) {
  for (const int channels : {1, 3, 4}) {
    TestPicture in = large_picture(channels);
    TestPicture expected({517, 263, channels});
    ASSERT_EQ(reference::equalize(in.view(), expected.view()), Status::Ok);
    for_each_simd_target([&] {
      TestPicture out({517, 263, channels});
      TestScratch scratch(equalize_scratch_bytes(517, channels));
      ASSERT_EQ(equalize(in.view(), out.view(), scratch.get()), Status::Ok);
      ASSERT_TRUE(scratch.guard_is_whole());
      ASSERT_EQ(out.values(), expected.values());
    });
  }
}

TEST(LargePictures, HaveTheOtsuLevelOfTheReference) {
  for (const int channels : {1, 3}) {
    TestPicture in = large_picture(channels);
    TestPicture expected({517, 263, channels});
    ASSERT_EQ(reference::threshold_otsu(in.view(), Polarity::BrightIsWhite, expected.view()), Status::Ok);
    TestPicture out({517, 263, channels});
    TestScratch scratch(threshold_otsu_scratch_bytes(517, channels));
    ASSERT_EQ(threshold_otsu(in.view(), Polarity::BrightIsWhite, out.view(), scratch.get()), Status::Ok);
    ASSERT_TRUE(scratch.guard_is_whole());
    ASSERT_EQ(out.values(), expected.values());
  }
}

}  // namespace
}  // namespace framewright::kernels
