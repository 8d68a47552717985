#include "app/serve.hpp"

#include <spdlog/spdlog.h>

#include <signal.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "app/console.hpp"
#include "app/engine_host.hpp"
#include "app/installation.hpp"
#include "app/logging.hpp"
#include "app/node_links.hpp"
#include "app/prometheus_metrics.hpp"
#include "app/stop_signals.hpp"
#include "app/storage.hpp"
#include "app/store_watch.hpp"
#include "app/tracing.hpp"
#include "app/version.hpp"
#include "engine/bounds.hpp"
#include "engine/log_context.hpp"
#include "engine/random_id.hpp"
#include "net/byte_batch.hpp"
#include "net/http_server.hpp"
#include "net/rest.hpp"
#include "net/websocket_hub.hpp"

namespace framewright::app {
namespace {

using config::Settings;
using engine::Result;
using engine::unexpected;

constexpr std::size_t kBlockingThreads = 4;
constexpr std::size_t kBlockingQueue = 1024;
constexpr int kMostIoThreads = 4;

int io_threads(const Settings& settings) {
  if (settings.http.threads > 0) return settings.http.threads;
  return std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, kMostIoThreads);
}

net::SystemDescription describe_system(const Settings& settings) {
  const auto& build = build_version();
  net::SystemDescription system;
  system.cpp_version = build.version;
  system.js_version = build.version;
  system.proto_version = "v1";
  system.branch = build.branch;
  system.build_time = build.build_date;
  system.commit_hash = build.commit;
  system.environment = settings.environment;
  system.current_library = "cpu";
  system.available_libraries = {"cpu"};
  return system;
}

net::WebSocketLimits websocket_limits(const Settings& settings) {
  const auto& limits = settings.limits;
  return {.message_bytes = limits.message_bytes,
          .streams_per_connection = limits.streams_per_connection,
          .frames_per_connection = limits.frames_per_connection,
          .send_bytes_per_connection = limits.send_bytes_per_connection,
          .image_pixels = limits.image_pixels,
          .image_side = limits.image_side,
          .pipeline_filters = limits.pipeline_filters};
}

net::SessionTimeouts session_timeouts(const Settings& settings) {
  return {.handshake = settings.http.header_timeout,
          .message = settings.http.body_timeout,
          .keep_alive = settings.http.keep_alive_timeout,
          .slow_client = settings.limits.slow_client_timeout};
}

/// Every exchange for whoever looks for something, and for everybody what is the server's own fault.
void log_access(const net::AccessEntry& entry) {
  const engine::LogContext context(
      {.request_id = entry.request.request_id, .trace_id = entry.request.trace.trace_id});
  if (entry.error != nullptr && entry.error->code == engine::ErrorCode::Internal) {
    spdlog::error("{} {}: {}", entry.handler, entry.target, entry.error->detail);
  }
  spdlog::debug("{} {} {} {} bytes", entry.handler, entry.target, entry.status, entry.body_bytes);
}

/// One server, wired in the order of its members and taken apart in reverse.
class Server {
 public:
  Server(const Settings& settings, std::optional<int> workers)
      : settings_(settings), host_(settings, metrics_, role(workers)), limits_(websocket_limits(settings)) {}

  Result<void> start();
  /// Takes no more, finishes what runs, at most until the timeout of the settings; false when something did
  /// not end.
  bool stop();
  int port() const noexcept { return http_->port(); }
  /// Where nodes join; none when they may not.
  std::optional<int> node_port() const noexcept { return node_port_; }

 private:
  EngineRole role(std::optional<int> workers);
  Result<void> listen_for_nodes();
  Result<void> join_others();
  net::RestDependencies dependencies();
  /// This process first.
  std::vector<engine::ClusterNode> nodes();
  std::unique_ptr<net::HttpFront> front();
  Result<void> start_tracing();

  // Given.
  const Settings& settings_;
  // Owned.
  PrometheusMetrics metrics_;
  // What actors use: an actor that has ended may still be letting go of it until its thread ends with host_.
  std::unique_ptr<Tracing> tracing_;
  Storage storage_;
  EngineHost host_;
  /// Names this run of this process to everybody who shares its job store.
  const std::string owner_ = host_.node_id() + "/" + engine::random_id();
  net::BlockingPool blocking_{kBlockingThreads, kBlockingQueue};
  std::unique_ptr<net::RestDependencies> rest_;
  net::WebSocketLimits limits_;
  std::unique_ptr<net::WebSocketHub> websockets_;
  std::unique_ptr<net::Router> router_;
  std::unique_ptr<net::HttpServer> http_;
  std::unique_ptr<StoreWatch> watch_;  ///< of a shared store
  std::unique_ptr<net::Relay> relay_;  ///< of a cluster with certificates
  std::optional<int> node_port_;
  std::unique_ptr<Discovery> discovery_;
};

EngineRole Server::role(std::optional<int> workers) {
  EngineRole role{.cpu_workers = workers};
  if (settings_.cluster.listen == "no") return role;
  role.listen = node_door(settings_.cluster);
  if (joins_gateways(settings_.cluster)) {
    role.reach = [this](const actors::GatewayName& gateway) { return reach(gateway, relay_.get()); };
  }
  return role;
}

Result<void> Server::listen_for_nodes() {
  const auto door = host_.system().listen();
  if (!door) {
    // Several servers on one machine need not all be gateways of a cluster.
    if (host_.cpu_workers() == 0 || has_certificates(settings_.cluster)) return unexpected(door.error());
    spdlog::warn("no worker can join: {}", door.error().detail);
    return {};
  }
  auto relay = start_relay(settings_.cluster, *door);
  if (!relay) return unexpected(std::move(relay).error());
  relay_ = std::move(*relay);
  if (relay_) metrics_.observe_links([this] { return relay_->counters(); });
  metrics_.observe_nodes([this] { return host_.cluster().nodes(); });
  node_port_ = relay_ ? relay_->listen_port() : *door;
  return {};
}

/// One more gateway: the workers of those that it joins are told where it is.
Result<void> Server::join_others() {
  const auto& cluster = settings_.cluster;
  if (!joins_gateways(cluster)) return {};
  const bool is_everywhere = cluster.address == "0.0.0.0" || cluster.address == "::";
  if (!node_port_ || (is_everywhere && cluster.advertise.empty())) {
    return unexpected(engine::ErrorCode::InvalidArgument,
                      node_port_ ? "cluster.advertise has to say where workers reach this gateway"
                                 : "a gateway that joins others needs a port for workers");
  }
  const bool is_v6 = cluster.address.find(':') != std::string::npos;
  const auto host = is_v6 ? "[" + cluster.address + "]" : cluster.address;
  host_.system().set_own_address(cluster.advertise.empty() ? host + ":" + std::to_string(*node_port_)
                                                           : cluster.advertise);
  auto discovery = join_gateways(cluster, relay_.get(), host_.system());
  if (!discovery) return unexpected(std::move(discovery).error());
  discovery_ = std::move(*discovery);
  return {};
}

net::RestDependencies Server::dependencies() {
  return {.frames = host_.frames(),
          .frame_pool = host_.pool(),
          .plans = host_.plans(),
          .jobs = *storage_.jobs,
          .job_files = *storage_.job_files,
          .job_changes = *storage_.job_changes,
          .images = *storage_.images,
          .readiness = host_.readiness(),
          .blocking = blocking_,
          .metrics_text =
              [this](bool openmetrics) {
                return metrics_.render(openmetrics ? "application/openmetrics-text" : "text/plain").body;
              },
          .system = describe_system(settings_),
          .limits = {.body_bytes = settings_.limits.body_bytes,
                     .upload_image_bytes = settings_.limits.upload_image_bytes,
                     .files_per_request = settings_.jobs.files_per_job,
                     .pipeline_filters = static_cast<std::size_t>(settings_.limits.pipeline_filters),
                     .images = image_limits_of(settings_)},
          .web_directory = find_web_directory(settings_.http.web_directory),
          .cluster_nodes = [this] { return nodes(); },
          .drain_node = [this](const std::string& id) { return host_.cluster().drain(id); },
          .choose_accelerator =
              [this](const engine::ChoiceSubject& subject) { return host_.choose_accelerator(subject); }};
}

std::vector<engine::ClusterNode> Server::nodes() {
  std::vector<engine::ClusterNode> all{host_.describe()};
  for (auto& node : host_.cluster().nodes()) all.push_back(std::move(node));
  return all;
}

std::unique_ptr<net::HttpFront> Server::front() {
  auto front = std::make_unique<net::HttpFront>(*router_, blocking_, metrics_);
  front->websockets = websockets_.get();
  front->origins = net::OriginPolicy{settings_.http.allowed_origins};
  front->reader = {.header_bytes = settings_.limits.header_bytes,
                   .header_timeout = settings_.http.header_timeout,
                   .body_timeout = settings_.http.body_timeout,
                   .keep_alive_timeout = settings_.http.keep_alive_timeout};
  front->write_patience = settings_.limits.slow_client_timeout;
  front->log = log_access;
  front->tracer = tracer_of(tracing_);
  return front;
}

/// Who sets these counts on what they promise.
void warn_of_idle_settings(const Settings& settings) {
  if (!settings.tls.certificate.empty())
    spdlog::warn("tls.certificate is set, but this version serves no HTTPS: nothing listens on tls.port");
  if (!settings.plugins.directory.empty())
    spdlog::warn("plugins.directory is set, but this version loads no plugins");
}

Result<void> Server::start_tracing() {
  auto tracing = Tracing::start(settings_, host_.node_id());
  if (!tracing) return unexpected(std::move(tracing).error());
  tracing_ = std::move(*tracing);
  if (tracing_) metrics_.observe_spans([this] { return tracing_->exporter().counters(); });
  return {};
}

Result<void> Server::start() {
  if (auto tracing = start_tracing(); !tracing) return tracing;
  auto storage = open_storage(settings_, host_.pool(), find_samples(), owner_);
  if (!storage) return unexpected(std::move(storage).error());
  storage_ = std::move(*storage);
  host_.readiness().set("job_store", true, true, "open");
  host_.start(actors::JobServices{*storage_.jobs, *storage_.job_changes, *storage_.job_files, owner_},
              tracer_of(tracing_));
  if (host_.listens()) {
    auto listening = listen_for_nodes();
    if (listening) listening = join_others();
    if (!listening) {
      host_.stop(settings_.shutdown.timeout);
      return listening;
    }
  }
  if (storage_.shared_job_changes) {
    watch_ = std::make_unique<StoreWatch>(*storage_.shared_job_changes, host_.readiness());
  }
  const net::SessionServices sessions{host_.frames(), host_.pool(), metrics_, engine::system_clock(),
                                      limits_};
  websockets_ = std::make_unique<net::WebSocketHub>(sessions, session_timeouts(settings_),
                                                    net::OriginPolicy{settings_.http.allowed_origins});
  rest_ = std::make_unique<net::RestDependencies>(dependencies());
  router_ = std::make_unique<net::Router>(net::make_rest_router(*rest_));
  auto http = net::HttpServer::start({.address = settings_.http.address,
                                      .port = settings_.http.port,
                                      .threads = io_threads(settings_),
                                      .connections = settings_.limits.connections},
                                     front());
  if (!http) {
    host_.stop(settings_.shutdown.timeout);
    return unexpected(std::move(http).error());
  }
  http_ = std::move(*http);
  warn_of_idle_settings(settings_);
  return {};
}

bool Server::stop() {
  host_.readiness().drain();
  const auto deadline = engine::system_clock().now() + settings_.shutdown.timeout;
  http_->stop(deadline);
  watch_.reset();
  discovery_.reset();
  blocking_.stop();
  const bool ended = host_.stop(settings_.shutdown.timeout);
  // Another gateway takes what was under way at once. A store that is away lets the leases run out.
  static_cast<void>(storage_.jobs->release(owner_));
  http_.reset();  // Streams live on its threads, so these end after the actors.
  stop_tracing(tracing_, settings_);
  return ended;
}

void log_bounds(const Settings& settings, int cpu_workers) {
  const auto bounds = engine::bounds_of(
      {.frame_memory_bytes = settings.limits.frame_memory_bytes,
       .connections = static_cast<std::uint64_t>(settings.limits.connections),
       .read_buffer_bytes_per_connection = settings.limits.header_bytes + net::ByteBatch::kCapacity,
       .control_bytes_per_connection = settings.limits.header_bytes + net::ByteBatch::kCapacity,
       .workers = static_cast<std::uint64_t>(cpu_workers)});
  spdlog::debug("memory that frames can hold:\n{}", bounds.to_text());
}

}  // namespace

int run_serve(const config::Configuration& configuration, std::optional<int> workers) {
  const Settings& settings = configuration.settings;
  start_logging(settings.log.level, settings.log.format);
  signal(SIGPIPE, SIG_IGN);  // A client that goes is seen where it is written to.
  StopSignals stop_signals;
  if (workers == 0 && settings.cluster.listen == "no") {
    complain({engine::ErrorCode::InvalidArgument,
              "--workers 0 needs workers that join, and cluster.listen is no"});
    return kFailure;
  }
  if (settings.cluster.listen == "no" && joins_gateways(settings.cluster)) {
    complain({engine::ErrorCode::InvalidArgument,
              "a server that joins others is a gateway, and cluster.listen is no"});
    return kFailure;
  }
  Server server(settings, workers);
  if (auto started = server.start(); !started) {
    complain(started.error());
    return kFailure;
  }
  log_bounds(settings, workers.value_or(settings.workers.cpu));
  std::printf("listening http=%s:%d\n", settings.http.address.c_str(), server.port());
  // Scripts take the line above for all that is said; a port that somebody chose needs no saying.
  if (const auto port = server.node_port(); port && settings.cluster.port == 0) {
    std::printf("listening cluster=%s:%d\n", settings.cluster.address.c_str(), *port);
  }
  std::fflush(stdout);
  spdlog::info("stopping: signal {}", stop_signals.wait());
  if (server.stop()) return kSuccess;
  spdlog::critical("some work did not end within {} ms; leaving it", settings.shutdown.timeout.count());
  std::_Exit(kFailure);
}

}  // namespace framewright::app
