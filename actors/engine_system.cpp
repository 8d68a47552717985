#include "actors/engine_system.hpp"

#include <algorithm>
#include <bit>
#include <caf/io/all.hpp>
#include <thread>
#include <utility>

#include "actors/cluster.hpp"
#include "actors/core.hpp"
#include "actors/gateway.hpp"
#include "actors/joiner.hpp"
#include "actors/stream.hpp"
#include "actors/tree.hpp"
#include "engine/admission.hpp"

namespace framewright::actors {
namespace {

/// The session's end of one stream. Everything here happens on the session's executor.
class ActorStreamHandle final : public StreamHandle {
 public:
  ActorStreamHandle(caf::actor stream, std::shared_ptr<StreamLink> link, const EngineCore& core,
                    StreamSettings settings)
      : stream_(std::move(stream)), link_(std::move(link)), core_(core), settings_(std::move(settings)) {}

  ~ActorStreamHandle() override {
    link_->events.reset();
    caf::anon_send_exit(stream_, caf::exit_reason::user_shutdown);
  }

  void submit(InboundFrame frame) override {
    ++link_->places;
    caf::anon_send(stream_, submit_atom_v, std::make_shared<InboundFrame>(std::move(frame)));
  }

  bool has_room() const override {
    return settings_.delivery == Delivery::Latest ||
           link_->places < static_cast<std::size_t>(settings_.window);
  }

  void acknowledge(std::size_t count) override {
    link_->places -= std::min(link_->places, count);
    caf::anon_send(stream_, acknowledge_atom_v, static_cast<std::uint64_t>(count));
  }

  engine::Result<void> update(StreamSettings settings) override {
    auto plan = core_.plan_for(settings.pipeline, {settings.accelerator, settings.device});
    if (!plan) return engine::unexpected(std::move(plan).error());
    settings_ = settings;
    caf::anon_send(stream_, update_atom_v, StreamUpdate{std::move(settings), std::move(*plan)});
    return {};
  }

  void close() override { caf::anon_send(stream_, close_atom_v, std::string{"client"}); }

 private:
  const caf::actor stream_;
  const std::shared_ptr<StreamLink> link_;
  const EngineCore& core_;
  StreamSettings settings_;
};

/// The asker's end of one unary request; the answer is brought home through `answered` unless this ended
/// first.
class ActorUnaryHandle final : public UnaryHandle {
 public:
  ActorUnaryHandle(caf::actor gateway, ErrandPtr errand, std::shared_ptr<bool> wanted)
      : gateway_(std::move(gateway)), errand_(std::move(errand)), wanted_(std::move(wanted)) {}

  ~ActorUnaryHandle() override {
    if (!*wanted_) return;
    *wanted_ = false;
    caf::anon_send(gateway_, cancel_atom_v, errand_);
  }

 private:
  const caf::actor gateway_;
  const ErrandPtr errand_;
  const std::shared_ptr<bool> wanted_;  ///< touched on the asker's executor only
};

/// The first frame that asks for a device is not to be refused while it is being built. One that takes longer
/// is in service later.
constexpr std::chrono::seconds kDeviceStartsWithin{30};

constexpr const char* kLoopback = "127.0.0.1";

bool is_loopback(const std::string& host) { return host == kLoopback || host == "localhost"; }

ClusterOptions cluster_options_of(EngineCore& core) {
  auto& services = core.services;
  const auto& settings = *core.cluster_settings;
  return {{.directory = core.directory,
           .pool = services.pool,
           .clock = services.clock,
           .board = settings.board,
           .id = settings.id,
           .frame_timeout = settings.frame_timeout},
          services.readiness,
          core.local_workers};
}

/// Of all devices together.
void observe_devices(EngineCore& core) {
  if (core.devices.empty()) return;
  core.services.metrics.observe("gpu_devices", "CUDA devices of this process that are in service", [&core] {
    return static_cast<double>(std::popcount(core.gauges.local_devices.load(std::memory_order_relaxed)));
  });
  const auto gauge = [&core](const char* name, const char* help,
                             std::atomic<std::int64_t> DeviceGauges::* of) {
    core.services.metrics.observe(name, help, [&core, of] {
      return static_cast<double>((core.device_gauges.*of).load(std::memory_order_relaxed));
    });
  };
  gauge("gpu_slots", "Frames or batches that the devices in service can work on at a time",
        &DeviceGauges::slots);
  gauge("gpu_slots_busy", "Of these, those that hold one now", &DeviceGauges::slots_busy);
  gauge("gpu_slot_memory_bytes", "Memory of the devices that their slots hold", &DeviceGauges::memory_bytes);
  const auto observe = [&core](const char* name, const char* help,
                               std::uint64_t kernels::GraphCounts::* count) {
    core.services.metrics.observe(name, help, [&core, count] {
      std::uint64_t all = 0;
      for (const auto& device : core.devices) all += device->graph_counts().*count;
      return static_cast<double>(all);
    });
  };
  observe("gpu_graphs_launched", "Frames that a device was given by one call, since it was built",
          &kernels::GraphCounts::replayed);
  observe("gpu_graphs_made", "CUDA graphs that were made of work that came again, since the device was built",
          &kernels::GraphCounts::captured);
  observe("gpu_graphs_dropped", "Of these, those that others took the place of",
          &kernels::GraphCounts::dropped);
  observe("gpu_graphs_refused", "CUDA graphs that the driver would not make", &kernels::GraphCounts::refused);
}

/// CAF's own actor that dials ends with the system, and not while it waits for the outcome of a dial that it
/// was slow to pass on: who would tell it has ended by then, and the system waits for it for ever. So nothing
/// is left to be passed on when the system ends. False when that is not so at `deadline`.
bool pass_dials_on(EngineCore& core, engine::SteadyTime deadline) {
  if (!core.cluster_settings || !core.cluster_settings->reach) return true;
  caf::scoped_actor waiter{core.system};
  const auto left = std::max(deadline - core.services.clock.now(), engine::SteadyTime::duration::zero());
  bool in_time = true;
  // Any question will do that is passed on as dials are; there is no such node.
  waiter->request(core.system.middleman().actor_handle(), left, caf::get_atom_v, caf::node_id{})
      .receive([](const caf::node_id&, const std::string&, std::uint16_t) {},
               [&in_time](const caf::error& error) { in_time = error != caf::sec::request_timeout; });
  return in_time;
}

/// A request that came before the dispatcher would be refused.
void wait_until_started(EngineCore& core) {
  caf::scoped_actor waiter{core.system};
  waiter->request(core.supervisor, caf::infinite, started_atom_v)
      .receive([](bool started) { FW_CHECK(started); },
               [](const caf::error&) { engine::check_failed("the supervisor died", __FILE__, __LINE__); });
}

}  // namespace

EngineSystem::EngineSystem(EngineServices services, EngineOptions options)
    : core_(std::make_unique<EngineCore>(std::move(services),
                                         static_cast<std::size_t>(options.cpu_workers) + 2,
                                         std::move(options.cluster))) {
  auto& core = *core_;
  core.devices = std::move(options.devices);
  core.choice = options.choice;
  core.batch_delay = options.batch_delay;
  core.local_workers = options.cpu_workers > 0;
  core.gateway = core.system.spawn(gateway, &core.directory);
  core.supervisor = core.system.spawn(supervisor, children_of(core, options.cpu_workers),
                                      SupervisorOptions{core.services.readiness, core.services.clock});
  wait_until_started(core);
  for (auto& start : core.device_starts) start.wait_for(kDeviceStartsWithin);
  core.services.metrics.observe("queue_depth", "Frames that wait for a worker",
                                [&core] { return static_cast<double>(core.gauges.queued.load()); });
  core.services.metrics.observe("frames_running", "Frames that a worker holds",
                                [&core] { return static_cast<double>(core.gauges.running.load()); });
  observe_devices(core);
}

EngineSystem::~EngineSystem() = default;

engine::Result<int> EngineSystem::listen() {
  auto& core = *core_;
  FW_CHECK(core.cluster_settings && core.cluster_settings->listen);
  const auto& address = *core.cluster_settings->listen;
  if (!is_loopback(address.host)) {
    return engine::unexpected(engine::ErrorCode::InvalidArgument,
                              "nodes may join on 127.0.0.1 only, not on " + address.host);
  }
  core.cluster = start_cluster(core.system, cluster_options_of(core));
  core.directory.set_cluster(core.cluster);
  core.cluster_settings->board.on_drain(
      [cluster = core.cluster](const std::string& id) { caf::anon_send(cluster, drain_atom_v, id); });
  const auto port = core.system.middleman().publish(core.cluster, address.port, kLoopback, true);
  if (port) return *port;
  return engine::unexpected(engine::ErrorCode::Conflict,
                            "port " + std::to_string(address.port) +
                                " for nodes cannot be opened: " + core.system.render(port.error()));
}

bool EngineSystem::leave_cluster(std::chrono::milliseconds timeout) {
  auto& core = *core_;
  const auto joiner = core.directory.joiner();
  if (!joiner) return true;
  caf::scoped_actor waiter{core.system};
  waiter->monitor(joiner);
  waiter->send(joiner, drain_atom_v);
  bool in_time = true;
  waiter->receive([](const caf::down_msg&) {}, caf::after(timeout) >> [&in_time] { in_time = false; });
  return in_time;
}

std::uint64_t EngineSystem::frames_running() const { return core_->gauges.running.load(); }

bool EngineSystem::has_device() const {
  return core_->gauges.local_devices.load(std::memory_order_relaxed) != 0;
}

bool EngineSystem::in_cluster() const { return core_->directory.joiner() != nullptr; }

void EngineSystem::set_own_address(std::string address) {
  core_->directory.set_own_address(std::move(address));
}

void EngineSystem::join(const GatewayName& gateway) {
  auto& directory = core_->directory;
  if (gateway.lasting) directory.add_join(gateway);
  if (const auto joiner = directory.joiner()) caf::anon_send(joiner, join_atom_v, gateway);
}

bool EngineSystem::joined() const noexcept { return core_->directory.joined(); }

engine::FlowId EngineSystem::new_flow() { return core_->next_flow.fetch_add(1, std::memory_order_relaxed); }

engine::Result<std::unique_ptr<StreamHandle>> EngineSystem::open_stream(engine::FlowId flow,
                                                                        StreamSettings settings,
                                                                        std::shared_ptr<StreamEvents> events,
                                                                        Post post) {
  auto& core = *core_;
  auto plan = core.plan_for(settings.pipeline, {settings.accelerator, settings.device});
  if (!plan) return engine::unexpected(std::move(plan).error());
  auto link = std::make_shared<StreamLink>(StreamLink{std::move(events)});
  const StreamServices services{core.directory, core.services.pool.budget(), core.services.metrics,
                                core.services.clock, core.services.tracer};
  auto stream = core.system.spawn<StreamActor>(std::move(post), services,
                                               StreamUpdate{settings, std::move(*plan)}, flow, link);
  return std::unique_ptr<StreamHandle>{
      std::make_unique<ActorStreamHandle>(std::move(stream), std::move(link), core, std::move(settings))};
}

std::unique_ptr<UnaryHandle> EngineSystem::process(UnaryRequest request, Post post,
                                                   std::function<void(OutboundFrame)> done) {
  auto& core = *core_;
  auto errand = std::make_shared<Errand>();
  auto wanted = std::make_shared<bool>(true);
  auto bring_home = [&services = core.services, entry = request.entry, post = std::move(post),
                     done = std::move(done), wanted](const ErrandPtr& finished) {
    if (finished->answer) services.metrics.frame_answered(measurement_of(*finished, entry, services.clock));
    engine::end_span(*finished);
    post([done, wanted, finished] {
      if (std::exchange(*wanted, false)) done(engine::outbound_frame_of(*finished));
    });
  };
  if (auto admitted = core.admit(*errand, std::move(request)); !admitted) {
    errand->answer = engine::unexpected(std::move(admitted).error());
    bring_home(errand);
  } else {
    caf::anon_send(core.gateway, submit_atom_v, UnaryErrand{errand, bring_home});
  }
  return std::make_unique<ActorUnaryHandle>(core.gateway, std::move(errand), std::move(wanted));
}

bool EngineSystem::stop(std::chrono::milliseconds timeout) {
  auto& core = *core_;
  caf::anon_send_exit(core.supervisor, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(core.gateway, caf::exit_reason::user_shutdown);
  if (core.cluster) {
    core.cluster_settings->board.on_drain({});
    caf::anon_send_exit(core.cluster, caf::exit_reason::user_shutdown);
  }
  core.supervisor = nullptr;
  core.gateway = nullptr;
  core.cluster = nullptr;
  core.directory.clear();
  // CAF has no timed wait for its actors, so their number is watched.
  const auto deadline = core.services.clock.now() + timeout;
  while (core.system.registry().running() > 0) {
    if (core.services.clock.now() >= deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{2});
  }
  return pass_dials_on(core, deadline);
}

}  // namespace framewright::actors
