// Edges, ranks and what keeps edges, on a device against their references.
#include "tests/kernels/cuda_worker_fixture.hpp"

namespace framewright::kernels {
namespace {

class NeighbourhoodsOnDevice : public CudaWorkerFixture {};

/// Shapes for filters whose references are slow: a corner of everything, and more than one tile.
std::vector<Shape> few_shapes() {
  return {{1, 1, 1}, {1, 1, 4}, {2, 9, 3}, {35, 18, 1}, {34, 17, 3}, {33, 5, 4}};
}

std::vector<Shape> gray_shapes() {
  return {{1, 1, 1}, {1, 9, 1}, {9, 1, 1}, {2, 2, 1}, {33, 17, 1}, {64, 64, 1}, {131, 35, 1}};
}

TEST_F(NeighbourhoodsOnDevice, GiveTheBytesOfSobel) {
  expect_reference_bytes({DeviceNeighbourhood{NeighbourhoodKind::Sobel}},
                         [](auto in, auto out) { return reference::sobel(in, out); });
}

TEST_F(NeighbourhoodsOnDevice, GiveTheBytesOfScharr) {
  expect_reference_bytes({DeviceNeighbourhood{NeighbourhoodKind::Scharr}},
                         [](auto in, auto out) { return reference::scharr(in, out); });
}

TEST_F(NeighbourhoodsOnDevice, GiveTheBytesOfSharpen) {
  const SharpenWeight strength = make_sharpen_weight(1.3).value();
  expect_reference_bytes({DeviceNeighbourhood{NeighbourhoodKind::Sharpen, strength}},
                         [&](auto in, auto out) { return reference::sharpen(in, strength, out); });
}

/// Higher than a tile and wider.
TEST_F(NeighbourhoodsOnDevice, GiveTheSameBytesOfSquaresAcrossTiles) {
  const SharpenWeight strength = make_sharpen_weight(0.7).value();
  for (const int channels : {1, 3, 4}) {
    const std::vector<Shape> shapes{{channels == 1 ? 261 : 67, 131, channels}, {128, 64, channels}};
    expect_reference_bytes(
        {DeviceNeighbourhood{NeighbourhoodKind::Sobel}},
        [](auto in, auto out) { return reference::sobel(in, out); }, shapes);
    expect_reference_bytes(
        {DeviceNeighbourhood{NeighbourhoodKind::Scharr}},
        [](auto in, auto out) { return reference::scharr(in, out); }, shapes);
    expect_reference_bytes(
        {DeviceNeighbourhood{NeighbourhoodKind::Sharpen, strength}},
        [&](auto in, auto out) { return reference::sharpen(in, strength, out); }, shapes);
  }
}

TEST_F(NeighbourhoodsOnDevice, GiveTheBytesOfTheLaplacianOfGaussian) {
  for (const double sigma : {0.5, 1.4, 5.0}) {
    const LogKernel kernel = make_log_kernel(sigma).value();
    for (const LogOutput output : {LogOutput::Absolute, LogOutput::Signed}) {
      expect_reference_bytes(
          {DeviceLog{kernel, output}},
          [&](auto in, auto out) { return reference::laplacian_of_gaussian(in, kernel, output, out); },
          few_shapes());
    }
  }
}

TEST_F(NeighbourhoodsOnDevice, GiveTheBytesOfMorphology) {
  for (const ElementShape shape : {ElementShape::Rectangle, ElementShape::Ellipse, ElementShape::Cross}) {
    for (const int size : {3, 5, 7, 31, 99}) {
      const StructuringElement element = make_structuring_element(shape, size).value();
      SCOPED_TRACE("shape " + std::to_string(static_cast<int>(shape)) + " size " + std::to_string(size));
      expect_reference_bytes(
          {DeviceMorphology{Morphology::Erode, element}},
          [&](auto in, auto out) { return reference::morphology(in, Morphology::Erode, element, out); },
          few_shapes());
    }
  }
}

/// Gray is read by words, which end beside the end of a row, and on it.
TEST_F(NeighbourhoodsOnDevice, GiveTheBytesOfMorphologyInGrayRowsOfAnyLength) {
  for (const int size : {3, 5}) {
    const StructuringElement element = make_structuring_element(ElementShape::Rectangle, size).value();
    for (int width = 29; width < 41; ++width) {
      expect_reference_bytes(
          {DeviceMorphology{Morphology::Dilate, element}},
          [&](auto in, auto out) { return reference::morphology(in, Morphology::Dilate, element, out); },
          {{width, 6, 1}});
    }
  }
}

TEST_F(NeighbourhoodsOnDevice, GiveTheBytesOfWhatIsBuiltOfExtremes) {
  const StructuringElement element = make_structuring_element(ElementShape::Ellipse, 5).value();
  for (const Morphology operation : {Morphology::Dilate, Morphology::Open, Morphology::Close,
                                     Morphology::Gradient, Morphology::TopHat, Morphology::BlackHat}) {
    SCOPED_TRACE(static_cast<int>(operation));
    expect_reference_bytes(
        {DeviceMorphology{operation, element}},
        [&](auto in, auto out) { return reference::morphology(in, operation, element, out); }, few_shapes());
  }
}

TEST_F(NeighbourhoodsOnDevice, GiveTheBytesOfMedians) {
  for (const int size : {3, 5, 7, 15, 31}) {
    SCOPED_TRACE(size);
    expect_reference_bytes(
        {DeviceMedian{size}}, [&](auto in, auto out) { return reference::median_blur(in, size, out); },
        few_shapes());
  }
}

TEST_F(NeighbourhoodsOnDevice, GiveTheBytesOfSlidingMediansInTallPictures) {
  expect_reference_bytes({DeviceMedian{9}},
                         [](auto in, auto out) { return reference::median_blur(in, 9, out); },
                         {{5, 97, 1}, {70, 33, 3}});
}

TEST_F(NeighbourhoodsOnDevice, GiveTheBytesOfTheBilateralFilter) {
  for (const int size : {3, 15}) {
    const BilateralKernel kernel = make_bilateral_kernel(size, 30, 4).value();
    expect_reference_bytes(
        {DeviceBilateral{kernel}}, [&](auto in, auto out) { return reference::bilateral(in, kernel, out); },
        few_shapes());
  }
}

TEST_F(NeighbourhoodsOnDevice, GiveTheBytesOfOilPainting) {
  for (const int radius : {1, 4, 15}) {
    SCOPED_TRACE(radius);
    expect_reference_bytes(
        {DeviceOilPainting{radius}},
        [&](auto in, auto out) { return reference::oil_painting(in, radius, out); }, few_shapes());
  }
}

TEST_F(NeighbourhoodsOnDevice, GiveTheBytesOfCanny) {
  for (const GradientNorm norm : {GradientNorm::L1, GradientNorm::L2}) {
    for (const auto& [low, high] : {std::pair{100, 400}, {0, 2040}, {600, 900}}) {
      const CannyThresholds thresholds = make_canny_thresholds(norm, low, high).value();
      expect_reference_bytes(
          {DeviceCanny{thresholds}}, [&](auto in, auto out) { return reference::canny(in, thresholds, out); },
          gray_shapes());
    }
  }
}

/// A dark snake that winds through the whole picture: its outline is one edge, weak all along, strong
/// where the snake begins.
TEST_F(NeighbourhoodsOnDevice, FollowACannyEdgeThroughManyTiles) {
  const Shape shape{160, 120, 1};
  TestPicture in(shape);
  for (int y = 0; y < shape.height_px; ++y) {
    for (int x = 0; x < shape.width_px; ++x) {
      const bool is_along = y % 8 < 4 && x >= 8 && x < 152;
      const bool is_turn = y / 8 % 2 == 0 ? x >= 148 && x < 152 : x >= 8 && x < 12;
      const bool is_snake = y >= 8 && y < 108 && (is_along || is_turn);
      const bool is_bright = y < 8 && x < 16;
      in.view().row(y)[x] = static_cast<std::uint8_t>(is_snake ? 30 : is_bright ? 255 : 90);
    }
  }
  const CannyThresholds thresholds = make_canny_thresholds(GradientNorm::L1, 100, 500).value();
  TestPicture expected(shape);
  TestPicture out(shape);
  ASSERT_EQ(reference::canny(in.view(), thresholds, expected.view()), Status::Ok);
  const auto worker = make_worker(1, limits_of({DeviceCanny{thresholds}}, {160, 120, 1}));
  ASSERT_EQ(run(*worker, {DeviceCanny{thresholds}}, in.view(), out.view()), Status::Ok);
  EXPECT_EQ(out.values(), expected.values());
  const auto all = expected.values();
  EXPECT_GT(std::count(all.begin() + 100 * 160, all.end(), 255), 0) << "the edge does not come that far";
}

TEST_F(NeighbourhoodsOnDevice, RefuseCannyOfColours) {
  const CannyThresholds thresholds = make_canny_thresholds(GradientNorm::L1, 100, 400).value();
  DeviceShape out;
  EXPECT_EQ(check_device_steps({DeviceCanny{thresholds}}, {9, 9, 3}, {1 << 20, 1 << 20, 0}, out),
            Status::BadShape);
}

}  // namespace
}  // namespace framewright::kernels
