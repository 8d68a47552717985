#include <gtest/gtest.h>

#include <bitset>

#include "kernels/median_blur.hpp"
#include "kernels/reference.hpp"
#include "tests/kernels/simd_targets.hpp"

namespace framewright::kernels {
namespace {

std::vector<std::uint8_t> median_of(TestPicture in, Shape shape, int size) {
  TestPicture out(shape);
  TestScratch scratch(median_blur_scratch_bytes(size));
  EXPECT_EQ(median_blur(in.view(), size, out.view(), scratch.get()), Status::Ok);
  EXPECT_TRUE(scratch.guard_is_whole());
  return out.values();
}

void expect_reference(TestPicture in, Shape shape, int size) {
  TestPicture expected(shape);
  ASSERT_EQ(reference::median_blur(in.view(), size, expected.view()), Status::Ok);
  for_each_simd_target([&] { EXPECT_EQ(median_of(in, shape, size), expected.values()) << size; });
}

TEST(MedianBlur, GivesTheBytesOfTheReference) {
  for (const int size : {3, 5, 7}) {
    SCOPED_TRACE(size);
    expect_same_bytes_with_scratch(
        [=](auto in, auto out, auto scratch) { return median_blur(in, size, out, scratch); },
        [=](auto in, auto out) { return reference::median_blur(in, size, out); },
        [=](int, int) { return median_blur_scratch_bytes(size); });
  }
}

TEST(MedianBlur, GivesTheBytesOfTheReferenceAtEverySize) {
  for (int size = 3; size <= kMedianMaxSize; size += 2) {
    expect_reference(TestPicture::noise({150, 3, 3}), {150, 3, 3}, size);
    expect_reference(TestPicture::noise({2, 5, 4}), {2, 5, 4}, size);
  }
}

/// Five columns in which every choice of five neighbouring rows by their number of ones stands somewhere, and
/// every row of five zeros and ones. `above` more rows stand before them.
TestPicture every_choice_of_rows(Shape shape, int above) {
  TestPicture picture(shape);
  std::vector<unsigned> with_ones[6];
  for (unsigned row = 0; row < 32; ++row) with_ones[std::bitset<5>(row).count()].push_back(row);
  for (int y = above; y < shape.height_px; ++y) {
    const int number = y - above;
    int choice = number / 5;
    for (int digit = 0; digit < number % 5; ++digit) choice /= 6;
    const auto& rows = with_ones[choice % 6];
    const unsigned row = rows[static_cast<std::size_t>(number) % rows.size()];
    for (int x = 0; x < 5; ++x) picture.view().row(y)[x] = static_cast<std::uint8_t>(row >> x & 1);
  }
  return picture;
}

TEST(MedianBlur, SortsEveryPatternOfZerosAndOnes) {
  // A network of minima and maxima that is right for zeros and ones is right for all values. Rows are made by
  // two, in two ways, so that each choice has to stand at odd and at even ones.
  for (const int above : {0, 1}) {
    const Shape shape{5, 5 * 6 * 6 * 6 * 6 * 6 + above, 1};
    for (const int size : {3, 5}) expect_reference(every_choice_of_rows(shape, above), shape, size);
  }
}

TEST(MedianBlur, GivesTheBytesOfTheReferenceAcrossBlocks) {
  for (const Shape shape : {Shape{523, 131, 1}, Shape{257, 64, 3}, Shape{256, 129, 4}, Shape{2, 65, 3}}) {
    for (const int size : {3, 5}) expect_reference(TestPicture::noise(shape), shape, size);
  }
}

TEST(MedianBlur, CountsAFlatSquareOfTheLargestSize) {
  for (const int size : {15, 31}) {
    for (const int value : {0, 15, 16, 255}) {
      const std::vector<std::uint8_t> flat(40 * 3, static_cast<std::uint8_t>(value));
      for_each_simd_target(
          [&] { EXPECT_EQ(median_of(TestPicture::of({40, 3, 1}, flat), {40, 3, 1}, size), flat) << size; });
    }
  }
}

TEST(MedianBlur, TakesTheMiddleWithTheEdgeRepeated) {
  // Three rows alike, so the middle of each row's three: {9, 9, 1}, {9, 1, 4}, {1, 4, 4}.
  TestPicture in = TestPicture::of({3, 1, 1}, {9, 1, 4});
  EXPECT_EQ(median_of(in, {3, 1, 1}, 3), (std::vector<std::uint8_t>{9, 4, 4}));
}

TEST(MedianBlur, RemovesASpeckAndKeepsAnEdge) {
  const std::vector<std::uint8_t> specked{0, 0, 0, 200, 200, 200, 0, 255, 0, 200, 7,   200,
                                          0, 0, 0, 200, 200, 200, 0, 0,   0, 200, 200, 200};
  const std::vector<std::uint8_t> clean{0, 0, 0, 200, 200, 200, 0, 0, 0, 200, 200, 200,
                                        0, 0, 0, 200, 200, 200, 0, 0, 0, 200, 200, 200};
  EXPECT_EQ(median_of(TestPicture::of({6, 4, 1}, specked), {6, 4, 1}, 3), clean);
}

TEST(MedianBlur, RefusesASizeThatIsEvenOrOutsideItsRange) {
  TestPicture in({4, 4, 1});
  TestPicture out({4, 4, 1});
  TestScratch scratch(1 << 18);
  for (const int size : {-3, 1, 4, kMedianMaxSize + 2}) {
    EXPECT_EQ(median_blur(in.view(), size, out.view(), scratch.get()), Status::BadParameter) << size;
  }
}

TEST(MedianBlur, RefusesScratchThatIsTooSmall) {
  TestPicture in({4, 4, 1});
  TestPicture out({4, 4, 1});
  for (const int size : {3, 5, 7, 31}) {
    TestScratch scratch(median_blur_scratch_bytes(size) - 1);
    EXPECT_EQ(median_blur(in.view(), size, out.view(), scratch.get()), Status::BadParameter) << size;
  }
}

TEST(MedianBlur, RefusesShapesThatDiffer) {
  TestPicture in({4, 4, 1});
  TestPicture out({4, 5, 1});
  TestScratch scratch(median_blur_scratch_bytes(3));
  EXPECT_EQ(median_blur(in.view(), 3, out.view(), scratch.get()), Status::BadShape);
}

}  // namespace
}  // namespace framewright::kernels
