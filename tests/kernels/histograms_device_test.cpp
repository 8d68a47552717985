// Filters that count values, and blend, on a device against their references.
#include <algorithm>
#include <iterator>

#include "tests/kernels/cuda_worker_fixture.hpp"

namespace framewright::kernels {
namespace {

class HistogramsOnDevice : public CudaWorkerFixture {};

/// More pixels than one block counts among them.
std::vector<Shape> shapes() {
  std::vector<Shape> all = odd_shapes();
  all.push_back({131, 70, 3});
  return all;
}

TEST_F(HistogramsOnDevice, GiveTheBytesOfEqualization) {
  expect_reference_bytes(
      {DeviceEqualize{}}, [](auto in, auto out) { return reference::equalize(in, out); }, shapes());
}

TEST_F(HistogramsOnDevice, GiveTheBytesOfOtsu) {
  for (const Polarity polarity : {Polarity::BrightIsWhite, Polarity::DarkIsWhite}) {
    expect_reference_bytes(
        {DeviceOtsu{polarity}},
        [=](auto in, auto out) { return reference::threshold_otsu(in, polarity, out); }, shapes());
  }
}

TEST_F(HistogramsOnDevice, GiveTheBytesOfWhiteBalance) {
  for (const WhiteReference white : {WhiteReference::GrayWorld, WhiteReference::WhitePatch}) {
    expect_reference_bytes(
        {DeviceWhiteBalance{white}},
        [=](auto in, auto out) { return reference::balance_white(in, white, out); }, shapes());
  }
}

/// As many pixels as 1 % is, one less, and one more.
TEST_F(HistogramsOnDevice, FindsWhatOneInAHundredReaches) {
  for (const int width : {99, 100, 101, 200, 201}) {
    SCOPED_TRACE(width);
    const Shape shape{width, 1, 3};
    TestPicture in(shape);
    std::fill_n(in.view().row(0), 3 * width, std::uint8_t{50});
    const auto other = static_cast<std::uint8_t>(100 + width / 2);
    const std::uint8_t bright[] = {other, 180, 160, 90, 170, 255};
    std::copy(std::begin(bright), std::end(bright), in.view().row(0));
    TestPicture expected(shape);
    TestPicture out(shape);
    ASSERT_EQ(reference::balance_white(in.view(), WhiteReference::WhitePatch, expected.view()), Status::Ok);
    const DeviceSteps steps{DeviceWhiteBalance{WhiteReference::WhitePatch}};
    const auto worker = make_worker(1, limits_of(steps, {width, 1, 3}));
    ASSERT_EQ(run(*worker, steps, in.view(), out.view()), Status::Ok);
    EXPECT_EQ(out.values(), expected.values());
  }
}

TEST_F(HistogramsOnDevice, GiveTheBytesOfClahe) {
  const ClipLimit limit = make_clip_limit(2.5).value();
  for (const TileGrid& grid : {TileGrid{1, 1}, {8, 8}, {3, 32}}) {
    expect_reference_bytes(
        {DeviceClahe{limit, grid}}, [&](auto in, auto out) { return reference::clahe(in, limit, grid, out); },
        shapes());
  }
}

/// Several blocks count each tile of a large picture.
TEST_F(HistogramsOnDevice, GiveTheBytesOfClaheOfLargeTiles) {
  const ClipLimit limit = make_clip_limit(1.5).value();
  for (const TileGrid& grid : {TileGrid{1, 1}, {2, 1}}) {
    expect_reference_bytes({DeviceClahe{limit, grid}},
                           [&](auto in, auto out) { return reference::clahe(in, limit, grid, out); },
                           {{263, 151, 1}, {190, 135, 3}});
  }
}

/// Whichever values there are, the first and the last among them, and whether there is more than one.
TEST_F(HistogramsOnDevice, GiveTheBytesOfPicturesOfFewValues) {
  const std::vector<std::vector<std::uint8_t>> kinds{{0}, {255}, {7}, {0, 255}, {254, 255}, {3, 3, 3, 200}};
  for (const std::vector<std::uint8_t>& values : kinds) {
    const Shape shape{16, 9, 1};
    TestPicture in(shape);
    for (int y = 0; y < shape.height_px; ++y) {
      for (int x = 0; x < shape.width_px; ++x) {
        in.view().row(y)[x] = values[static_cast<std::size_t>(x) % values.size()];
      }
    }
    const auto expect_same = [&](const DeviceStep& step, auto reference) {
      const auto worker = make_worker(1, limits_of({step}, {shape.width_px, shape.height_px, 1}));
      TestPicture expected(shape);
      TestPicture out(shape);
      ASSERT_EQ(reference(in.view(), expected.view()), Status::Ok);
      ASSERT_EQ(run(*worker, {step}, in.view(), out.view()), Status::Ok);
      EXPECT_EQ(out.values(), expected.values()) << int{values.front()} << " " << int{values.back()};
    };
    const ClipLimit limit = make_clip_limit(2.0).value();
    expect_same(DeviceEqualize{}, [](auto from, auto to) { return reference::equalize(from, to); });
    expect_same(DeviceOtsu{Polarity::BrightIsWhite}, [](auto from, auto to) {
      return reference::threshold_otsu(from, Polarity::BrightIsWhite, to);
    });
    expect_same(DeviceClahe{limit, {2, 2}},
                [&](auto from, auto to) { return reference::clahe(from, limit, {2, 2}, to); });
  }
}

TEST_F(HistogramsOnDevice, GiveTheBytesOfAdaptiveThresholds) {
  for (const int size : {1, 3, 31}) {
    expect_reference_bytes({DeviceBoxBlur{size, BoxUse::Threshold, 7, Polarity::DarkIsWhite}},
                           [=](auto in, auto out) {
                             return reference::threshold_adaptive(in, size, 7, Polarity::DarkIsWhite, out);
                           },
                           {{1, 1, 1}, {33, 4, 3}, {65, 70, 4}});
  }
}

class BlendOnDevice : public CudaWorkerFixture {};

TEST_F(BlendOnDevice, MixesWhatTwoListsOfStepsMake) {
  const BlendWeight weight = make_blend_weight(0.3).value();
  const GaussianKernel kernel = make_gaussian_kernel(63, 20).value();
  const DeviceSteps gray{DeviceGrayscale{GrayscaleAlgorithm::Bt601}, DeviceGaussian{kernel, Border::Reflect},
                         DeviceNeighbourhood{NeighbourhoodKind::Sobel}};
  expect_reference_bytes({DeviceBlend{gray, {DevicePointTable{make_invert_table()}}, weight}},
                         [&](ConstImageView in, ImageView out) {
                           TestPicture inverted({in.width_px, in.height_px, in.channels});
                           TestPicture luma({in.width_px, in.height_px, 1});
                           TestPicture blurred({in.width_px, in.height_px, 1});
                           TestPicture edges({in.width_px, in.height_px, 1});
                           reference::grayscale(in, GrayscaleAlgorithm::Bt601, luma.view());
                           reference::gaussian_blur(luma.view(), kernel, Border::Reflect, blurred.view());
                           reference::sobel(blurred.view(), edges.view());
                           reference::invert(in, inverted.view());
                           return reference::blend(edges.view(), inverted.view(), weight, out);
                         },
                         {{1, 1, 1}, {33, 18, 3}, {40, 5, 4}});
}

TEST_F(BlendOnDevice, TakesThePictureItselfForAnEmptyList) {
  const BlendWeight weight = make_blend_weight(0.75).value();
  expect_reference_bytes({DeviceBlend{{}, {DeviceGrayscale{GrayscaleAlgorithm::Bt709}}, weight}},
                         [&](ConstImageView in, ImageView out) {
                           TestPicture luma({in.width_px, in.height_px, 1});
                           reference::grayscale(in, GrayscaleAlgorithm::Bt709, luma.view());
                           return reference::blend(in, luma.view(), weight, out);
                         });
}

TEST_F(BlendOnDevice, RefusesPartsThatDoNotFitTogether) {
  const DeviceBlend step{{DeviceTurn{{true, false, false}}}, {}, {0}};
  DeviceShape out;
  EXPECT_EQ(check_device_steps({step}, {9, 4, 3}, {1 << 20, 1 << 20, 0}, out), Status::BadShape);
}

}  // namespace
}  // namespace framewright::kernels
