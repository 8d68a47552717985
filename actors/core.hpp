// The Core is what the parts of an EngineSystem share: the CAF system, the services, and the way in for a
// frame.
//
// Threads   plan_for() and admit() may be called from any thread.
// Lifetime  handles are cleared by EngineSystem::stop(), before the CAF system ends.
#pragma once

#include <atomic>
#include <caf/all.hpp>
#include <future>
#include <vector>

#include "actors/directory.hpp"
#include "actors/dispatcher.hpp"
#include "actors/engine_system.hpp"
#include "actors/gpu_worker.hpp"
#include "actors/messages.hpp"
#include "engine/time_slice.hpp"

namespace framewright::actors {

/// CAF's threads work on pixels, most of the time.
class WorkingThreads final : public caf::thread_hook {
 public:
  void init(caf::actor_system&) override {}
  void thread_started() override {
    note_actor_thread();
    engine::ask_for_time_slice(engine::kWorkingSlice);
  }
  void thread_terminates() override {}
};

class SystemConfig : public caf::actor_system_config {
 public:
  SystemConfig(std::size_t threads, bool in_cluster);
};

struct EngineCore {
  EngineCore(EngineServices given, std::size_t threads, std::optional<ClusterSettings> joins)
      : services(std::move(given)),
        cluster_settings(std::move(joins)),
        config(threads, cluster_settings.has_value()),
        system(config) {}

  /// Errors   InvalidPipeline, AcceleratorUnavailable.
  engine::Result<std::shared_ptr<const engine::Plan>> plan_for(const engine::Pipeline& pipeline,
                                                               const engine::AcceleratorWish& wish) const;
  /// Fills in the errand of one unary request, and reserves its memory.
  ///
  /// Errors   of plan_for() and of engine/admission.hpp.
  engine::Result<void> admit(Errand& errand, UnaryRequest request) const;

  // Given.
  EngineServices services;
  std::optional<ClusterSettings> cluster_settings;
  bool local_workers = true;
  engine::DeviceChoice* choice = nullptr;
  std::chrono::nanoseconds batch_delay{0};
  // Owned.
  std::vector<std::unique_ptr<engine::Device>> devices;
  std::vector<std::future<void>> device_starts;  ///< ready once its worker serves, or has ended
  Directory directory;
  DispatcherGauges gauges;
  DeviceGauges device_gauges;
  std::atomic<engine::FlowId> next_flow{1};
  SystemConfig config;
  caf::actor_system system;
  caf::actor supervisor;
  caf::actor gateway;
  caf::actor cluster;  ///< where nodes may join
};

}  // namespace framewright::actors
