#include "actors/tree.hpp"

#include <string>

#include "actors/cpu_worker.hpp"
#include "actors/gpu_worker.hpp"
#include "actors/job_runner.hpp"

namespace framewright::actors {
namespace {

ChildSpec dispatcher_child(Directory& directory, DispatcherOptions options) {
  return {"dispatcher", true, [&directory, options](caf::event_based_actor* parent) {
            const caf::actor handle{parent->spawn<DispatcherActor>(Post{}, options)};
            directory.set_dispatcher(handle);
            return handle;
          }};
}

ChildSpec cpu_worker_child(int index, CpuWorkerOptions options) {
  return {
      "cpu_worker_" + std::to_string(index), true,
      [options](caf::event_based_actor* parent) -> caf::actor { return parent->spawn(cpu_worker, options); }};
}

ChildSpec gpu_worker_child(GpuWorkerOptions options) {
  return {"gpu_worker_" + options.device.description().id, false,
          [options](caf::event_based_actor* parent) -> caf::actor {
            return parent->spawn<caf::detached>(gpu_worker, options);
          }};
}

ChildSpec job_runner_child(JobRunnerOptions options) {
  return {"job_runner", true, [options](caf::event_based_actor* parent) -> caf::actor {
            return parent->spawn<caf::detached>(job_runner, options);
          }};
}

}  // namespace

std::vector<ChildSpec> children_of(EngineCore& core, int cpu_workers) {
  auto& services = core.services;
  auto& directory = core.directory;
  std::vector<ChildSpec> children;
  children.push_back(dispatcher_child(directory, {services.clock, engine::FairQueueLimits{}, core.gauges}));
  for (int i = 0; i < cpu_workers; ++i) {
    children.push_back(cpu_worker_child(i, {directory, services.pool, services.clock}));
  }
  for (const auto& device : core.devices) {
    children.push_back(gpu_worker_child({directory, *device, services.pool, services.clock, cpu_workers}));
  }
  if (services.jobs) {
    auto& jobs = *services.jobs;
    children.push_back(
        job_runner_child({directory, jobs.store, jobs.notifier, jobs.files, services.plans, services.pool,
                          services.metrics, services.clock, jobs.owner, 2 * cpu_workers}));
  }
  return children;
}

}  // namespace framewright::actors
