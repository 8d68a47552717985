// A gpu_worker keeps the slots of one device busy: decoders in front of it, encoders behind it, completion by
// message.
//
// Live frames go before those of jobs, in front of the slots and on the device. Small ones of one plan go
// through a slot together (engine/batch_queue.hpp).
//
// A device that fails is retired: the dispatcher sends nothing more, frames that left the choice to us are
// finished on the CPU, those that asked for the device fail by name, and the worker ends, so that its
// supervisor starts it anew with a device that was built anew.
//
// Messages  submit ErrandPtr     from the dispatcher
//           decoded, failed      from its decoders
//           outcome OutcomePtr   from the device, on whatever thread
//           done ErrandPtr       from its encoders
//           tick                 ask the device whether it still lives
//           changed              from itself: something has waited long enough for others
#pragma once

#include <atomic>
#include <caf/all.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "actors/decoder.hpp"
#include "actors/directory.hpp"
#include "actors/picture.hpp"
#include "engine/batch_queue.hpp"
#include "engine/device.hpp"
#include "engine/device_choice.hpp"

namespace framewright::actors {

/// Of all devices that are in service, together. Written by their workers, read by metrics.
struct DeviceGauges {
  std::atomic<std::int64_t> slots{0};
  std::atomic<std::int64_t> slots_busy{0};
  std::atomic<std::int64_t> memory_bytes{0};  ///< of the devices, that their slots hold
};

struct GpuWorkerOptions {
  Directory& directory;
  engine::Device& device;
  engine::FramePool& pool;
  const engine::Clock& clock;
  DeviceGauges& gauges;
  int codecs = 1;                           ///< decoders, and as many encoders
  engine::DeviceChoice* choice = nullptr;   ///< learns what pictures take here; none where nobody compares
  std::chrono::nanoseconds batch_delay{0};  ///< that a small picture waits for others; 0: each goes alone
  /// Called when it is in service, with true, and when it ends, with false.
  std::function<void(bool serves)> started = {};
};

/// A device's outcomes with the errands and the slot they belong to.
struct SlotOutcome {
  std::vector<ErrandPtr> errands;
  int slot = 0;
  std::vector<engine::DeviceOutcome> outcomes;
  std::chrono::nanoseconds took{0};  ///< all of them, from start_batch() on, with the copies of the host
};
using SlotOutcomePtr = std::shared_ptr<SlotOutcome>;

struct GpuWorkerState {
  static inline const char* name = "gpu_worker";
  // Given.
  caf::actor dispatcher;
  // Owned.
  std::vector<caf::actor> decoders;
  std::vector<caf::actor> encoders;
  std::size_t next_decoder = 0;
  std::size_t next_encoder = 0;
  std::vector<int> free_slots;
  engine::BatchQueue<PicturePtr> waiting{{}};  ///< for a slot; never more than the credit
  std::size_t held = 0;                        ///< errands between submit and done
  bool retired = false;
  bool watching = false;                            ///< a tick is under way
  std::optional<engine::SteadyTime> wakes_at = {};  ///< the next `changed` that is under way
};

caf::behavior gpu_worker(caf::stateful_actor<GpuWorkerState>* self, GpuWorkerOptions options);

}  // namespace framewright::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(framewright::actors::SlotOutcomePtr)
