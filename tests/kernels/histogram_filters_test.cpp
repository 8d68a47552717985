#include <gtest/gtest.h>

#include "kernels/clahe.hpp"
#include "kernels/equalize.hpp"
#include "kernels/reference.hpp"
#include "kernels/shift_luma.hpp"
#include "kernels/threshold.hpp"
#include "tests/kernels/simd_targets.hpp"

namespace framewright::kernels {
namespace {

constexpr Polarity kBoth[] = {Polarity::BrightIsWhite, Polarity::DarkIsWhite};

TEST(Equalize, GivesTheBytesOfTheReference) {
  expect_same_bytes_with_scratch([](auto in, auto out, auto scratch) { return equalize(in, out, scratch); },
                                 [](auto in, auto out) { return reference::equalize(in, out); },
                                 equalize_scratch_bytes);
}

TEST(Equalize, RunsInPlace) {
  expect_same_bytes_in_place(
      [](auto in, auto out) {
        TestScratch scratch(equalize_scratch_bytes(in.width_px, in.channels));
        return equalize(in, out, scratch.get());
      },
      [](auto in, auto out) { return reference::equalize(in, out); });
}

TEST(Equalize, MovesColoursByAsMuchAsTheirLuma) {
  // Lumas 10, 20 and 30 become 0, 127.5 and 255: steps of -10, +108 and +225, limited.
  TestPicture in = TestPicture::of({3, 1, 3}, {10, 10, 10, 20, 20, 20, 30, 30, 30});
  in.view().row(0)[4] = 19;
  in.view().row(0)[3] = 22;  // 0.299 * 22 + 0.587 * 19 + 0.114 * 20 = 20.01
  TestPicture out({3, 1, 3});
  TestScratch scratch(equalize_scratch_bytes(3, 3));
  ASSERT_EQ(equalize(in.view(), out.view(), scratch.get()), Status::Ok);
  EXPECT_EQ(out.values(), (std::vector<std::uint8_t>{0, 0, 0, 130, 127, 128, 255, 255, 255}));
}

TEST(Equalize, RefusesScratchThatIsTooSmall) {
  TestPicture in({4, 4, 3});
  TestPicture out({4, 4, 3});
  TestScratch scratch(equalize_scratch_bytes(4, 3) - 1);
  EXPECT_EQ(equalize(in.view(), out.view(), scratch.get()), Status::BadParameter);
}

TEST(ShiftLuma, RefusesGrayAndShapesThatDiffer) {
  TestPicture gray({4, 4, 1});
  TestPicture colour({4, 4, 3});
  TestPicture smaller({4, 3, 1});
  EXPECT_EQ(shift_luma(gray.view(), gray.view(), gray.view(), gray.view()), Status::BadShape);
  EXPECT_EQ(shift_luma(colour.view(), smaller.view(), smaller.view(), colour.view()), Status::BadShape);
  EXPECT_EQ(shift_luma(colour.view(), gray.view(), colour.view(), colour.view()), Status::BadShape);
}

TEST(Clahe, GivesTheBytesOfTheReference) {
  for (const TileGrid grid : {TileGrid{1, 1}, {8, 8}, {3, 2}, {kClaheMaxTiles, kClaheMaxTiles}}) {
    SCOPED_TRACE(std::to_string(grid.columns) + " by " + std::to_string(grid.rows));
    const ClipLimit limit = make_clip_limit(2.0).value();
    expect_same_bytes_with_scratch(
        [=](auto in, auto out, auto scratch) { return clahe(in, limit, grid, out, scratch); },
        [=](auto in, auto out) { return reference::clahe(in, limit, grid, out); },
        [=](int width, int channels) { return clahe_scratch_bytes(width, channels, grid); });
  }
}

TEST(Clahe, RunsInPlace) {
  const ClipLimit limit = make_clip_limit(3.5).value();
  expect_same_bytes_in_place(
      [=](auto in, auto out) {
        TestScratch scratch(clahe_scratch_bytes(in.width_px, in.channels, {4, 4}));
        return clahe(in, limit, {4, 4}, out, scratch.get());
      },
      [=](auto in, auto out) { return reference::clahe(in, limit, {4, 4}, out); });
}

TEST(Clahe, BlendsTheTablesOfNeighbouringTiles) {
  // Tiles of four: 0 0 0 255 and 0 255 255 255. Without a limit 0 becomes 191 and 64, and 255 stays. Pixel x
  // lies (x - 1.5) / 4 of the way: at 2 and 4, 0 becomes 191 - 127 / 8 = 175.1 and 191 - 127 * 5 / 8 = 111.6.
  TestPicture in = TestPicture::of({8, 1, 1}, {0, 0, 0, 255, 0, 255, 255, 255});
  TestPicture out({8, 1, 1});
  TestScratch scratch(clahe_scratch_bytes(8, 1, {2, 1}));
  ASSERT_EQ(clahe(in.view(), *make_clip_limit(256), {2, 1}, out.view(), scratch.get()), Status::Ok);
  EXPECT_EQ(out.values(), (std::vector<std::uint8_t>{191, 191, 175, 255, 112, 255, 255, 255}));
}

TEST(Clahe, RefusesAGridOutsideItsRange) {
  TestPicture in({4, 4, 1});
  TestPicture out({4, 4, 1});
  TestScratch scratch(1 << 20);
  const ClipLimit limit = make_clip_limit(2.0).value();
  for (const TileGrid grid : {TileGrid{0, 8}, {8, 0}, {kClaheMaxTiles + 1, 8}, {8, kClaheMaxTiles + 1}}) {
    EXPECT_EQ(clahe(in.view(), limit, grid, out.view(), scratch.get()), Status::BadParameter);
  }
}

TEST(Clahe, RefusesScratchThatIsTooSmall) {
  TestPicture in({4, 4, 3});
  TestPicture out({4, 4, 3});
  TestScratch scratch(clahe_scratch_bytes(4, 3, {8, 8}) - 1);
  EXPECT_EQ(clahe(in.view(), *make_clip_limit(2.0), {8, 8}, out.view(), scratch.get()), Status::BadParameter);
}

TEST(ThresholdOtsu, GivesTheBytesOfTheReference) {
  for (const Polarity polarity : kBoth) {
    expect_same_bytes_with_scratch(
        [=](auto in, auto out, auto scratch) { return threshold_otsu(in, polarity, out, scratch); },
        [=](auto in, auto out) { return reference::threshold_otsu(in, polarity, out); },
        threshold_otsu_scratch_bytes);
  }
}

TEST(ThresholdOtsu, PartsEachChannelAtItsOwnLevel) {
  TestPicture in = TestPicture::of({2, 2, 3}, {1, 99, 7, 1, 99, 7, 3, 50, 7, 3, 50, 7});
  TestPicture out({2, 2, 3});
  TestScratch scratch(threshold_otsu_scratch_bytes(2, 3));
  ASSERT_EQ(threshold_otsu(in.view(), Polarity::BrightIsWhite, out.view(), scratch.get()), Status::Ok);
  EXPECT_EQ(out.values(), (std::vector<std::uint8_t>{0, 255, 255, 0, 255, 255, 255, 0, 255, 255, 0, 255}));
}

TEST(ThresholdOtsu, RefusesScratchThatIsTooSmall) {
  TestPicture in({4, 4, 1});
  TestPicture out({4, 4, 1});
  TestScratch scratch(threshold_otsu_scratch_bytes(4, 1) - 1);
  EXPECT_EQ(threshold_otsu(in.view(), Polarity::BrightIsWhite, out.view(), scratch.get()),
            Status::BadParameter);
}

TEST(ThresholdAdaptive, GivesTheBytesOfTheReference) {
  for (const int offset : {-255, -3, 0, 1, 2, 255}) {
    for (const Polarity polarity : kBoth) {
      SCOPED_TRACE(offset);
      expect_same_bytes_with_scratch(
          [=](auto in, auto out, auto scratch) {
            return threshold_adaptive(in, 5, offset, polarity, out, scratch);
          },
          [=](auto in, auto out) { return reference::threshold_adaptive(in, 5, offset, polarity, out); },
          [=](int width, int channels) { return threshold_adaptive_scratch_bytes(width, channels, 5); });
    }
  }
}

TEST(ThresholdAdaptive, ComparesWithTheMeanLessTheOffset) {
  // Means of three, the edge repeated: 10, 13 and 17 (16.67).
  TestPicture in = TestPicture::of({3, 1, 1}, {10, 10, 20});
  TestPicture out({3, 1, 1});
  TestScratch scratch(threshold_adaptive_scratch_bytes(3, 1, 3));
  const auto at_offset = [&](int offset) {
    EXPECT_EQ(threshold_adaptive(in.view(), 3, offset, Polarity::BrightIsWhite, out.view(), scratch.get()),
              Status::Ok);
    return out.values();
  };
  EXPECT_EQ(at_offset(0), (std::vector<std::uint8_t>{0, 0, 255}));
  EXPECT_EQ(at_offset(3), (std::vector<std::uint8_t>{255, 0, 255}));
  EXPECT_EQ(at_offset(4), (std::vector<std::uint8_t>{255, 255, 255}));
  EXPECT_EQ(at_offset(-3), (std::vector<std::uint8_t>{0, 0, 0}));
}

TEST(ThresholdAdaptive, RefusesParametersOutsideTheirRange) {
  TestPicture in({4, 4, 1});
  TestPicture out({4, 4, 1});
  TestScratch scratch(1 << 16);
  const auto status = [&](int size, int offset) {
    return threshold_adaptive(in.view(), size, offset, Polarity::BrightIsWhite, out.view(), scratch.get());
  };
  EXPECT_EQ(status(4, 0), Status::BadParameter);
  EXPECT_EQ(status(3, 256), Status::BadParameter);
  EXPECT_EQ(status(3, -256), Status::BadParameter);
}

}  // namespace
}  // namespace framewright::kernels
