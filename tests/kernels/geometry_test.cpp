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

/// Parts at every edge of the picture, of one pixel and of all.
std::vector<PixelRectangle> parts_of(const Shape& shape) {
  const int width = (shape.width_px + 1) / 2;
  const int height = (shape.height_px + 1) / 2;
  return {{0, 0, shape.width_px, shape.height_px},
          {shape.width_px - width, shape.height_px - height, width, height},
          {shape.width_px / 2, 0, 1, shape.height_px},
          {0, shape.height_px / 2, shape.width_px, 1},
          {shape.width_px - 1, shape.height_px - 1, 1, 1}};
}

TEST(CropPicture, GivesTheBytesOfTheReference) {
  for (const Shape& shape : odd_shapes()) {
    for (const PixelRectangle& part : parts_of(shape)) {
      for (const Layout& layout : layouts()) {
        SCOPED_TRACE(describe(shape));
        TestPicture in = TestPicture::noise(shape, layout);
        const Shape made{part.width_px, part.height_px, shape.channels};
        TestPicture expected(made);
        TestPicture out(made, layout);
        ASSERT_EQ(reference::crop(in.view(), part, expected.view()), Status::Ok);
        ASSERT_EQ(crop(in.view(), part, out.view()), Status::Ok);
        ASSERT_EQ(out.values(), expected.values());
        ASSERT_TRUE(out.guard_is_whole());
      }
    }
  }
}

TEST(CropPicture, CutsOutTheRectangle) {
  TestPicture in = TestPicture::of({4, 3, 1}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
  TestPicture out({2, 2, 1});
  ASSERT_EQ(reference::crop(in.view(), {1, 1, 2, 2}, out.view()), Status::Ok);
  EXPECT_EQ(out.values(), (std::vector<std::uint8_t>{6, 7, 10, 11}));
}

TEST(CropPicture, MakesTheRowsThatAreAskedFor) {
  TestPicture in = TestPicture::of({2, 4, 1}, {1, 2, 3, 4, 5, 6, 7, 8});
  TestPicture out = TestPicture::of({1, 3, 1}, {0, 0, 0});
  ASSERT_EQ(crop(in.view(), {1, 1, 1, 3}, {out.view(), 1, 2}), Status::Ok);
  EXPECT_EQ(out.values(), (std::vector<std::uint8_t>{0, 6, 0}));
  EXPECT_EQ(crop(in.view(), {1, 1, 1, 3}, {out.view(), 1, 4}), Status::BadShape);
}

TEST(CropPicture, RefusesPartsThatReachOutOfThePictureOrDoNotFit) {
  TestPicture in({5, 4, 3});
  TestPicture out({2, 2, 3});
  for (const PixelRectangle& part :
       {PixelRectangle{4, 0, 2, 2}, {0, 3, 2, 2}, {-1, 0, 2, 2}, {0, -1, 2, 2}, {0, 0, 3, 2}, {0, 0, 2, 1}}) {
    EXPECT_EQ(crop(in.view(), part, out.view()), Status::BadShape);
    EXPECT_EQ(reference::crop(in.view(), part, out.view()), Status::BadShape);
  }
  TestPicture gray({2, 2, 1});
  EXPECT_EQ(crop(in.view(), {0, 0, 2, 2}, gray.view()), Status::BadShape);
}

TEST(LetterboxPicture, GivesTheBytesOfTheReference) {
  for (const Shape& shape : odd_shapes()) {
    for (const auto& [width, height] :
         {std::pair{1, 1}, {20, 30}, {31, 9}, {shape.width_px, shape.height_px}}) {
      for (const Layout& layout : layouts()) {
        SCOPED_TRACE(describe(shape) + " in " + std::to_string(width) + "x" + std::to_string(height));
        TestPicture in = TestPicture::noise(shape, layout);
        const Shape box{width, height, shape.channels};
        TestPicture expected(box);
        ASSERT_EQ(reference::letterbox(in.view(), 77, expected.view()), Status::Ok);
        for_each_simd_target([&] {
          TestPicture out(box, layout);
          TestScratch scratch(letterbox_scratch_bytes(in.view(), out.view()));
          ASSERT_EQ(letterbox(in.view(), 77, out.view(), scratch.get()), Status::Ok);
          ASSERT_EQ(out.values(), expected.values());
          ASSERT_TRUE(out.guard_is_whole() && scratch.guard_is_whole());
        });
      }
    }
  }
}

TEST(LetterboxPicture, FindsThePlaceOfTheReferenceInEveryBox) {
  for (int width = 1; width <= 9; ++width) {
    for (int height = 1; height <= 9; ++height) {
      for (const auto& [box_width, box_height] : {std::pair{7, 5}, {4, 6}, {1, 9}, {9, 1}}) {
        SCOPED_TRACE(describe({width, height, 1}));
        TestPicture in = TestPicture::noise({width, height, 1});
        for (int y = 0; y < height; ++y) std::fill_n(in.view().row(y), width, std::uint8_t{200});
        TestPicture box({box_width, box_height, 1});
        ASSERT_EQ(reference::letterbox(in.view(), 0, box.view()), Status::Ok);
        const PixelRectangle place = place_in_box(in.view(), box.view()).picture;
        for (int y = 0; y < box_height; ++y) {
          for (int x = 0; x < box_width; ++x) {
            const bool inside =
                x >= place.x && x < place.x + place.width_px && y >= place.y && y < place.y + place.height_px;
            ASSERT_EQ(box.view().row(y)[x], inside ? 200 : 0) << x << ',' << y;
          }
        }
      }
    }
  }
}

TEST(LetterboxPicture, PutsAPixelThatIsLeftOverBehindThePicture) {
  TestPicture in = TestPicture::of({1, 1, 4}, {1, 2, 3, 4});
  TestPicture box({4, 1, 4});
  ASSERT_EQ(reference::letterbox(in.view(), 7, box.view()), Status::Ok);
  EXPECT_EQ(box.values(), (std::vector<std::uint8_t>{7, 7, 7, 255, 1, 2, 3, 4, 7, 7, 7, 255, 7, 7, 7, 255}));
}

TEST(LetterboxPicture, RefusesTooLittleScratchAndOtherChannels) {
  TestPicture in({40, 30, 3});
  TestPicture box({7, 9, 3});
  TestScratch scratch(letterbox_scratch_bytes(in.view(), box.view()) - 1);
  EXPECT_EQ(letterbox(in.view(), 0, box.view(), scratch.get()), Status::BadParameter);
  TestPicture gray({7, 9, 1});
  EXPECT_EQ(letterbox(in.view(), 0, gray.view(), scratch.get()), Status::BadShape);
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
