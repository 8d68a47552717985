#include "actors/tree.hpp"

#include <caf/io/all.hpp>
#include <future>
#include <memory>
#include <mutex>
#include <string>

#include "actors/cpu_worker.hpp"
#include "actors/gpu_worker.hpp"
#include "actors/job_runner.hpp"
#include "actors/joiner.hpp"
#include "engine/filter.hpp"

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

/// Adds to core.device_starts what becomes ready with the first call, and tells readiness of a device that
/// serves.
std::function<void(bool)> start_of(const std::string& name, EngineCore& core) {
  struct Start {
    std::promise<void> promise;
    std::once_flag once;
  };
  auto start = std::make_shared<Start>();
  core.device_starts.push_back(start->promise.get_future());
  return [start, name, &readiness = core.services.readiness](bool serves) {
    if (serves) readiness.set(name, false, true, "running");
    std::call_once(start->once, [&] { start->promise.set_value(); });
  };
}

/// A driver takes seconds to bring a card back, and another process may hold its memory for a while: about a
/// minute and a half of tries.
constexpr engine::RestartPolicy::Limits kDeviceRestarts{.first_delay = std::chrono::milliseconds{500},
                                                        .longest_delay = std::chrono::seconds{30},
                                                        .failures = 8,
                                                        .window = std::chrono::minutes{10}};

ChildSpec gpu_worker_child(EngineCore& core, engine::Device& device, int codecs) {
  const auto& services = core.services;
  const auto name = "gpu_worker_" + device.description().id;
  const GpuWorkerOptions options{core.directory,      device, services.pool, services.clock,
                                 core.device_gauges,  codecs, core.choice,   core.batch_delay,
                                 start_of(name, core)};
  return {name, false,
          [options](caf::event_based_actor* parent) -> caf::actor {
            return parent->spawn<caf::detached>(gpu_worker, options);
          },
          kDeviceRestarts, true};
}

ChildSpec job_runner_child(JobRunnerOptions options) {
  return {"job_runner", true, [options](caf::event_based_actor* parent) -> caf::actor {
            return parent->spawn<caf::detached>(job_runner, options);
          }};
}

/// Two for each worker, one that runs and one that is being read. How many workers other nodes bring is not
/// known here.
int pictures_at_once(int cpu_workers) { return cpu_workers > 0 ? 2 * cpu_workers : 16; }

Hello hello_of(const EngineCore& core, int cpu_workers) {
  const auto& settings = *core.cluster_settings;
  Hello hello;
  hello.id = settings.id;
  hello.version = settings.version;
  hello.address = settings.host;
  if (settings.listen) {
    hello.role = NodeRole::Gateway;
    return hello;
  }
  hello.cpu_workers = static_cast<std::uint32_t>(cpu_workers);
  for (const auto& device : core.devices) {
    hello.cuda_slots += static_cast<std::uint32_t>(device->description().slots);
  }
  for (const auto& filter : engine::builtin_filters()) hello.filters.push_back(filter.id);
  return hello;
}

ChildSpec joiner_child(EngineCore& core, const Hello& hello) {
  auto& services = core.services;
  NodeOptions node{core.directory,
                   services.pool,
                   services.plans,
                   services.clock,
                   caf::actor_cast<caf::actor>(core.system.middleman().actor_handle()),
                   hello};
  node.tracer = services.tracer;
  const JoinerOptions options{std::move(node), core.cluster_settings->reach,
                              services.pool.inputs().limit_bytes() / 2};
  return {"joiner", false,
          [&directory = core.directory, options](caf::event_based_actor* parent) -> caf::actor {
            const auto handle = parent->spawn(joiner, options);
            directory.set_joiner(handle);
            // One that has left all gateways is not started again; one that has failed is.
            handle->attach_functor([&directory](const caf::error& reason) {
              if (!reason) directory.set_joiner({});
            });
            return handle;
          }};
}

}  // namespace

std::vector<ChildSpec> children_of(EngineCore& core, int cpu_workers) {
  auto& services = core.services;
  auto& directory = core.directory;
  std::vector<ChildSpec> children;
  children.push_back(dispatcher_child(
      directory, {services.clock, engine::FairQueueLimits{}, core.gauges, cpu_workers > 0, core.choice}));
  for (int i = 0; i < cpu_workers; ++i) {
    children.push_back(cpu_worker_child(i, {directory, services.pool, services.clock, core.choice}));
  }
  for (const auto& device : core.devices) {
    children.push_back(gpu_worker_child(core, *device, cpu_workers));
  }
  if (services.jobs) {
    auto& jobs = *services.jobs;
    children.push_back(job_runner_child({directory, jobs.store, jobs.notifier, jobs.files, services.plans,
                                         services.pool, services.metrics, services.clock, core.gauges,
                                         jobs.owner, pictures_at_once(cpu_workers), services.tracer}));
  }
  if (core.cluster_settings && core.cluster_settings->reach) {
    children.push_back(joiner_child(core, hello_of(core, cpu_workers)));
  }
  return children;
}

}  // namespace framewright::actors
