// What a CUDA worker promises whatever its steps are.
#include "tests/kernels/cuda_worker_fixture.hpp"

namespace framewright::kernels {
namespace {

constexpr int kSlots = 4;
constexpr DeviceLimits kLimits{std::size_t{1} << 20, std::size_t{1} << 20};

class CudaWorkerTest : public CudaWorkerFixture {
 protected:
  void SetUp() override {
    CudaWorkerFixture::SetUp();
    if (!IsSkipped()) worker_ = make_worker(kSlots, kLimits);
  }

  Status run(const DeviceSteps& steps, ConstImageView in, ImageView out, int slot = 0) {
    return CudaWorkerFixture::run(*worker_, steps, in, out, slot);
  }

  std::unique_ptr<CudaWorker> worker_;
};

TEST_F(CudaWorkerTest, RunsStepsInTheOrderGiven) {
  const GaussianKernel kernel = make_gaussian_kernel(5, 1.0).value();
  TestPicture in = TestPicture::noise({65, 33, 4});
  TestPicture gray({65, 33, 1});
  TestPicture blurred({65, 33, 1});
  TestPicture inverted({65, 33, 1});
  ASSERT_EQ(reference::grayscale(in.view(), GrayscaleAlgorithm::Bt601, gray.view()), Status::Ok);
  ASSERT_EQ(reference::gaussian_blur(gray.view(), kernel, Border::Wrap, blurred.view()), Status::Ok);
  ASSERT_EQ(reference::invert(blurred.view(), inverted.view()), Status::Ok);
  TestPicture out({65, 33, 1});
  ASSERT_EQ(run({DeviceGrayscale{GrayscaleAlgorithm::Bt601}, DeviceGaussian{kernel, Border::Wrap},
                 DevicePointTable{make_invert_table()}},
                in.view(), out.view()),
            Status::Ok);
  EXPECT_EQ(out.values(), inverted.values());
}

TEST_F(CudaWorkerTest, CopiesThroughWhenThereAreNoSteps) {
  TestPicture in = TestPicture::noise({17, 5, 3});
  TestPicture out({17, 5, 3});
  ASSERT_EQ(run({}, in.view(), out.view()), Status::Ok);
  EXPECT_EQ(out.values(), in.values());
}

TEST_F(CudaWorkerTest, KeepsTheFramesOfItsSlotsApart) {
  const DeviceSteps steps{DevicePointTable{make_invert_table()}};
  std::vector<TestPicture> in;
  std::vector<TestPicture> out(kSlots, TestPicture({640, 480, 3}));
  std::vector<Outcome> outcomes(kSlots);
  for (int slot = 0; slot < kSlots; ++slot) {
    in.push_back(TestPicture::noise({640, 480, 3}, {}, static_cast<std::uint32_t>(slot + 1)));
  }
  for (std::size_t slot = 0; slot < kSlots; ++slot) {
    ASSERT_EQ(worker_->submit(static_cast<int>(slot),
                              {&steps, in[slot].view(), out[slot].view(), outcomes[slot].completion()}),
              Status::Ok);
  }
  for (std::size_t slot = 0; slot < kSlots; ++slot) {
    ASSERT_EQ(outcomes[slot].wait(), Status::Ok);
    TestPicture expected({640, 480, 3});
    ASSERT_EQ(reference::invert(in[slot].view(), expected.view()), Status::Ok);
    EXPECT_EQ(out[slot].values(), expected.values());
  }
}

TEST_F(CudaWorkerTest, MeasuresTimeOnTheDevice) {
  TestPicture in = TestPicture::noise({640, 480, 3});
  TestPicture out({640, 480, 3});
  const DeviceSteps steps{DeviceGaussian{make_gaussian_kernel(31, 5.0).value(), Border::Clamp}};
  Outcome outcome;
  ASSERT_EQ(worker_->submit(0, {&steps, in.view(), out.view(), outcome.completion()}), Status::Ok);
  ASSERT_EQ(outcome.wait(), Status::Ok);
  EXPECT_GT(outcome.result().device_us, 0);
}

TEST_F(CudaWorkerTest, RefusesASlotThatItDoesNotHave) {
  TestPicture picture({4, 4, 3});
  EXPECT_EQ(run({}, picture.view(), picture.view(), kSlots), Status::BadParameter);
}

TEST_F(CudaWorkerTest, RefusesAFrameThatIsTooLarge) {
  TestPicture in({1024, 1024, 3});
  TestPicture out({1024, 1024, 3});
  EXPECT_EQ(run({}, in.view(), out.view()), Status::BadShape);
}

TEST_F(CudaWorkerTest, RefusesStepsThatNeedMoreScratchThanThereIs) {
  TestPicture in({1024, 768, 1});
  TestPicture out({1024, 768, 1});
  EXPECT_EQ(run({DeviceBoxBlur{5}}, in.view(), out.view()), Status::BadShape) << "two bytes for each value";
  EXPECT_EQ(run({DeviceMedian{3}}, in.view(), out.view()), Status::Ok);
}

TEST_F(CudaWorkerTest, RefusesPicturesWithoutPixels) {
  TestPicture in({4, 4, 1});
  ConstImageView nothing = in.view();
  nothing.height_px = 0;
  EXPECT_EQ(run({}, nothing, in.view()), Status::BadShape);
}

TEST_F(CudaWorkerTest, RefusesAnOutputThatTheStepsDoNotMake) {
  TestPicture in({4, 4, 3});
  TestPicture out({4, 4, 3});
  EXPECT_EQ(run({DeviceGrayscale{GrayscaleAlgorithm::Bt601}}, in.view(), out.view()), Status::BadShape);
}

class CudaBatchTest : public CudaWorkerTest {
 protected:
  /// Runs pictures of odd shapes and layouts as one batch, and compares with each by itself.
  void expect_the_same(const DeviceSteps& steps, const std::vector<Shape>& shapes) {
    std::vector<TestPicture> in;
    std::vector<TestPicture> out;
    std::vector<TestPicture> alone;
    const auto every_layout = layouts();
    for (const Shape& shape : shapes) {
      DeviceShape made{shape.width_px, shape.height_px, shape.channels};
      for (const DeviceStep& step : steps) made = output_shape(step, made);
      const Layout& layout = every_layout[in.size() % every_layout.size()];
      in.push_back(TestPicture::noise(shape, layout, static_cast<std::uint32_t>(in.size())));
      out.emplace_back(Shape{made.width_px, made.height_px, made.channels}, layout);
      alone.emplace_back(Shape{made.width_px, made.height_px, made.channels});
      ASSERT_EQ(run(steps, in.back().view(), alone.back().view()), Status::Ok);
    }
    std::vector<DeviceItem> items;
    for (std::size_t i = 0; i < in.size(); ++i) items.push_back({&steps, in[i].view(), out[i].view()});
    Outcome outcome;
    ASSERT_EQ(worker_->submit_batch(2, {items.data(), items.size(), outcome.completion()}), Status::Ok);
    ASSERT_EQ(outcome.wait(), Status::Ok);
    for (std::size_t i = 0; i < in.size(); ++i) {
      EXPECT_EQ(out[i].values(), alone[i].values()) << "picture " << i;
      EXPECT_TRUE(out[i].guard_is_whole());
    }
  }

  std::vector<Shape> shapes_of(int channels) {
    return {{64, 64, channels}, {1, 1, channels}, {33, 7, channels}, {5, 65, channels}, {128, 96, channels}};
  }
};

TEST_F(CudaBatchTest, GivesTheSameBytesAsPictureByPicture) {
  const GaussianKernel kernel = make_gaussian_kernel(5, 1.0).value();
  for (const int channels : {1, 3, 4}) {
    SCOPED_TRACE(channels);
    expect_the_same({}, shapes_of(channels));
    expect_the_same({DevicePointTable{make_invert_table()}}, shapes_of(channels));
    expect_the_same({DevicePointTable{make_invert_table()}, DeviceGrayscale{GrayscaleAlgorithm::Bt601}},
                    shapes_of(channels));
    expect_the_same({DeviceGaussian{kernel, Border::Reflect}}, shapes_of(channels));
    expect_the_same({DeviceGaussian{kernel, Border::Reflect}, DevicePointTable{make_invert_table()},
                     DeviceGrayscale{GrayscaleAlgorithm::Bt601}},
                    shapes_of(channels));
  }
}

TEST_F(CudaBatchTest, TakesPicturesOfDifferentChannelsTogether) {
  expect_the_same({DeviceGrayscale{GrayscaleAlgorithm::Bt601}}, {{9, 9, 3}, {8, 8, 1}, {7, 5, 4}, {6, 5, 3}});
}

TEST_F(CudaBatchTest, RefusesWhatDoesNotFitTogether) {
  const DeviceSteps steps;
  TestPicture large({512, 512, 3});
  TestPicture out({512, 512, 3});
  Outcome outcome;
  const std::vector<DeviceItem> two(2, {&steps, large.view(), out.view()});
  EXPECT_EQ(worker_->submit_batch(0, {two.data(), 2, outcome.completion()}), Status::BadShape);
  EXPECT_EQ(worker_->submit_batch(0, {two.data(), 0, outcome.completion()}), Status::BadParameter);
  EXPECT_EQ(worker_->submit_batch(0, {nullptr, 1, outcome.completion()}), Status::BadParameter);
  EXPECT_EQ(worker_->submit_batch(kSlots, {two.data(), 1, outcome.completion()}), Status::BadParameter);
  const DeviceItem wrong{&steps, large.view(), TestPicture({4, 4, 3}).view()};
  EXPECT_EQ(worker_->submit_batch(0, {&wrong, 1, outcome.completion()}), Status::BadShape);
}

TEST_F(CudaWorkerTest, HasNoLostFramesWhileTheDeviceIsWell) {
  EXPECT_EQ(worker_->fail_lost_frames(), Status::Ok);
}

}  // namespace
}  // namespace framewright::kernels
