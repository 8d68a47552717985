// Point filters on a device against their references.
#include "kernels/colour_rows.hpp"
#include "tests/kernels/cuda_worker_fixture.hpp"

namespace framewright::kernels {
namespace {

class PointFiltersOnDevice : public CudaWorkerFixture {};

TEST_F(PointFiltersOnDevice, GiveTheBytesOfGrayscale) {
  for (const GrayscaleAlgorithm algorithm :
       {GrayscaleAlgorithm::Bt601, GrayscaleAlgorithm::Bt709, GrayscaleAlgorithm::Average,
        GrayscaleAlgorithm::Lightness, GrayscaleAlgorithm::Luminosity}) {
    expect_reference_bytes({DeviceGrayscale{algorithm}},
                           [=](auto in, auto out) { return reference::grayscale(in, algorithm, out); });
  }
}

TEST_F(PointFiltersOnDevice, GiveTheBytesOfTables) {
  const PointTable table = make_gamma_table(2.2).value();
  expect_reference_bytes({DevicePointTable{table}},
                         [&](auto in, auto out) { return reference::apply_table(in, table, out); });
}

TEST_F(PointFiltersOnDevice, GiveTheBytesOfSepia) {
  const SepiaMatrix matrix = make_sepia_matrix(0.7).value();
  expect_reference_bytes({device_sepia(matrix)},
                         [&](auto in, auto out) { return reference::sepia(in, matrix, out); });
}

TEST_F(PointFiltersOnDevice, GiveTheBytesOfColourMatrices) {
  const ColourMatrix matrix = make_colour_matrix(rgb_to_ycbcr_rows(LumaStandard::Bt709)).value();
  expect_reference_bytes({DeviceColourMatrix{matrix}},
                         [&](auto in, auto out) { return reference::apply_colour_matrix(in, matrix, out); });
}

TEST_F(PointFiltersOnDevice, GiveTheBytesOfHsv) {
  expect_reference_bytes({DeviceConversion{ColourConversion::RgbToHsv}},
                         [](auto in, auto out) { return reference::rgb_to_hsv(in, out); });
  expect_reference_bytes({DeviceConversion{ColourConversion::HsvToRgb}},
                         [](auto in, auto out) { return reference::hsv_to_rgb(in, out); });
}

TEST_F(PointFiltersOnDevice, GiveTheBytesOfLab) {
  expect_reference_bytes({DeviceConversion{ColourConversion::RgbToLab}},
                         [](auto in, auto out) { return reference::rgb_to_lab(in, out); });
  expect_reference_bytes({DeviceConversion{ColourConversion::LabToRgb}},
                         [](auto in, auto out) { return reference::lab_to_rgb(in, out); });
}

TEST_F(PointFiltersOnDevice, GiveTheBytesOfTheVignette) {
  const Vignette vignette = make_vignette(0.9, 0.2).value();
  expect_reference_bytes({DeviceVignette{vignette}},
                         [&](auto in, auto out) { return reference::vignette(in, vignette, out); });
}

/// `count` filters that are no tables, so that each is an operation of its own.
DeviceSteps long_chain(std::size_t count) {
  DeviceSteps steps;
  for (std::size_t i = 0; i < count; ++i) {
    const bool is_even = i % 2 == 0;
    steps.push_back(DeviceConversion{is_even ? ColourConversion::RgbToHsv : ColourConversion::HsvToRgb});
  }
  return steps;
}

Status run_chain(std::size_t count, ConstImageView in, ImageView out) {
  for (std::size_t i = 0; i < count; ++i) {
    const Status status = i % 2 == 0 ? reference::rgb_to_hsv(i == 0 ? in : ConstImageView(out), out)
                                     : reference::hsv_to_rgb(out, out);
    if (status != Status::Ok) return status;
  }
  return Status::Ok;
}

TEST_F(PointFiltersOnDevice, RunChainsOfAnyLength) {
  for (const std::size_t count : {2U, 7U, 8U, 9U, 17U}) {
    SCOPED_TRACE(count);
    expect_reference_bytes(long_chain(count), [&](auto in, auto out) { return run_chain(count, in, out); },
                           {{1, 1, 1}, {1, 1, 3}, {5, 3, 3}, {33, 4, 4}});
  }
}

TEST_F(PointFiltersOnDevice, GoOnInGrayBehindGrayscale) {
  const Vignette vignette = make_vignette(0.5, 0.5).value();
  const PointTable table = make_gamma_table(0.5).value();
  const DeviceSteps steps{DevicePointTable{table}, DeviceGrayscale{GrayscaleAlgorithm::Bt709},
                          DeviceConversion{ColourConversion::RgbToLab}, DeviceVignette{vignette},
                          DevicePointTable{make_invert_table()}};
  expect_reference_bytes(steps, [&](ConstImageView in, ImageView out) {
    TestPicture bent({in.width_px, in.height_px, in.channels});
    reference::apply_table(in, table, bent.view());
    reference::grayscale(bent.view(), GrayscaleAlgorithm::Bt709, out);
    reference::rgb_to_lab(out, out);
    reference::vignette(out, vignette, out);
    return reference::invert(out, out);
  });
}

}  // namespace
}  // namespace framewright::kernels
