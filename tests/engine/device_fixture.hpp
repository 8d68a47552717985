// A world for tests of what a device does: the first that there is, and frames for it.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <utility>

#include "engine/device.hpp"
#include "engine/frame_pool.hpp"

namespace framewright::engine {

class DeviceFixture : public testing::Test {
 protected:
  static constexpr std::uint64_t kSlotBytes = 4 << 20;

  void SetUp() override {
    auto devices = find_cuda_devices(1, kSlotBytes);
    ASSERT_FALSE(devices.empty());
    device = std::move(devices.front());
    ASSERT_TRUE(device->reset().has_value());
  }

  FrameBudget budget{64 << 20};
  FramePool pool{budget};
  std::unique_ptr<Device> device;
};

}  // namespace framewright::engine
