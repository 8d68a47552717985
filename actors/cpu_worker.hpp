// A cpu_worker decodes, runs and encodes one frame at a time on the core that has its pixels in cache.
//
// It is scheduled cooperatively: the scheduler has two threads more than there are such workers, so that
// coordination never waits for pixels (see ARCHITECTURE.md, "Threads").
//
// Messages  submit ErrandPtr     from the dispatcher; answers `done` to the errand's waiter and to the
//           dispatcher
#pragma once

#include <caf/all.hpp>
#include <memory>

#include "actors/directory.hpp"
#include "engine/clock.hpp"
#include "engine/codec.hpp"
#include "engine/device_choice.hpp"

namespace framewright::actors {

struct CpuWorkerOptions {
  Directory& directory;
  engine::FramePool& pool;
  const engine::Clock& clock;
  engine::DeviceChoice* choice = nullptr;  ///< learns what pictures take here; none where there is no device
  std::size_t credit = 32;
};

struct CpuWorkerState {
  static inline const char* name = "cpu_worker";
  std::unique_ptr<engine::Decoder> decoder;
  std::unique_ptr<engine::Encoder> encoder;
};

caf::behavior cpu_worker(caf::stateful_actor<CpuWorkerState>* self, CpuWorkerOptions options);

}  // namespace framewright::actors
