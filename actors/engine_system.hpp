// The EngineSystem is the actor system of one process: it starts the tree, offers it as a FrameService, and
// stops it in order. CAF does not show through.
//
// Threads   `cpu_workers` + 2 scheduler threads, so that coordination never waits for pixels; one for each
//           device and one for jobs beside them.
// Lifetime  stop() first, while the threads behind every Post still run; then those threads end, because CAF
//           keeps something of the system on each thread that ran an actor; then the destructor.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actors/frame_service.hpp"
#include "engine/clock.hpp"
#include "engine/device.hpp"
#include "engine/frame_pool.hpp"
#include "engine/job_events.hpp"
#include "engine/job_files.hpp"
#include "engine/job_store.hpp"
#include "engine/metrics.hpp"
#include "engine/readiness.hpp"

namespace framewright::actors {

/// What jobs need; absent where there are none (`framewright process`).
struct JobServices {
  engine::JobStore& store;
  engine::JobNotifier& notifier;
  const engine::JobFiles& files;
  std::string owner;  ///< of leases: names this run of this process and no other
};

struct EngineServices {
  engine::FramePool& pool;
  engine::PlanCache& plans;
  engine::Metrics& metrics;
  engine::Readiness& readiness;
  const engine::Clock& clock;
  std::optional<JobServices> jobs = {};
};

struct EngineOptions {
  int cpu_workers = 1;
  std::vector<std::unique_ptr<engine::Device>> devices = {};
};

struct EngineCore;

class EngineSystem final : public FrameService {
 public:
  EngineSystem(EngineServices services, EngineOptions options);
  ~EngineSystem() override;

  engine::FlowId new_flow() override;
  engine::Result<std::unique_ptr<StreamHandle>> open_stream(engine::FlowId flow, StreamSettings settings,
                                                            std::shared_ptr<StreamEvents> events,
                                                            Post post) override;
  std::unique_ptr<UnaryHandle> process(UnaryRequest request, Post post,
                                       std::function<void(OutboundFrame)> done) override;

  /// Ends every actor; waits for those that run, at most `timeout`. False when some did not end: the process
  /// must then leave without unwinding.
  bool stop(std::chrono::milliseconds timeout);

 private:
  std::unique_ptr<EngineCore> core_;
};

}  // namespace framewright::actors
