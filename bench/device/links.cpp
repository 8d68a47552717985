#include "bench/device/links.hpp"

#include <random>
#include <stdexcept>
#include <utility>

#include "kernels/colour_rows.hpp"
#include "kernels/reference.hpp"

namespace framewright::kernels {

Picture noise(const DeviceShape& shape) {
  Picture picture(shape);
  std::mt19937 random(1);
  for (auto& byte : picture.bytes) byte = static_cast<std::uint8_t>(random() >> 24);
  return picture;
}

DeviceSteps steps_of(const Links& links) {
  DeviceSteps steps;
  for (const Link& link : links) steps.push_back(link.step);
  return steps;
}

Picture expected_of(const Links& links, const Picture& in) {
  Picture made = in;
  for (const Link& link : links) {
    Picture next(output_shape(link.step, made.shape));
    if (link.reference(std::as_const(made).view(), next.view()) != Status::Ok) {
      throw std::runtime_error("a reference refuses its picture");
    }
    made = std::move(next);
  }
  return made;
}

Link table() {
  const PointTable gamma = make_gamma_table(2.2).value();
  return {DevicePointTable{gamma},
          [gamma](auto in, auto out) { return reference::apply_table(in, gamma, out); }};
}

Link sepia() {
  const SepiaMatrix matrix = make_sepia_matrix(1.0).value();
  return {device_sepia(matrix), [matrix](auto in, auto out) { return reference::sepia(in, matrix, out); }};
}

Link rgb_to_ycbcr() {
  const ColourMatrix matrix = make_colour_matrix(rgb_to_ycbcr_rows(LumaStandard::Bt601)).value();
  return {DeviceColourMatrix{matrix},
          [matrix](auto in, auto out) { return reference::apply_colour_matrix(in, matrix, out); }};
}

Link conversion(ColourConversion which) {
  return {DeviceConversion{which}, [which](auto in, auto out) {
            switch (which) {
              case ColourConversion::RgbToHsv: return reference::rgb_to_hsv(in, out);
              case ColourConversion::HsvToRgb: return reference::hsv_to_rgb(in, out);
              case ColourConversion::RgbToLab: return reference::rgb_to_lab(in, out);
              case ColourConversion::LabToRgb: break;
            }
            return reference::lab_to_rgb(in, out);
          }};
}

Link grayscale() {
  constexpr auto kAlgorithm = GrayscaleAlgorithm::Bt601;
  return {DeviceGrayscale{kAlgorithm},
          [](auto in, auto out) { return reference::grayscale(in, kAlgorithm, out); }};
}

Link vignette() {
  const Vignette dark = make_vignette(0.5, 0.5).value();
  return {DeviceVignette{dark}, [dark](auto in, auto out) { return reference::vignette(in, dark, out); }};
}

Link gaussian(int size) {
  const GaussianKernel kernel = make_gaussian_kernel(size, 0.3 * size).value();
  return {DeviceGaussian{kernel},
          [kernel](auto in, auto out) { return reference::gaussian_blur(in, kernel, Border::Reflect, out); }};
}

Link box(int size) {
  return {DeviceBoxBlur{size}, [size](auto in, auto out) { return reference::box_blur(in, size, out); }};
}

Link neighbourhood(NeighbourhoodKind kind) {
  const SharpenWeight strength = make_sharpen_weight(1.0).value();
  return {DeviceNeighbourhood{kind, strength}, [kind, strength](auto in, auto out) {
            switch (kind) {
              case NeighbourhoodKind::Sobel: return reference::sobel(in, out);
              case NeighbourhoodKind::Scharr: return reference::scharr(in, out);
              case NeighbourhoodKind::Sharpen: break;
            }
            return reference::sharpen(in, strength, out);
          }};
}

Link median(int size) {
  return {DeviceMedian{size}, [size](auto in, auto out) { return reference::median_blur(in, size, out); }};
}

Link bilateral(int size) {
  const BilateralKernel kernel = make_bilateral_kernel(size, 25.0, 3.0).value();
  return {DeviceBilateral{kernel},
          [kernel](auto in, auto out) { return reference::bilateral(in, kernel, out); }};
}

Link morphology(Morphology operation, ElementShape shape, int size) {
  const StructuringElement element = make_structuring_element(shape, size).value();
  return {DeviceMorphology{operation, element}, [operation, element](auto in, auto out) {
            return reference::morphology(in, operation, element, out);
          }};
}

Link equalize() {
  return {DeviceEqualize{}, [](auto in, auto out) { return reference::equalize(in, out); }};
}

Link clahe() {
  const ClipLimit limit = make_clip_limit(2.0).value();
  const TileGrid grid{8, 8};
  return {DeviceClahe{limit, grid},
          [limit, grid](auto in, auto out) { return reference::clahe(in, limit, grid, out); }};
}

Link otsu() {
  return {DeviceOtsu{Polarity::BrightIsWhite},
          [](auto in, auto out) { return reference::threshold_otsu(in, Polarity::BrightIsWhite, out); }};
}

Link white_balance() {
  constexpr auto kWhite = WhiteReference::GrayWorld;
  return {DeviceWhiteBalance{kWhite},
          [](auto in, auto out) { return reference::balance_white(in, kWhite, out); }};
}

Link resized(Interpolation interpolation, int width_px, int height_px) {
  return {DeviceResize{width_px, height_px, interpolation},
          [interpolation](auto in, auto out) { return reference::resize(in, interpolation, out); }};
}

Link canny() {
  const CannyThresholds thresholds = make_canny_thresholds(GradientNorm::L1, 100, 200).value();
  return {DeviceCanny{thresholds},
          [thresholds](auto in, auto out) { return reference::canny(in, thresholds, out); }};
}

}  // namespace framewright::kernels
