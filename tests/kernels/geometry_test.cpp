#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "kernels/reference.hpp"
#include "tests/kernels/simd_targets.hpp"

namespace framewright::kernels {
namespace {

std::vector<Turn> all_turns() {
  std::vector<Turn> turns;
  for (int bits = 0; bits < 8; ++bits) turns.push_back({(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0});
  return turns;
}

Shape turned(Shape shape, const Turn& turn) {
  if (turn.swap_axes) std::swap(shape.width_px, shape.height_px);
  return shape;
}

TEST(TurnPicture, GivesTheBytesOfTheReference) {
  auto shapes = odd_shapes();
  for (const int channels : {1, 3, 4}) shapes.push_back({70, 150, channels});
  for (const Turn& how : all_turns()) {
    for (const Shape& shape : shapes) {
      for (const Layout& layout : layouts()) {
        SCOPED_TRACE(describe(shape));
        TestPicture in = TestPicture::noise(shape, layout);
        TestPicture expected(turned(shape, how));
        ASSERT_EQ(reference::turn(in.view(), how, expected.view()), Status::Ok);
        for_each_simd_target([&] {
          TestPicture out(turned(shape, how), layout);
          ASSERT_EQ(turn(in.view(), how, out.view()), Status::Ok);
          ASSERT_EQ(out.values(), expected.values());
          ASSERT_TRUE(out.guard_is_whole());
        });
      }
    }
  }
}

TEST(TurnPicture, MovesThePixelsOfAQuarterTurn) {
  TestPicture in = TestPicture::of({3, 2, 1}, {1, 2, 3, 4, 5, 6});
  TestPicture out({2, 3, 1});
  ASSERT_EQ(turn(in.view(), {true, false, true}, out.view()), Status::Ok);
  EXPECT_EQ(out.values(), (std::vector<std::uint8_t>{4, 1, 5, 2, 6, 3}));
}

TEST(TurnPicture, RefusesAnOutputOfTheOtherShape) {
  TestPicture in({3, 2, 1});
  TestPicture out({3, 2, 1});
  EXPECT_EQ(turn(in.view(), {true, false, false}, out.view()), Status::BadShape);
}

TEST(PixelatePicture, GivesTheBytesOfTheReference) {
  for (const int block : {1, 2, 7, 16, 256}) {
    expect_same_bytes_with_scratch(
        [=](ConstImageView in, ImageView out, Scratch scratch) { return pixelate(in, block, out, scratch); },
        [=](ConstImageView in, ImageView out) { return reference::pixelate(in, block, out); },
        pixelate_scratch_bytes);
  }
}

TEST(PixelatePicture, RunsInPlace) {
  expect_same_bytes_in_place(
      [](ConstImageView in, ImageView out) {
        TestScratch scratch(pixelate_scratch_bytes(in.width_px, in.channels));
        return pixelate(in, 5, out, scratch.get());
      },
      [](ConstImageView in, ImageView out) { return reference::pixelate(in, 5, out); });
}

TEST(PixelatePicture, HoldsTheLargestSums) {
  TestPicture in({256, 256, 1});
  for (int y = 0; y < 256; ++y) std::fill_n(in.view().row(y), 256, std::uint8_t{255});
  TestPicture out({256, 256, 1});
  TestScratch scratch(pixelate_scratch_bytes(256, 1));
  ASSERT_EQ(pixelate(in.view(), 256, out.view(), scratch.get()), Status::Ok);
  EXPECT_EQ(out.values(), in.values());
}

TEST(PixelatePicture, RefusesBlocksOutsideItsRange) {
  TestPicture in({4, 4, 3});
  TestPicture out({4, 4, 3});
  TestScratch scratch(pixelate_scratch_bytes(4, 3));
  for (const int block : {0, -1, kPixelateMaxBlock + 1}) {
    EXPECT_EQ(pixelate(in.view(), block, out.view(), scratch.get()), Status::BadParameter);
  }
}

}  // namespace
}  // namespace framewright::kernels
