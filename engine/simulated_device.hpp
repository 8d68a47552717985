// A device that keeps time by a clock and fails when told to: scheduling is tested on it without hardware.
//
// Threads   one at a time. Callbacks come from complete_due(), start() and reset().
#pragma once

#include <chrono>
#include <map>
#include <optional>

#include "engine/clock.hpp"
#include "engine/device.hpp"

namespace framewright::engine {

/// What happens to one piece of work.
enum class SimulatedFault : std::uint8_t {
  FailsOnce,     ///< this work fails when its time is over; the device stays healthy
  FailsForGood,  ///< this work and all that is under way fails when its time is over; only reset() helps
  Hangs,         ///< never completes; only reset() ends it
  Vanishes,      ///< as FailsForGood, and reset() fails too
};

class SimulatedDevice final : public Device {
 public:
  struct Script {
    std::chrono::nanoseconds service_time{std::chrono::milliseconds{1}};
    /// by number of the start, from 0; a batch is one
    std::map<std::uint64_t, std::chrono::nanoseconds> service_time_of = {};
    std::map<std::uint64_t, SimulatedFault> fault_of = {};  ///< likewise
    std::optional<int> slots_that_fit = {};                 ///< what reset() finds memory for, at most
    /// given: computes the plan's pixels, or their scan, on the CPU; otherwise leaves the output as it is
    FramePool* pool = nullptr;
  };

  SimulatedDevice(DeviceDescription description, const Clock& clock, Script script);
  ~SimulatedDevice() override;

  const DeviceDescription& description() const noexcept override { return description_; }
  bool can_run(const Plan& plan, const Geometry& input) const noexcept override;
  std::uint64_t share_of_slot(const Plan& plan, const Geometry& input) const noexcept override;
  void start_batch(int slot, std::vector<DeviceWork> works, BatchDone done) override;
  bool healthy() const noexcept override { return healthy_; }
  Result<void> reset() override;

  /// Calls back for everything whose time is over, in the order in which it ends.
  void complete_due();
  /// When the next work ends; none when nothing runs or all of it hangs.
  std::optional<SteadyTime> next_completion() const;
  std::size_t running() const noexcept { return running_.size(); }
  std::uint64_t started() const noexcept { return started_; }  ///< a batch is one

 private:
  struct Running {
    std::vector<DeviceWork> works;
    BatchDone done;
    SteadyTime started_at;
    std::optional<SteadyTime> ends_at;  ///< none: hangs
    std::optional<SimulatedFault> fault;
  };

  void take_memory() noexcept;
  void complete(Running running);
  void fail(Running running, ErrorCode code, const std::string& why);
  void fail_all(const std::string& why);
  Result<void> compute(DeviceWork& work);
  Result<void> code(DeviceWork& work, Reservation& reservation);

  // Given.
  DeviceDescription description_;
  const Clock& clock_;
  const Script script_;
  // Owned.
  std::map<int, Running> running_;  ///< by slot
  bool healthy_ = true;
  bool gone_ = false;
  // Measured.
  std::uint64_t started_ = 0;
};

}  // namespace framewright::engine
