// Pictures of mixed sizes that share a slot of a device, against each of them alone.
#include "tests/kernels/cuda_worker_fixture.hpp"

namespace framewright::kernels {
namespace {

/// What pictures have, in all that a filter may trip over: one pixel, one row, one column, parts of a tile,
/// several tiles.
std::vector<Shape> shapes_of(int channels) {
  return {{64, 64, channels}, {1, 1, channels},  {33, 7, channels}, {1, 9, channels},
          {9, 1, channels},   {5, 65, channels}, {70, 40, channels}};
}

class BatchesOnDevice : public CudaWorkerFixture {
 protected:
  static constexpr int kSlots = 2;
  static constexpr DeviceLimits kLimits{std::size_t{1} << 18, std::size_t{1} << 20, std::size_t{1} << 18};

  void SetUp() override {
    CudaWorkerFixture::SetUp();
    if (!IsSkipped()) worker_ = make_worker(kSlots, kLimits);
  }

  /// Runs pictures of every layout as one batch, each by its own list of steps, and compares with each alone.
  void expect_the_same_of_each(const std::vector<DeviceSteps>& steps, const std::vector<Shape>& shapes) {
    std::vector<TestPicture> in;
    std::vector<TestPicture> out;
    std::vector<TestPicture> alone;
    const auto every_layout = layouts();
    for (const Shape& shape : shapes) {
      DeviceShape made{shape.width_px, shape.height_px, shape.channels};
      const DeviceSteps& own = steps[in.size()];
      for (const DeviceStep& step : own) made = output_shape(step, made);
      const Layout& layout = every_layout[in.size() % every_layout.size()];
      in.push_back(TestPicture::noise(shape, layout, static_cast<std::uint32_t>(in.size())));
      out.emplace_back(Shape{made.width_px, made.height_px, made.channels}, layout);
      alone.emplace_back(Shape{made.width_px, made.height_px, made.channels});
      ASSERT_EQ(run(*worker_, own, in.back().view(), alone.back().view()), Status::Ok);
    }
    std::vector<DeviceItem> items;
    for (std::size_t i = 0; i < in.size(); ++i) items.push_back({&steps[i], in[i].view(), out[i].view()});
    Outcome outcome;
    ASSERT_EQ(worker_->submit_batch(1, {items.data(), items.size(), outcome.completion()}), Status::Ok);
    ASSERT_EQ(outcome.wait(), Status::Ok);
    for (std::size_t i = 0; i < in.size(); ++i) {
      EXPECT_EQ(out[i].values(), alone[i].values()) << "picture " << i << ", " << describe(shapes[i]);
      EXPECT_TRUE(out[i].guard_is_whole());
    }
  }
  void expect_the_same(const DeviceSteps& steps, const std::vector<Shape>& shapes) {
    expect_the_same_of_each(std::vector<DeviceSteps>(shapes.size(), steps), shapes);
  }
  void expect_the_same_of_all_channels(const DeviceSteps& steps) {
    for (const int channels : {1, 3, 4}) {
      SCOPED_TRACE(channels);
      expect_the_same(steps, shapes_of(channels));
    }
  }

  std::unique_ptr<CudaWorker> worker_;
};

DeviceGaussian gaussian(int size, Border border = Border::Reflect) {
  return {make_gaussian_kernel(size, 0.3 * size).value(), border};
}

DeviceMorphology morphology(Morphology operation, ElementShape shape = ElementShape::Ellipse) {
  return {operation, make_structuring_element(shape, 5).value()};
}

const DeviceGrayscale kGray{GrayscaleAlgorithm::Bt601};
const DevicePointTable kInvert{make_invert_table()};
const DeviceVignette kVignette{make_vignette(0.9, 0.2).value()};

TEST_F(BatchesOnDevice, GiveTheSameBytesOfPoints) {
  expect_the_same_of_all_channels({});
  expect_the_same_of_all_channels({kInvert});
  expect_the_same_of_all_channels({kInvert, kGray});
  expect_the_same_of_all_channels({kVignette, DeviceConversion{ColourConversion::RgbToHsv}, kVignette});
}

TEST_F(BatchesOnDevice, GiveTheSameBytesOfBlurs) {
  for (const Border border : {Border::Reflect, Border::Clamp, Border::Wrap}) {
    expect_the_same_of_all_channels({gaussian(5, border)});
    expect_the_same({gaussian(63, border)}, shapes_of(3));
  }
  expect_the_same_of_all_channels({DeviceBoxBlur{9}});
}

TEST_F(BatchesOnDevice, GiveTheSameBytesOfEdges) {
  for (const NeighbourhoodKind kind :
       {NeighbourhoodKind::Sobel, NeighbourhoodKind::Scharr, NeighbourhoodKind::Sharpen}) {
    expect_the_same_of_all_channels({DeviceNeighbourhood{kind, make_sharpen_weight(1.3).value()}});
  }
  expect_the_same_of_all_channels({DeviceLog{make_log_kernel(1.4).value(), LogOutput::Signed}});
}

TEST_F(BatchesOnDevice, GiveTheSameBytesOfMorphology) {
  expect_the_same_of_all_channels({morphology(Morphology::Erode, ElementShape::Rectangle)});
  for (const Morphology operation : {Morphology::Dilate, Morphology::Open, Morphology::Close,
                                     Morphology::Gradient, Morphology::TopHat, Morphology::BlackHat}) {
    SCOPED_TRACE(static_cast<int>(operation));
    expect_the_same({morphology(operation)}, shapes_of(4));
  }
}

TEST_F(BatchesOnDevice, GiveTheSameBytesOfFiltersThatKeepEdges) {
  for (const int size : {3, 5, 9}) expect_the_same_of_all_channels({DeviceMedian{size}});
  expect_the_same_of_all_channels({DeviceBilateral{make_bilateral_kernel(7, 30, 4).value()}});
  expect_the_same_of_all_channels({DeviceOilPainting{3}});
  for (const int size : {2, 7, 40}) expect_the_same_of_all_channels({DevicePixelate{size}});
}

TEST_F(BatchesOnDevice, GiveTheSameBytesOfPixelsAtOtherPlaces) {
  for (unsigned i = 0; i < 8; ++i) {
    SCOPED_TRACE(i);
    expect_the_same_of_all_channels({DeviceTurn{{(i & 1) != 0, (i & 2) != 0, (i & 4) != 0}}});
  }
  for (const int channels : {1, 3, 4}) {
    expect_the_same({DeviceCrop{{3, 2, 21, 4}}}, {{24, 6, channels}, {90, 41, channels}, {33, 70, channels}});
  }
}

TEST_F(BatchesOnDevice, GiveTheSameBytesOfWhatIsLaunchedPictureByPicture) {
  expect_the_same_of_all_channels({DeviceEqualize{}});
  expect_the_same_of_all_channels({DeviceOtsu{Polarity::BrightIsWhite}});
  expect_the_same({DeviceCanny{make_canny_thresholds(GradientNorm::L1, 100, 400).value()}}, shapes_of(1));
  expect_the_same_of_all_channels({DeviceLetterbox{50, 40, {7, 5, 30, 33}, Interpolation::Bilinear, 99}});
}

/// Some of these have so many taps that their sums are wide, the others not.
TEST_F(BatchesOnDevice, GiveTheSameBytesOfPicturesOfOtherSizes) {
  for (const Interpolation interpolation :
       {Interpolation::Nearest, Interpolation::Area, Interpolation::Bilinear, Interpolation::Lanczos}) {
    SCOPED_TRACE(static_cast<int>(interpolation));
    expect_the_same_of_all_channels(
        {DeviceResize{30, 20, interpolation}, DeviceResize{9, 31, interpolation}});
    expect_the_same_of_all_channels({DeviceResize{2, 3, interpolation}});
  }
}

TEST_F(BatchesOnDevice, GiveTheSameBytesOfLongPipelines) {
  expect_the_same_of_all_channels({kInvert, gaussian(5), kGray, morphology(Morphology::Open), kVignette,
                                   DeviceMedian{3}, DeviceNeighbourhood{NeighbourhoodKind::Sobel}, kInvert});
  // Tables of each picture, and pictures that grow and shrink, between steps that are taken together.
  expect_the_same_of_all_channels({gaussian(3), DeviceResize{40, 30, Interpolation::Area}, kVignette,
                                   DeviceEqualize{}, DeviceBoxBlur{5}, kGray,
                                   DeviceResize{50, 50, Interpolation::Bilinear},
                                   morphology(Morphology::TopHat), DeviceTurn{{true, false, true}}});
}

TEST_F(BatchesOnDevice, GiveTheSameBytesOfBlendsBetweenFilters) {
  const DeviceBlend blend{{gaussian(5), kGray}, {}, make_blend_weight(0.3).value()};
  expect_the_same_of_all_channels({kInvert, blend, gaussian(5)});
}

TEST_F(BatchesOnDevice, MayHaveAsManyPicturesAsThereIsRoomFor) {
  std::vector<Shape> shapes;
  for (int i = 0; i < static_cast<int>(kMaxBatch); ++i) shapes.push_back({1 + i * 7 % 41, 1 + i * 5 % 37, 3});
  expect_the_same({gaussian(5), kInvert, kGray}, shapes);
}

TEST_F(BatchesOnDevice, TakePicturesOfDifferentChannelsTogether) {
  expect_the_same({kGray, gaussian(5)}, {{9, 9, 3}, {8, 8, 1}, {7, 5, 4}, {6, 5, 3}});
}

TEST_F(BatchesOnDevice, TakePicturesWithDifferentStepsTogether) {
  const std::vector<Shape> shapes{{40, 20, 3}, {9, 8, 3}, {33, 17, 3}};
  expect_the_same_of_each({{gaussian(5)}, {gaussian(7)}, {gaussian(5, Border::Wrap)}}, shapes);
  expect_the_same_of_each({{kInvert, kGray}, {kInvert}, {}}, shapes);
  expect_the_same_of_each({{DeviceResize{9, 9, Interpolation::Area}, kInvert},
                           {DeviceResize{3, 20, Interpolation::Nearest}, kInvert},
                           {DeviceResize{33, 17, Interpolation::Lanczos}, kInvert}},
                          shapes);
  const BlendWeight half = make_blend_weight(0.5).value();
  expect_the_same_of_each({{DeviceBlend{{kGray}, {}, half}, gaussian(5)},
                           {DeviceBlend{{kGray}, {kGray}, half}, gaussian(5)},
                           {DeviceBlend{{}, {}, half}, gaussian(5)}},
                          shapes);
}

TEST_F(BatchesOnDevice, GiveTheSameBytesWithScratchForOneAlone) {
  const DeviceSteps steps{DeviceBoxBlur{5}};
  const std::vector<Shape> shapes(4, Shape{40, 30, 3});
  worker_ = make_worker(kSlots, {std::size_t{1} << 18, device_scratch_bytes(steps[0], {40, 30, 3}), 0});
  expect_the_same(steps, shapes);
}

TEST_F(BatchesOnDevice, RefuseWhatDoesNotFitTogether) {
  const DeviceSteps steps;
  TestPicture large({256, 256, 3});
  TestPicture out({256, 256, 3});
  Outcome outcome;
  const std::vector<DeviceItem> two(2, {&steps, large.view(), out.view()});
  EXPECT_EQ(worker_->submit_batch(0, {two.data(), 2, outcome.completion()}), Status::BadShape);
  EXPECT_EQ(worker_->submit_batch(0, {two.data(), 0, outcome.completion()}), Status::BadParameter);
  EXPECT_EQ(worker_->submit_batch(0, {nullptr, 1, outcome.completion()}), Status::BadParameter);
  EXPECT_EQ(worker_->submit_batch(kSlots, {two.data(), 1, outcome.completion()}), Status::BadParameter);
  const DeviceItem wrong{&steps, large.view(), TestPicture({4, 4, 3}).view()};
  EXPECT_EQ(worker_->submit_batch(0, {&wrong, 1, outcome.completion()}), Status::BadShape);
}

}  // namespace
}  // namespace framewright::kernels
