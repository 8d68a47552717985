#include "kernels/histogram.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "kernels/clahe.hpp"
#include "kernels/threshold.hpp"
#include "kernels/tone_math.hpp"
#include "tests/kernels/test_pictures.hpp"

namespace framewright::kernels {
namespace {

TEST(ValueCounter, CountsEveryLengthAndStride) {
  TestPicture picture = TestPicture::noise({300, 1, 1});
  const std::vector<std::uint8_t> values = picture.values();
  for (const std::size_t stride : {1u, 3u, 4u}) {
    for (std::size_t count = 0; count <= 40; ++count) {
      ValueCounter counter;
      counter.add(values.data(), count, stride);
      Histogram expected{};
      for (std::size_t i = 0; i < count; ++i) ++expected[values[i * stride]];
      ASSERT_EQ(counter.total(), expected) << count << " by " << stride;
    }
  }
}

TEST(ValueCounter, ForgetsWhenItIsCleared) {
  ValueCounter counter;
  const std::uint8_t values[] = {1, 2, 3, 4, 5};
  counter.add(values, 5);
  counter.clear();
  EXPECT_EQ(counter.total(), Histogram{});
}

TEST(CountValues, CountsOneChannelOfEveryRow) {
  TestPicture picture = TestPicture::of({2, 2, 3}, {1, 9, 0, 2, 9, 0, 3, 9, 0, 4, 8, 0});
  Histogram expected{};
  expected[9] = 3;
  expected[8] = 1;
  EXPECT_EQ(count_values(picture.view(), 1), expected);
}

TEST(EqualizingTable, SpreadsCountsOverTheWholeRange) {
  // 2 of 10 (the least, not counted), 1 of 20, 3 of 200: 255 * 1 / 4 = 63.75, 255 * 4 / 4.
  Histogram counts{};
  counts[10] = 2;
  counts[20] = 1;
  counts[200] = 3;
  const PointTable table = make_equalizing_table(counts);
  EXPECT_EQ(table[10], 0);
  EXPECT_EQ(table[20], 64);
  EXPECT_EQ(table[199], 64);
  EXPECT_EQ(table[200], 255);
}

TEST(EqualizingTable, KeepsAPictureOfOneValue) {
  Histogram counts{};
  counts[77] = 1000;
  EXPECT_EQ(make_equalizing_table(counts)[77], 77);
}

TEST(EqualizingTable, HoldsTheLargestCounts) {
  Histogram counts{};
  counts[0] = counts[1] = counts[2] = std::numeric_limits<std::uint32_t>::max();
  const PointTable table = make_equalizing_table(counts);
  EXPECT_EQ(table[1], 128);
  EXPECT_EQ(table[2], 255);
}

TEST(ClaheTable, SumsUpWhereNothingIsClipped) {
  Histogram counts{};
  counts[0] = 1;
  counts[100] = 1;
  counts[255] = 2;
  const PointTable table = make_clahe_table(counts, *make_clip_limit(256));
  EXPECT_EQ(table[0], 64);
  EXPECT_EQ(table[99], 64);
  EXPECT_EQ(table[100], 128);
  EXPECT_EQ(table[255], 255);
}

TEST(ClaheTable, DealsOutWhatStandsAboveTheLimit) {
  // 512 pixels of one value, at most 2 * 512 / 256 = 4: of 508, one for each value and 252 more from 0 on.
  Histogram counts{};
  counts[255] = 512;
  const PointTable table = make_clahe_table(counts, *make_clip_limit(2));
  EXPECT_EQ(table[0], 1);      // 2 / 512
  EXPECT_EQ(table[127], 128);  // 256 / 512: 127.5, up
  EXPECT_EQ(table[251], 251);  // 504 / 512
  EXPECT_EQ(table[255], 255);
}

TEST(ClaheTable, SpacesTheRestEvenly) {
  // 256 pixels, at most 128 of a value: two stand above it, and go to 0 and 128.
  Histogram counts{};
  counts[200] = 130;
  counts[201] = 126;
  const PointTable table = make_clahe_table(counts, *make_clip_limit(128));
  EXPECT_EQ(table[0], 1);
  EXPECT_EQ(table[127], 1);
  EXPECT_EQ(table[128], 2);
  EXPECT_EQ(table[200], 129);  // 130 * 255 / 256 = 129.49
}

TEST(ClaheTable, CountsAtLeastOneOfEachValueInTheSmallestTile) {
  Histogram counts{};
  counts[9] = 1;
  const PointTable table = make_clahe_table(counts, *make_clip_limit(1));
  EXPECT_EQ(table[8], 0);
  EXPECT_EQ(table[9], 255);
}

TEST(ClipLimit, RefusesWhatIsOutsideItsRange) {
  EXPECT_FALSE(make_clip_limit(0.9));
  EXPECT_FALSE(make_clip_limit(256.1));
  EXPECT_FALSE(make_clip_limit(std::numeric_limits<double>::quiet_NaN()));
}

TEST(TileAxis, HasFewerTilesWhereThePictureIsTooSmall) {
  EXPECT_EQ(make_tile_axis(3, 8).tiles, 3);
  EXPECT_EQ(make_tile_axis(17, 8).tile_px, 3);
  EXPECT_EQ(make_tile_axis(17, 8).tiles, 6);
}

TEST(BetweenTiles, MeasuresFromMiddleToMiddle) {
  const TileAxis axis{4, 3};  // middles at 1.5, 5.5 and 9.5
  EXPECT_EQ(between_tiles(axis, 1).weight, 0);
  EXPECT_EQ(between_tiles(axis, 2).weight, 4096);   // 0.5 of 4
  EXPECT_EQ(between_tiles(axis, 5).weight, 28672);  // 3.5 of 4
  EXPECT_EQ(between_tiles(axis, 6).first, 1);
  EXPECT_EQ(between_tiles(axis, 10).first, 2);
  EXPECT_EQ(between_tiles(axis, 10).second, 2);
}

TEST(OtsuLevel, PartsTwoHeaps) {
  Histogram counts{};
  counts[20] = 50;
  counts[30] = 40;
  counts[200] = 10;
  counts[220] = 30;
  EXPECT_EQ(otsu_level(counts), 30);
}

TEST(OtsuLevel, IsZeroForOneValueAlone) {
  Histogram counts{};
  counts[99] = 7;
  EXPECT_EQ(otsu_level(counts), 0);
}

TEST(ThresholdTable, TakesTheLevelItselfForDark) {
  const PointTable bright = make_threshold_table(100, Polarity::BrightIsWhite).value();
  EXPECT_EQ(bright[100], 0);
  EXPECT_EQ(bright[101], 255);
  const PointTable dark = make_threshold_table(100, Polarity::DarkIsWhite).value();
  EXPECT_EQ(dark[100], 255);
  EXPECT_EQ(dark[101], 0);
}

TEST(ThresholdTable, RefusesALevelOutsideItsRange) {
  EXPECT_FALSE(make_threshold_table(-1, Polarity::BrightIsWhite));
  EXPECT_FALSE(make_threshold_table(256, Polarity::BrightIsWhite));
}

}  // namespace
}  // namespace framewright::kernels
