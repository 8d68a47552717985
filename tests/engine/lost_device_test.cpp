// A device that fails while frames run, on the stand-in for CUDA.
#include <cuda_runtime_api.h>
#include <gtest/gtest.h>

#include <chrono>
#include <future>

#include "engine/device.hpp"
#include "tests/engine/picture_maker.hpp"

namespace framewright::engine {
namespace {

class LostDevice : public testing::Test {
 protected:
  ~LostDevice() override { device_on_host::has_failed = false; }

  std::future<DeviceOutcome> start(int slot, unsigned seed) {
    Reservation reservation;
    auto input = random_frame({33, 17, 3}, pool, seed);
    auto output = lend_frame(input.picture_geometry(), pool, reservation).value();
    auto promise = std::make_shared<std::promise<DeviceOutcome>>();
    device->start(slot, {plan, std::move(input), std::move(output)},
                  [promise](DeviceOutcome outcome) { promise->set_value(std::move(outcome)); });
    return promise->get_future();
  }
  static bool is_done(const std::future<DeviceOutcome>& outcome) {
    return outcome.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
  }

  FrameBudget budget{64 << 20};
  FramePool pool{budget};
  std::shared_ptr<const Plan> plan = Plan::make(Pipeline::parse("blur|invert").value(), {}).value();
  std::unique_ptr<Device> device = std::move(find_cuda_devices(4, 1 << 20).front());
};

TEST_F(LostDevice, FailsTheFramesItHoldsByNameAndIsOfUseAgainAfterAReset) {
  ASSERT_TRUE(device->reset().has_value());
  ASSERT_TRUE(start(0, 1).get().result.has_value());
  device_on_host::has_failed = true;
  auto first = start(0, 2);
  auto second = start(3, 3);
  EXPECT_FALSE(is_done(first));
  EXPECT_FALSE(is_done(second));
  device->check();
  ASSERT_TRUE(is_done(first));
  ASSERT_TRUE(is_done(second));
  for (auto* lost : {&first, &second}) {
    const auto outcome = lost->get();
    ASSERT_FALSE(outcome.result.has_value());
    EXPECT_EQ(outcome.result.error().code, ErrorCode::AcceleratorUnavailable);
  }
  EXPECT_FALSE(device->healthy());
  ASSERT_TRUE(device->reset().has_value());
  EXPECT_TRUE(device->healthy());
  const auto outcome = start(0, 4).get();
  ASSERT_TRUE(outcome.result.has_value()) << outcome.result.error().detail;
  Reservation reservation;
  const auto on_cpu = run_plan_on_cpu(*plan, random_frame({33, 17, 3}, pool, 4), pool, reservation);
  EXPECT_EQ(pixels_of(outcome.work.output), pixels_of(on_cpu.value()));
}

}  // namespace
}  // namespace framewright::engine
