// A Device runs plans somewhere else than on the calling thread: a GPU, or a simulation of one.
//
// Threads   start() and reset() from one thread at a time (its worker's); callbacks come on any thread, also
//           from inside start() when the work fails at once.
// Lifetime  a device outlives its callbacks: the destructor ends what runs, and calls back for it, before it
//           returns.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/frame.hpp"
#include "engine/frame_task.hpp"
#include "engine/plan.hpp"
#include "kernels/graph_cache.hpp"

namespace framewright::engine {

struct DeviceDescription {
  std::string id;    ///< "cuda:0"
  int index = 0;     ///< among the devices of its accelerator in this process
  std::string name;  ///< "NVIDIA H200"
  Accelerator accelerator = Accelerator::Cuda;
  int slots = 0;                   ///< frames that may be under way at a time, from the last reset() on
  int wanted_slots = 0;            ///< more than `slots` where the device's memory had no room for all
  std::uint64_t slot_bytes = 0;    ///< the largest picture of a plan, at any of its steps
  std::uint64_t memory_bytes = 0;  ///< of the device, that its slots hold from the last reset() on
};

/// One frame on its way through a device. The caller lends both frames and gets both back.
struct DeviceWork {
  std::shared_ptr<const Plan> plan;
  Frame input;   ///< unchanged when the work fails, so that it can be done elsewhere
  Frame output;  ///< of the geometry that the plan gives; its pixels are written
  WorkClass work_class = WorkClass::Live;  ///< live work goes first on the device, too
  std::uint64_t profiler_number = 0;       ///< of the frame: ProfilerFrame::number()
  /// Given: the output is wanted as a JPEG of this quality, which a device that can may begin.
  std::optional<int> jpeg_quality = {};
  /// Made: so many bits of that JPEG's scan are what the output's buffer holds, for Encoder::encode_scan(). 0
  /// where it holds pixels: the device cannot code such a picture, or the scan would be larger.
  std::uint64_t scan_bits = 0;
  std::chrono::nanoseconds coding{0};  ///< made: what that took, of the time that the device was busy
};

struct DeviceOutcome {
  DeviceWork work;
  Result<void> result;
  DeviceTimes times = {};  ///< without the wait, which was before
};

class Device {
 public:
  using Done = std::function<void(DeviceOutcome)>;
  using BatchDone = std::function<void(std::vector<DeviceOutcome>)>;
  /// The most pictures of a batch.
  static constexpr std::size_t kMostTogether = 64;

  virtual ~Device() = default;
  virtual const DeviceDescription& description() const noexcept = 0;
  /// Whether every step of `plan` has a kernel here and every picture between them fits a slot. `input` is
  /// Frame::picture_geometry(): a frame that was decoded at a part of it takes less.
  virtual bool can_run(const Plan& plan, const Geometry& input) const noexcept = 0;
  /// What a picture that can_run() takes of a slot's bytes where it shares the slot.
  virtual std::uint64_t share_of_slot(const Plan& plan, const Geometry& input) const noexcept = 0;
  /// Starts work on a free slot and returns; `done` is called exactly once.
  ///
  /// Errors   in the outcome: Internal (this work failed), AcceleratorUnavailable (the device failed: see
  ///          healthy()).
  void start(int slot, DeviceWork work, Done done);
  /// The same for pictures that go together: one to kMostTogether, of one plan and class, whose shares
  /// together fit a slot. Each has its own outcome, and its part of the times; `done` is called once
  /// for all. The JPEGs of several are not begun.
  virtual void start_batch(int slot, std::vector<DeviceWork> works, BatchDone done) = 0;
  /// False from the moment that an error of the device itself was seen, until reset() succeeds.
  virtual bool healthy() const noexcept = 0;
  /// Asks the device whether it still lives: work that a failed device has lost is called back as failed. To
  /// be called now and then while work is under way, because a device that fails may call back nothing by
  /// itself.
  virtual void check() {}
  /// How often work was launched as a graph, since the device was built; from any thread.
  virtual kernels::GraphCounts graph_counts() const { return {}; }
  /// Builds the device anew. Work that the device has lost is called back as failed first.
  ///
  /// Errors   NotReady while work still runs there; AcceleratorUnavailable when the device cannot be had.
  virtual Result<void> reset() = 0;
};

inline void Device::start(int slot, DeviceWork work, Done done) {
  std::vector<DeviceWork> works;
  works.push_back(std::move(work));
  start_batch(slot, std::move(works), [done = std::move(done)](std::vector<DeviceOutcome> outcomes) {
    done(std::move(outcomes.front()));
  });
}

/// The CUDA devices of this machine; none in a build without CUDA or on a machine without a driver. One whose
/// memory cannot be had now is there, but not healthy: reset() tries again and says why.
std::vector<std::unique_ptr<Device>> find_cuda_devices(int slots_per_device, std::uint64_t slot_bytes);

/// Where there are none, why.
std::string why_no_cuda_devices();

}  // namespace framewright::engine
