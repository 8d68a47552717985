// CUDA workers for tests, and their work against a reference. Every test skips where there is no device.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <memory>
#include <vector>

#include "kernels/cuda_device.hpp"
#include "kernels/reference.hpp"
#include "tests/kernels/test_pictures.hpp"

namespace framewright::kernels {

/// What a completion says, handed to the test's thread.
class Outcome {
 public:
  DeviceCompletion completion() { return {&Outcome::set, this}; }

  /// Waits at most ten seconds, so that a completion that never comes is a failure and not a hang.
  Status wait() {
    auto future = promise_.get_future();
    if (future.wait_for(std::chrono::seconds(10)) != std::future_status::ready) return Status::LaunchFailed;
    result_ = future.get();
    return result_.status;
  }

  const DeviceResult& result() const { return result_; }

 private:
  static void set(void* context, const DeviceResult& result) {
    static_cast<Outcome*>(context)->promise_.set_value(result);
  }

  std::promise<DeviceResult> promise_;
  DeviceResult result_;
};

class CudaWorkerFixture : public ::testing::Test {
 protected:
  void SetUp() override {
    if (cuda_devices().empty()) GTEST_SKIP() << "no CUDA device";
  }

  static std::unique_ptr<CudaWorker> make_worker(int slots, const DeviceLimits& limits) {
    auto created = CudaWorker::create({cuda_devices().front().index, slots, limits});
    EXPECT_NE(created.worker, nullptr) << created.error;
    return std::move(created.worker);
  }

  static Status run(CudaWorker& worker, const DeviceSteps& steps, ConstImageView in, ImageView out,
                    int slot = 0) {
    Outcome outcome;
    const Status status = worker.submit(slot, {&steps, in, out, outcome.completion()});
    return status == Status::Ok ? outcome.wait() : status;
  }

  /// Memory for these steps and not a byte more, so that what reaches beyond it is seen.
  static DeviceLimits limits_of(const DeviceSteps& steps, DeviceShape shape) {
    DeviceLimits limits{shape.bytes(), 0, 0};
    for (const DeviceStep& step : steps) {
      limits.scratch_bytes = std::max(limits.scratch_bytes, device_scratch_bytes(step, shape));
      limits.staging_bytes += device_staging_bytes(step, shape);
      shape = output_shape(step, shape);
      limits.frame_bytes = std::max(limits.frame_bytes, shape.bytes());
    }
    return limits;
  }

  /// Runs steps on odd shapes and layouts and compares with `reference(in, out)`.
  template <typename Reference>
  static void expect_reference_bytes(const DeviceSteps& steps, Reference reference,
                                     const std::vector<Shape>& shapes = odd_shapes()) {
    for (const Shape& shape : shapes) {
      DeviceShape made{shape.width_px, shape.height_px, shape.channels};
      const auto worker = make_worker(1, limits_of(steps, made));
      ASSERT_NE(worker, nullptr);
      for (const DeviceStep& step : steps) made = output_shape(step, made);
      const Shape out_shape{made.width_px, made.height_px, made.channels};
      for (const Layout& layout : layouts()) {
        SCOPED_TRACE(describe(shape));
        TestPicture in = TestPicture::noise(shape, layout);
        TestPicture expected(out_shape);
        TestPicture out(out_shape, layout);
        ASSERT_EQ(reference(in.view(), expected.view()), Status::Ok);
        ASSERT_EQ(run(*worker, steps, in.view(), out.view()), Status::Ok);
        ASSERT_EQ(out.values(), expected.values());
        ASSERT_TRUE(out.guard_is_whole());
      }
    }
  }
};

}  // namespace framewright::kernels
