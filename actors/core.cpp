#include "actors/core.hpp"

#include <caf/io/all.hpp>
#include <chrono>
#include <string>
#include <vector>

#include "engine/admission.hpp"

namespace framewright::actors {

SystemConfig::SystemConfig(std::size_t threads, bool in_cluster) {
  add_message_types<caf::id_block::framewright>();
  set("scheduler.policy", caf::atom("sharing"));
  set("scheduler.max-threads", threads);
  set("scheduler.max-throughput", std::size_t{32});
  add_thread_hook<WorkingThreads>();
  if (!in_cluster) return;
  load<caf::io::middleman>();
  // Without the protocol's number: whoever speaks another is told so by the gateway, and not cut off by CAF.
  set("middleman.app-identifiers", std::vector<std::string>{"framewright"});
  // Both ends look at their links themselves and sooner (kMostSilence). This is for connections on which no
  // link was made, and must not cut one that carries a large piece over a slow line.
  set("middleman.heartbeat-interval", caf::timespan{std::chrono::seconds{2}});
  set("middleman.connection-timeout", caf::timespan{std::chrono::seconds{20}});
}

engine::Result<std::shared_ptr<const engine::Plan>> EngineCore::plan_for(
    const engine::Pipeline& pipeline, const engine::AcceleratorWish& wish) const {
  if (wish.accelerator == engine::Accelerator::Cuda && !gauges.has_cuda.load(std::memory_order_relaxed)) {
    return engine::unexpected(engine::ErrorCode::AcceleratorUnavailable,
                              engine::to_string(wish) + " was asked for, but no CUDA device is in service");
  }
  const auto in_service = gauges.local_devices.load(std::memory_order_relaxed);
  if (wish.device && (in_service >> static_cast<unsigned>(*wish.device) & 1) == 0) {
    return engine::unexpected(engine::ErrorCode::AcceleratorUnavailable,
                              engine::to_string(wish) + " was asked for, but is not in service");
  }
  return services.plans.get(pipeline);
}

engine::Result<void> EngineCore::admit(Errand& errand, UnaryRequest request) const {
  auto plan = plan_for(request.pipeline, {request.accelerator, request.device});
  if (!plan) return engine::unexpected(std::move(plan).error());
  errand.plan = std::move(*plan);
  errand.flow = request.flow;
  errand.output = request.output;
  errand.accelerator = request.accelerator;
  errand.device = request.device;
  errand.trace_parent = std::move(request.trace_parent);
  errand.admitted_at = services.clock.now();
  if (request.deadline) errand.deadline = errand.admitted_at + *request.deadline;
  engine::begin_span(services.tracer, errand, engine::FrameEntry::Rest);
  errand.input = std::move(request.input);
  errand.input_bytes = errand.input.size_bytes;
  auto needs = engine::find_needs(errand);
  if (!needs) return engine::unexpected(std::move(needs).error());
  return engine::reserve_for(errand, *needs, services.pool.budget());
}

}  // namespace framewright::actors
