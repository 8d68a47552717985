// CUDA against the references; every test here skips where there is no device.
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <memory>
#include <vector>

#include "kernels/cuda_device.hpp"
#include "kernels/reference.hpp"
#include "tests/kernels/test_pictures.hpp"

namespace framewright::kernels {
namespace {

constexpr int kSlots = 4;
constexpr std::size_t kFrameBytes = std::size_t{1} << 20;

/// What a completion says, handed to the test's thread.
class Outcome {
 public:
  DeviceCompletion completion() { return {&Outcome::set, this}; }

  /// Waits at most ten seconds, so that a completion that never comes is a failure and not a hang.
  Status wait() {
    auto future = promise_.get_future();
    if (future.wait_for(std::chrono::seconds(10)) != std::future_status::ready) return Status::LaunchFailed;
    return future.get();
  }

  std::int64_t device_us() const { return device_us_; }

 private:
  static void set(void* context, Status status, std::int64_t device_us) {
    auto* self = static_cast<Outcome*>(context);
    self->device_us_ = device_us;
    self->promise_.set_value(status);
  }

  std::promise<Status> promise_;
  std::int64_t device_us_ = -1;
};

class CudaWorkerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (cuda_devices().empty()) GTEST_SKIP() << "no CUDA device";
    CudaWorker::Created created = CudaWorker::create({cuda_devices().front().index, kSlots, kFrameBytes});
    ASSERT_NE(created.worker, nullptr) << created.error;
    worker_ = std::move(created.worker);
  }

  Status run(const std::vector<DeviceStep>& steps, ConstImageView in, ImageView out, int slot = 0) {
    Outcome outcome;
    const Status status = worker_->submit(slot, {steps.data(), steps.size(), in, out, outcome.completion()});
    return status == Status::Ok ? outcome.wait() : status;
  }

  /// Runs one step on odd shapes and layouts and compares with `reference(in, out)`.
  template <typename Reference>
  void expect_reference_bytes(const DeviceStep& step, Reference reference) {
    for (const Shape& shape : odd_shapes()) {
      const Shape out_shape{shape.width_px, shape.height_px, output_channels(step, shape.channels)};
      for (const Layout& layout : layouts()) {
        SCOPED_TRACE(describe(shape));
        TestPicture in = TestPicture::noise(shape, layout);
        TestPicture expected(out_shape);
        TestPicture out(out_shape, layout);
        ASSERT_EQ(reference(in.view(), expected.view()), Status::Ok);
        ASSERT_EQ(run({step}, in.view(), out.view()), Status::Ok);
        ASSERT_EQ(out.values(), expected.values());
        ASSERT_TRUE(out.guard_is_whole());
      }
    }
  }

  std::unique_ptr<CudaWorker> worker_;
};

TEST_F(CudaWorkerTest, GivesTheBytesOfTheGrayscaleReference) {
  for (const GrayscaleAlgorithm algorithm :
       {GrayscaleAlgorithm::Bt601, GrayscaleAlgorithm::Bt709, GrayscaleAlgorithm::Average,
        GrayscaleAlgorithm::Lightness, GrayscaleAlgorithm::Luminosity}) {
    expect_reference_bytes(DeviceGrayscale{algorithm},
                           [=](auto in, auto out) { return reference::grayscale(in, algorithm, out); });
  }
}

TEST_F(CudaWorkerTest, GivesTheBytesOfTheGaussianReference) {
  for (const int size : {3, 5, 31}) {
    const GaussianKernel kernel = make_gaussian_kernel(size, 0.3 * size).value();
    for (const Border border : {Border::Reflect, Border::Clamp, Border::Wrap}) {
      expect_reference_bytes(DeviceGaussian{kernel, border}, [=](auto in, auto out) {
        return reference::gaussian_blur(in, kernel, border, out);
      });
    }
  }
}

TEST_F(CudaWorkerTest, GivesTheBytesOfTheTableReference) {
  const PointTable table = make_gamma_table(2.2).value();
  expect_reference_bytes(DevicePointTable{table},
                         [&](auto in, auto out) { return reference::apply_table(in, table, out); });
}

TEST_F(CudaWorkerTest, GivesTheBytesOfTheInvertReference) {
  expect_reference_bytes(DevicePointTable{make_invert_table()},
                         [](auto in, auto out) { return reference::invert(in, out); });
}

TEST_F(CudaWorkerTest, GivesTheBytesOfTheSepiaReference) {
  const SepiaMatrix matrix = make_sepia_matrix(0.7).value();
  expect_reference_bytes(DeviceSepia{matrix},
                         [&](auto in, auto out) { return reference::sepia(in, matrix, out); });
}

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
  const std::vector<DeviceStep> steps{DeviceStep{DevicePointTable{make_invert_table()}}};
  std::vector<TestPicture> in;
  std::vector<TestPicture> out(kSlots, TestPicture({640, 480, 3}));
  std::vector<Outcome> outcomes(kSlots);
  for (int slot = 0; slot < kSlots; ++slot) {
    in.push_back(TestPicture::noise({640, 480, 3}, {}, static_cast<std::uint32_t>(slot + 1)));
  }
  for (std::size_t slot = 0; slot < kSlots; ++slot) {
    ASSERT_EQ(worker_->submit(static_cast<int>(slot), {steps.data(), steps.size(), in[slot].view(),
                                                       out[slot].view(), outcomes[slot].completion()}),
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
  const std::vector<DeviceStep> steps{
      DeviceStep{DeviceGaussian{make_gaussian_kernel(31, 5.0).value(), Border::Clamp}}};
  Outcome outcome;
  ASSERT_EQ(worker_->submit(0, {steps.data(), 1, in.view(), out.view(), outcome.completion()}), Status::Ok);
  ASSERT_EQ(outcome.wait(), Status::Ok);
  EXPECT_GT(outcome.device_us(), 0);
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
