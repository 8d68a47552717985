// A TimedDevice is a simulated device that takes real time for each frame without keeping a core busy: on it
// many slow nodes run side by side on one machine, and what the cluster itself costs can be measured.
//
// Threads   one of its own calls back.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>

#include "engine/device.hpp"
#include "engine/simulated_device.hpp"

namespace framewright::app {

class TimedDevice final : public engine::Device {
 public:
  static constexpr const char* kName = "Simulated";

  /// One frame or batch at a time, each for `service_time`; its pixels are right, and are computed on the CPU
  /// beside that. `index` is its number among the devices of this process.
  TimedDevice(std::chrono::nanoseconds service_time, std::uint64_t slot_bytes, engine::FramePool& pool,
              int index = 0);

  const engine::DeviceDescription& description() const noexcept override { return inner_.description(); }
  bool can_run(const engine::Plan& plan, const engine::Geometry& input) const noexcept override {
    return inner_.can_run(plan, input);
  }
  std::uint64_t share_of_slot(const engine::Plan& plan,
                              const engine::Geometry& input) const noexcept override {
    return inner_.share_of_slot(plan, input);
  }
  void start_batch(int slot, std::vector<engine::DeviceWork> works, BatchDone done) override;
  bool healthy() const noexcept override { return true; }
  engine::Result<void> reset() override;

 private:
  void complete(const std::stop_token& stop);

  // Owned.
  std::mutex mutex_;
  std::condition_variable_any started_;
  engine::SimulatedDevice inner_;
  std::jthread thread_;  ///< the last: it ends before what it uses
};

}  // namespace framewright::app
