// The Core is what the parts of an EngineSystem share: the CAF system, the services, and the way in for a
// frame.
//
// Threads   plan_for() and admit() may be called from any thread.
// Lifetime  handles are cleared by EngineSystem::stop(), before the CAF system ends.
#pragma once

#include <atomic>
#include <caf/all.hpp>

#include "actors/directory.hpp"
#include "actors/dispatcher.hpp"
#include "actors/engine_system.hpp"
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
  explicit SystemConfig(std::size_t threads) {
    add_message_types<caf::id_block::framewright>();
    set("scheduler.policy", caf::atom("sharing"));
    set("scheduler.max-threads", threads);
    set("scheduler.max-throughput", std::size_t{32});
    add_thread_hook<WorkingThreads>();
  }
};

struct EngineCore {
  EngineCore(EngineServices given, std::size_t threads)
      : services(std::move(given)), config(threads), system(config) {}

  /// Errors   InvalidPipeline, AcceleratorUnavailable.
  engine::Result<std::shared_ptr<const engine::Plan>> plan_for(const engine::Pipeline& pipeline,
                                                               engine::Accelerator accelerator) const;
  /// Fills in the errand of one unary request, and reserves its memory.
  ///
  /// Errors   of plan_for() and of engine/admission.hpp.
  engine::Result<void> admit(Errand& errand, UnaryRequest request) const;

  // Given.
  EngineServices services;
  // Owned.
  std::vector<std::unique_ptr<engine::Device>> devices;
  Directory directory;
  DispatcherGauges gauges;
  std::atomic<engine::FlowId> next_flow{1};
  SystemConfig config;
  caf::actor_system system;
  caf::actor supervisor;
  caf::actor gateway;
};

}  // namespace framewright::actors
