#include "kernels/morphology.hpp"

#include <gtest/gtest.h>

#include "kernels/reference.hpp"
#include "tests/kernels/simd_targets.hpp"

namespace framewright::kernels {
namespace {

constexpr Morphology kOperations[] = {Morphology::Erode,   Morphology::Dilate,   Morphology::Open,
                                      Morphology::Close,   Morphology::Gradient, Morphology::TopHat,
                                      Morphology::BlackHat};
constexpr ElementShape kShapes[] = {ElementShape::Rectangle, ElementShape::Ellipse, ElementShape::Cross};

StructuringElement element_of(ElementShape shape, int size_px) {
  return make_structuring_element(shape, size_px).value();
}

void expect_bytes_of_reference(Morphology operation, const StructuringElement& element) {
  expect_same_bytes_with_scratch(
      [&](auto in, auto out, auto scratch) { return morphology(in, operation, element, out, scratch); },
      [&](auto in, auto out) { return reference::morphology(in, operation, element, out); },
      [&](int width, int channels) { return morphology_scratch_bytes(width, channels, operation, element); });
}

/// What the operation makes of a picture with one channel.
std::vector<std::uint8_t> result_of(Morphology operation, const StructuringElement& element, Shape shape,
                                    std::vector<std::uint8_t> values) {
  TestPicture in = TestPicture::of(shape, std::move(values));
  TestPicture out(shape);
  TestScratch scratch(morphology_scratch_bytes(shape.width_px, shape.channels, operation, element));
  EXPECT_EQ(morphology(in.view(), operation, element, out.view(), scratch.get()), Status::Ok);
  return out.values();
}

class EveryShape : public testing::TestWithParam<ElementShape> {};

TEST_P(EveryShape, GivesTheBytesOfTheReference) {
  for (const Morphology operation : kOperations) {
    SCOPED_TRACE(static_cast<int>(operation));
    expect_bytes_of_reference(operation, element_of(GetParam(), 5));
  }
}

TEST_P(EveryShape, GivesTheBytesOfTheReferenceAtEverySize) {
  for (int size_px = 3; size_px <= kMorphologyMaxSize; size_px += 2) {
    SCOPED_TRACE(size_px);
    const StructuringElement element = element_of(GetParam(), size_px);
    const Shape shape{131, 7, 3};
    TestPicture in = TestPicture::noise(shape);
    TestPicture expected(shape);
    ASSERT_EQ(reference::morphology(in.view(), Morphology::Erode, element, expected.view()), Status::Ok);
    for_each_simd_target([&] {
      TestPicture out(shape);
      TestScratch scratch(morphology_scratch_bytes(131, 3, Morphology::Erode, element));
      ASSERT_EQ(morphology(in.view(), Morphology::Erode, element, out.view(), scratch.get()), Status::Ok);
      ASSERT_EQ(out.values(), expected.values());
      ASSERT_TRUE(scratch.guard_is_whole());
    });
  }
}

TEST_P(EveryShape, GivesTheBytesOfTheReferenceOnHighPictures) {
  for (const int size_px : {3, 9, 25}) {
    for (const Morphology operation : kOperations) {
      SCOPED_TRACE(std::to_string(size_px) + " " + std::to_string(static_cast<int>(operation)));
      const StructuringElement element = element_of(GetParam(), size_px);
      const Shape shape{37, 161, 1};
      TestPicture in = TestPicture::noise(shape);
      TestPicture expected(shape);
      ASSERT_EQ(reference::morphology(in.view(), operation, element, expected.view()), Status::Ok);
      EXPECT_EQ(result_of(operation, element, shape, in.values()), expected.values());
    }
  }
}

// Small elements are taken in steps of bytes, with copies of the rows at both ends.
TEST_P(EveryShape, GivesTheBytesOfTheReferenceAtEveryWidthWhenSmall) {
  for (const int size_px : {3, 5}) {
    const StructuringElement element = element_of(GetParam(), size_px);
    for (const int channels : {1, 3, 4}) {
      for (int width_px = 1; width_px * channels <= 520; ++width_px) {
        const Shape shape{width_px, 1 + width_px % 7, channels};
        const Morphology operation = width_px % 2 == 0 ? Morphology::Erode : Morphology::Open;
        SCOPED_TRACE(describe(shape) + " size " + std::to_string(size_px));
        TestPicture in = TestPicture::noise(shape);
        TestPicture expected(shape);
        ASSERT_EQ(reference::morphology(in.view(), operation, element, expected.view()), Status::Ok);
        for_each_simd_target([&] {
          TestPicture out(shape);
          TestScratch scratch(morphology_scratch_bytes(width_px, channels, operation, element));
          ASSERT_EQ(morphology(in.view(), operation, element, out.view(), scratch.get()), Status::Ok);
          ASSERT_EQ(out.values(), expected.values());
          ASSERT_TRUE(out.guard_is_whole());
          ASSERT_TRUE(scratch.guard_is_whole());
        });
      }
    }
  }
}

// No shape has such rows, but elements are plain numbers.
TEST(Morphology, GivesTheBytesOfTheReferenceForElementsOfOtherRows) {
  for (const StructuringElement& element :
       {StructuringElement{1, {0, 1}}, {2, {2, 1, 0}}, {2, {2, 2, 1}}, {2, {1, 0, 0}}, {2, {2, 0, 2}}}) {
    expect_bytes_of_reference(Morphology::Dilate, element);
  }
}

INSTANTIATE_TEST_SUITE_P(Morphology, EveryShape, testing::ValuesIn(kShapes));

TEST(Morphology, TakesTheExtremesOfASquareAndIgnoresWhatIsOutside) {
  const StructuringElement square = element_of(ElementShape::Rectangle, 3);
  EXPECT_EQ(result_of(Morphology::Dilate, square, {4, 2, 1}, {1, 2, 3, 4, 9, 0, 0, 0}),
            (std::vector<std::uint8_t>{9, 9, 4, 4, 9, 9, 4, 4}));
  EXPECT_EQ(result_of(Morphology::Erode, square, {4, 2, 1}, {1, 2, 3, 4, 9, 5, 5, 5}),
            (std::vector<std::uint8_t>{1, 1, 2, 3, 1, 1, 2, 3}));
}

TEST(Morphology, DrawsItsElementAroundASinglePixel) {
  std::vector<std::uint8_t> point(25, 0);
  point[12] = 7;
  EXPECT_EQ(result_of(Morphology::Dilate, element_of(ElementShape::Cross, 5), {5, 5, 1}, point),
            (std::vector<std::uint8_t>{0, 0, 7, 0, 0,  //
                                       0, 0, 7, 0, 0,  //
                                       7, 7, 7, 7, 7,  //
                                       0, 0, 7, 0, 0,  //
                                       0, 0, 7, 0, 0}));
  EXPECT_EQ(result_of(Morphology::Dilate, element_of(ElementShape::Ellipse, 5), {5, 5, 1}, point),
            (std::vector<std::uint8_t>{0, 0, 7, 0, 0,  //
                                       7, 7, 7, 7, 7,  //
                                       7, 7, 7, 7, 7,  //
                                       7, 7, 7, 7, 7,  //
                                       0, 0, 7, 0, 0}));
}

TEST(Morphology, OpensLightSpecksAndClosesDarkOnes) {
  const StructuringElement square = element_of(ElementShape::Rectangle, 3);
  const std::vector<std::uint8_t> row{5, 5, 9, 5, 5, 1, 5, 5};
  const Shape shape{8, 1, 1};
  EXPECT_EQ(result_of(Morphology::Open, square, shape, row),
            (std::vector<std::uint8_t>{5, 5, 5, 5, 5, 1, 5, 5}));
  EXPECT_EQ(result_of(Morphology::Close, square, shape, row),
            (std::vector<std::uint8_t>{5, 5, 9, 5, 5, 5, 5, 5}));
}

TEST(Morphology, SubtractsWhatItsNameSays) {
  const StructuringElement square = element_of(ElementShape::Rectangle, 3);
  const std::vector<std::uint8_t> row{5, 5, 9, 5, 5, 5, 2, 5};
  const Shape shape{8, 1, 1};
  EXPECT_EQ(result_of(Morphology::Gradient, square, shape, row),
            (std::vector<std::uint8_t>{0, 4, 4, 4, 0, 3, 3, 3}));
  EXPECT_EQ(result_of(Morphology::TopHat, square, {5, 1, 1}, {5, 5, 9, 5, 5}),
            (std::vector<std::uint8_t>{0, 0, 4, 0, 0}));
  EXPECT_EQ(result_of(Morphology::BlackHat, square, {5, 1, 1}, {5, 5, 2, 5, 5}),
            (std::vector<std::uint8_t>{0, 0, 3, 0, 0}));
}

TEST(Morphology, RefusesASizeThatIsEvenOrOutsideItsRange) {
  for (const ElementShape shape : kShapes) {
    for (const int size_px : {-3, 0, 1, 4, kMorphologyMaxSize + 2}) {
      EXPECT_FALSE(make_structuring_element(shape, size_px)) << size_px;
    }
  }
}

TEST(Morphology, RefusesWhatDoesNotFit) {
  TestPicture in({4, 4, 1});
  TestPicture out({4, 4, 1});
  TestPicture wider({5, 4, 1});
  const StructuringElement square = element_of(ElementShape::Rectangle, 3);
  TestScratch scratch(morphology_scratch_bytes(4, 1, Morphology::Open, square) - 1);
  EXPECT_EQ(morphology(in.view(), Morphology::Open, square, out.view(), scratch.get()), Status::BadParameter);
  EXPECT_EQ(morphology(in.view(), Morphology::Erode, {}, out.view(), scratch.get()), Status::BadParameter);
  EXPECT_EQ(morphology(in.view(), Morphology::Erode, square, wider.view(), scratch.get()), Status::BadShape);
}

}  // namespace
}  // namespace framewright::kernels
