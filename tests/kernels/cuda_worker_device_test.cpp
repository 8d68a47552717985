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
  EXPECT_GT(outcome.result().upload_us, 0);
  EXPECT_GT(outcome.result().steps_us, 0);
  EXPECT_EQ(outcome.result().coding_us, 0);
  EXPECT_GT(outcome.result().download_us, 0);
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
  EXPECT_EQ(run({DeviceBoxBlur{17}}, in.view(), out.view()), Status::BadShape) << "two bytes for each value";
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

TEST_F(CudaWorkerTest, HasNoLostFramesWhileTheDeviceIsWell) {
  EXPECT_EQ(worker_->fail_lost_frames(), Status::Ok);
}

}  // namespace
}  // namespace framewright::kernels
