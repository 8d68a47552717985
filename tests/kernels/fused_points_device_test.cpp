// Filters of single pixels fused into a filter that looks at neighbours, on a device, against the references
// of all of them in turn.
#include <functional>

#include "tests/kernels/cuda_worker_fixture.hpp"

namespace framewright::kernels {
namespace {

/// A step and what it has to make.
struct Link {
  DeviceStep step;
  std::function<Status(ConstImageView, ImageView)> reference;
};
using Links = std::vector<Link>;

Link table() {
  const PointTable gamma = make_gamma_table(2.2).value();
  return {DevicePointTable{gamma}, [=](auto in, auto out) { return reference::apply_table(in, gamma, out); }};
}

Link gray() {
  return {DeviceGrayscale{GrayscaleAlgorithm::Bt601},
          [](auto in, auto out) { return reference::grayscale(in, GrayscaleAlgorithm::Bt601, out); }};
}

Link to_hsv() {
  return {DeviceConversion{ColourConversion::RgbToHsv},
          [](auto in, auto out) { return reference::rgb_to_hsv(in, out); }};
}

Link to_lab() {
  return {DeviceConversion{ColourConversion::RgbToLab},
          [](auto in, auto out) { return reference::rgb_to_lab(in, out); }};
}

/// What it makes depends on the place.
Link vignette() {
  const Vignette dark = make_vignette(0.9, 0.2).value();
  return {DeviceVignette{dark}, [=](auto in, auto out) { return reference::vignette(in, dark, out); }};
}

Link gaussian(int size, double sigma, Border border = Border::Reflect) {
  const GaussianKernel kernel = make_gaussian_kernel(size, sigma).value();
  return {DeviceGaussian{kernel, border},
          [=](auto in, auto out) { return reference::gaussian_blur(in, kernel, border, out); }};
}

Link unsharp() {
  const GaussianKernel kernel = make_gaussian_kernel(5, 1.0).value();
  const UnsharpWeights weights = make_unsharp_weights(1.7, 9).value();
  return {DeviceGaussian{kernel, Border::Reflect, BlurUse::UnsharpMask, weights},
          [=](auto in, auto out) { return reference::unsharp_mask(in, kernel, weights, out); }};
}

Link sobel() {
  return {DeviceNeighbourhood{NeighbourhoodKind::Sobel},
          [](auto in, auto out) { return reference::sobel(in, out); }};
}

Link laplacian(double sigma) {
  const LogKernel kernel = make_log_kernel(sigma).value();
  return {DeviceLog{kernel, LogOutput::Signed}, [=](auto in, auto out) {
            return reference::laplacian_of_gaussian(in, kernel, LogOutput::Signed, out);
          }};
}

Link median(int size) {
  return {DeviceMedian{size}, [=](auto in, auto out) { return reference::median_blur(in, size, out); }};
}

Link bilateral(int size) {
  const BilateralKernel kernel = make_bilateral_kernel(size, 30, 4).value();
  return {DeviceBilateral{kernel}, [=](auto in, auto out) { return reference::bilateral(in, kernel, out); }};
}

Link box(int size) {
  return {DeviceBoxBlur{size}, [=](auto in, auto out) { return reference::box_blur(in, size, out); }};
}

Link morphology(Morphology operation) {
  const StructuringElement element = make_structuring_element(ElementShape::Ellipse, 5).value();
  return {DeviceMorphology{operation, element},
          [=](auto in, auto out) { return reference::morphology(in, operation, element, out); }};
}

Link canny() {
  const CannyThresholds thresholds = make_canny_thresholds(GradientNorm::L1, 100, 400).value();
  return {DeviceCanny{thresholds}, [=](auto in, auto out) { return reference::canny(in, thresholds, out); }};
}

DeviceSteps steps_of(const Links& links) {
  DeviceSteps steps;
  for (const Link& link : links) steps.push_back(link.step);
  return steps;
}

/// One after the other, each into a picture of its own.
Status run_references(const Links& links, ConstImageView in, ImageView out) {
  DeviceShape shape{in.width_px, in.height_px, in.channels};
  std::vector<TestPicture> made;
  made.reserve(links.size());
  for (const Link& link : links) {
    shape = output_shape(link.step, shape);
    const bool is_last = made.size() + 1 == links.size();
    made.emplace_back(Shape{shape.width_px, shape.height_px, shape.channels});
    const ImageView to = is_last ? out : made.back().view();
    const Status status = link.reference(in, to);
    if (status != Status::Ok) return status;
    in = to;
  }
  return Status::Ok;
}

/// A corner of everything, and more than one tile.
const std::vector<Shape> kShapes{{1, 1, 1}, {1, 1, 4}, {2, 9, 3}, {35, 18, 1}, {34, 17, 3}, {33, 35, 4}};

class PointsFusedOnDevice : public CudaWorkerFixture {
 protected:
  static void expect_bytes_of(const Links& links, const std::vector<Shape>& shapes = kShapes) {
    expect_reference_bytes(
        steps_of(links), [&](auto in, auto out) { return run_references(links, in, out); }, shapes);
  }
};

Links filters() {
  return {gaussian(5, 1.5),
          gaussian(31, 9),
          unsharp(),
          sobel(),
          laplacian(1.4),
          laplacian(5),
          median(3),
          median(5),
          bilateral(3),
          bilateral(15),
          box(3),
          morphology(Morphology::Erode),
          morphology(Morphology::Close),
          morphology(Morphology::TopHat)};
}

TEST_F(PointsFusedOnDevice, GiveTheBytesOfTheirOwnPassesBeforeAFilter) {
  int number = 0;
  for (const Link& filter : filters()) {
    SCOPED_TRACE(number++);
    expect_bytes_of({to_hsv(), table(), filter});
  }
}

TEST_F(PointsFusedOnDevice, GiveTheBytesOfTheirOwnPassesBehindAFilter) {
  int number = 0;
  for (const Link& filter : filters()) {
    SCOPED_TRACE(number++);
    expect_bytes_of({filter, to_hsv(), table()});
  }
}

TEST_F(PointsFusedOnDevice, MayMakeGrayOfColoursOnEitherSide) {
  int number = 0;
  for (const Link& filter : filters()) {
    SCOPED_TRACE(number++);
    expect_bytes_of({gray(), filter, table()});
    expect_bytes_of({table(), filter, gray(), table()});
  }
}

TEST_F(PointsFusedOnDevice, BelongToTheirPlaceWhateverTheBorder) {
  for (const Border border : {Border::Reflect, Border::Clamp, Border::Wrap}) {
    SCOPED_TRACE(static_cast<int>(border));
    expect_bytes_of({vignette(), gaussian(7, 2.0, border), vignette()});
  }
  expect_bytes_of({box(31), vignette()}, {{1, 1, 1}, {261, 3, 3}, {513, 2, 4}});
}

TEST_F(PointsFusedOnDevice, LookUpLargeTables) { expect_bytes_of({to_lab(), gaussian(3, 1.0), to_lab()}); }

/// More than one chain holds, before the filter, behind it and in all.
TEST_F(PointsFusedOnDevice, AreAsManyAsThereAre) {
  for (const int count : {3, 5, 8, 11}) {
    SCOPED_TRACE(count);
    Links links;
    for (int i = 0; i < count; ++i) links.push_back(i % 2 == 0 ? vignette() : to_hsv());
    links.push_back(gaussian(5, 1.0));
    for (int i = 0; i < count; ++i) links.push_back(i % 2 == 0 ? to_hsv() : table());
    expect_bytes_of(links, {{1, 1, 3}, {35, 18, 3}, {33, 5, 4}});
  }
}

/// Tables that follow each other are one; here a filter is between.
TEST_F(PointsFusedOnDevice, KeepTablesApartThatAFilterIsBetween) {
  expect_bytes_of({table(), gaussian(5, 1.0), table(), table()});
}

TEST_F(PointsFusedOnDevice, GoFromFilterToFilter) {
  expect_bytes_of({table(), gaussian(5, 1.0), gray(), sobel(), table(), median(5), vignette()});
}

TEST_F(PointsFusedOnDevice, MakeTheGrayThatCannyNeeds) {
  const std::vector<Shape> shapes{{1, 1, 3}, {33, 17, 4}, {64, 64, 3}, {131, 35, 1}};
  expect_bytes_of({gray(), table(), canny(), table()}, shapes);
}

TEST_F(PointsFusedOnDevice, HaveRoomInThePartsOfABlend) {
  const Links first{gaussian(5, 1.0), gray(), table()};
  const Links second{gray(), sobel()};
  const BlendWeight weight = make_blend_weight(0.3).value();
  expect_reference_bytes(
      {DeviceBlend{steps_of(first), steps_of(second), weight}},
      [&](ConstImageView in, ImageView out) {
        TestPicture one({in.width_px, in.height_px, 1});
        TestPicture other({in.width_px, in.height_px, 1});
        const Status status = run_references(first, in, one.view());
        if (status != Status::Ok) return status;
        return run_references(second, in, other.view()) == Status::Ok
                   ? reference::blend(one.view(), other.view(), weight, out)
                   : Status::BadShape;
      },
      kShapes);
}

}  // namespace
}  // namespace framewright::kernels
