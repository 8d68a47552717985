#include "app/worker.hpp"

#include <spdlog/spdlog.h>

#include <signal.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <utility>

#include "app/console.hpp"
#include "app/engine_host.hpp"
#include "app/logging.hpp"
#include "app/node_links.hpp"
#include "app/stop_signals.hpp"
#include "app/tracing.hpp"

namespace framewright::app {
namespace {

constexpr std::chrono::milliseconds kLook{500};

/// Waits for a signal, or for the last gateway to let this node go.
void wait_for_end(StopSignals& signals, const actors::EngineSystem& system) {
  while (system.in_cluster()) {
    if (const auto number = signals.wait_for(kLook)) {
      spdlog::info("stopping: signal {}", *number);
      return;
    }
  }
  spdlog::info("stopping: no gateway is left to work for");
}

}  // namespace

int run_worker(const config::Configuration& configuration, std::optional<int> workers) {
  config::Settings settings = configuration.settings;
  settings.output.exactness = "auto";  // Every frame says what its gateway has settled on.
  start_logging(settings.log.level, settings.log.format);
  signal(SIGPIPE, SIG_IGN);
  StopSignals signals;  // Before the relay's thread, which must not take them.
  const auto relay = start_relay(settings.cluster, std::nullopt);
  if (!relay) {
    complain(relay.error());
    return kFailure;
  }
  if (!joins_gateways(settings.cluster)) {
    complain({engine::ErrorCode::InvalidArgument,
              "no gateway to work for: give --join HOST:PORT, cluster.join or cluster.discovery"});
    return kFailure;
  }
  engine::SilentMetrics metrics;
  std::unique_ptr<Tracing> tracing;  // Outlives the host, whose actors use it.
  EngineHost host(settings, metrics,
                  {.cpu_workers = workers, .reach = [&relay](const actors::GatewayName& gateway) {
                     return reach(gateway, relay->get());
                   }});
  auto started = Tracing::start(settings, host.node_id());
  if (!started) {
    complain(started.error());
    return kFailure;
  }
  tracing = std::move(*started);
  host.start({}, tracer_of(tracing));
  auto discovery = join_gateways(settings.cluster, relay->get(), host.system());
  if (!discovery) {
    complain(discovery.error());
    host.stop(settings.shutdown.timeout);
    return kFailure;
  }
  std::printf("worker %s\n", host.node_id().c_str());
  std::fflush(stdout);
  wait_for_end(signals, host.system());
  discovery->reset();
  const bool left = host.system().leave_cluster(settings.shutdown.timeout);
  const bool ended = host.stop(settings.shutdown.timeout);
  stop_tracing(tracing, settings);
  if (ended && left) return kSuccess;
  spdlog::critical("some work did not end within {} ms; leaving it", settings.shutdown.timeout.count());
  std::_Exit(kFailure);
}

}  // namespace framewright::app
