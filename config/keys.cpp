// The rows of the table in config/schema.hpp.
#include <algorithm>
#include <array>

#include "config/schema.hpp"
#include "config/values.hpp"

namespace framewright::config {
namespace {

constexpr std::uint64_t kAnyBytes = 1ULL << 50;
constexpr std::uint64_t kDay = 86'400'000;

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 64 &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_") == std::string_view::npos;
}

bool is_address(std::string_view text) {
  return !text.empty() && text.size() <= 253 &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.:-_") ==
             std::string_view::npos;
}

bool is_host_and_port(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const auto port = parse_integer(text.substr(colon + 1));
  return port && *port >= 1 && *port <= 65535 && text.find_first_of("/ ") == std::string_view::npos;
}

bool is_host_and_port_or_nothing(std::string_view text) { return text.empty() || is_host_and_port(text); }

bool is_http_url(std::string_view text) { return text.starts_with("http://") && text.size() > 7; }

bool is_http_url_or_nothing(std::string_view text) { return text.empty() || is_http_url(text); }

bool is_peer_name(std::string_view text) {
  return text.size() >= 2 && text.size() <= 253 && text.find("..") == std::string_view::npos &&
         text.find_first_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") !=
             std::string_view::npos &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_") ==
             std::string_view::npos;
}

bool is_origin(std::string_view text) {
  if (text == "*") return true;
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (text.starts_with(scheme)) {
      const auto host = text.substr(scheme.size());
      return !host.empty() && host.find_first_of("/?# *,") == std::string_view::npos;
    }
  }
  return false;
}

bool is_store(std::string_view text) {
  return text == "sqlite" || text.starts_with("postgresql://") || text.starts_with("postgres://");
}

using S = Settings;

// clang-format off: a row stays together.
std::vector<Key> make_server_keys() {
  return {
      {.name = "environment", .kind = Kind::Text, .slot = [](S& s) -> Slot { return &s.environment; },
       .description = "Which environment this is: <environment>.yaml beside default.yaml is read as well.",
       .accepts = is_name, .accepted_text = "a name of a-z, 0-9, - and _"},
      {.name = "http.address", .kind = Kind::Text, .slot = [](S& s) -> Slot { return &s.http.address; },
       .description = "Address to listen on; 0.0.0.0 or :: for every interface.",
       .accepts = is_address, .accepted_text = "an IP address"},
      {.name = "http.port", .kind = Kind::Integer, .slot = [](S& s) -> Slot { return &s.http.port; },
       .description = "WebSocket, REST, metrics and pages; 0 picks a free port.", .max_value = 65535},
      {.name = "http.threads", .kind = Kind::Integer, .slot = [](S& s) -> Slot { return &s.http.threads; },
       .description = "Threads for sockets; 0: as many as cores, at most 4.", .max_value = 256},
      {.name = "http.allowed_origins", .kind = Kind::List,
       .slot = [](S& s) -> Slot { return &s.http.allowed_origins; },
       .description = "Origins of pages that may use this server, beside its own; \"*\" allows any.",
       .accepts = is_origin, .accepted_text = "\"*\" or an origin such as https://example.org:8443"},
      {.name = "http.header_timeout", .kind = Kind::Duration,
       .slot = [](S& s) -> Slot { return &s.http.header_timeout; },
       .description = "How long a client may take to send a request's header.", .min_value = 1,
       .max_value = kDay},
      {.name = "http.body_timeout", .kind = Kind::Duration,
       .slot = [](S& s) -> Slot { return &s.http.body_timeout; },
       .description = "How long a body or message may take to end, or to bring its next 4 KiB.",
       .min_value = 1, .max_value = kDay},
      {.name = "http.keep_alive_timeout", .kind = Kind::Duration,
       .slot = [](S& s) -> Slot { return &s.http.keep_alive_timeout; },
       .description = "How long an idle connection is kept.", .min_value = 1, .max_value = kDay},
      {.name = "http.web_directory", .kind = Kind::Path,
       .slot = [](S& s) -> Slot { return &s.http.web_directory; },
       .description = "Folder of the pages; empty: those that came with the program."},
      {.name = "grpc.port", .kind = Kind::Integer, .slot = [](S& s) -> Slot { return &s.grpc.port; },
       .description = "gRPC; 0 picks a free port.", .max_value = 65535},
      {.name = "tls.certificate", .kind = Kind::Path, .slot = [](S& s) -> Slot { return &s.tls.certificate; },
       .description = "Certificate chain in PEM; with it, HTTPS is served on tls.port."},
      {.name = "tls.key", .kind = Kind::Path, .slot = [](S& s) -> Slot { return &s.tls.key; },
       .description = "Private key of the certificate in PEM.", .secret = true},
      {.name = "tls.port", .kind = Kind::Integer, .slot = [](S& s) -> Slot { return &s.tls.port; },
       .description = "HTTPS; 0 picks a free port.", .max_value = 65535},
  };
}

std::vector<Key> make_engine_keys() {
  return {
      {.name = "data.directory", .kind = Kind::Path, .slot = [](S& s) -> Slot { return &s.data.directory; },
       .description = "Library, jobs and everything else that must survive a restart."},
      {.name = "accelerators", .kind = Kind::List, .slot = [](S& s) -> Slot { return &s.accelerators; },
       .description = "Accelerators to use; empty: all that are found.", .choices = {"cpu", "cuda"}},
      {.name = "workers.cpu", .kind = Kind::Integer, .slot = [](S& s) -> Slot { return &s.workers.cpu; },
       .description = "Workers on the CPU; 0: as many as cores.", .max_value = 1024},
      {.name = "workers.simulated_time", .kind = Kind::Duration,
       .slot = [](S& s) -> Slot { return &s.workers.simulated_time; },
       .description = "For benchmarks: time that a simulated device takes for a frame; 0s: there is none.",
       .max_value = kDay},
      {.name = "workers.simulated_devices", .kind = Kind::Integer,
       .slot = [](S& s) -> Slot { return &s.workers.simulated_devices; },
       .description = "How many simulated devices there are, where there are any.",
       .min_value = 1, .max_value = 64},
      {.name = "cuda.streams_per_gpu", .kind = Kind::Integer,
       .slot = [](S& s) -> Slot { return &s.cuda.streams_per_gpu; },
       .description = "Frames that overlap on one GPU: each has a CUDA stream and its own buffers.",
       .min_value = 1, .max_value = 64},
      {.name = "cuda.batch_delay", .kind = Kind::Duration,
       .slot = [](S& s) -> Slot { return &s.cuda.batch_delay; },
       .description = "How long a small frame waits for others of its pipeline while a GPU is busy.",
       .max_value = 1000},
      {.name = "output.exactness", .kind = Kind::Text,
       .slot = [](S& s) -> Slot { return &s.output.exactness; },
       .description = "What answers must equal where a request does not say; auto: visual between lossy.",
       .choices = {"auto", "exact", "visual"}},
      {.name = "output.webp_method", .kind = Kind::Integer,
       .slot = [](S& s) -> Slot { return &s.output.webp_method; },
       .description = "Work that makes WebP answers small: 0 is fastest, 6 smallest.", .max_value = 6},
      {.name = "shutdown.timeout", .kind = Kind::Duration,
       .slot = [](S& s) -> Slot { return &s.shutdown.timeout; },
       .description = "How long a stopping server may finish what runs.", .max_value = kDay},
      {.name = "jobs.store", .kind = Kind::Text, .slot = [](S& s) -> Slot { return &s.jobs.store; },
       .description = "Where jobs live.", .accepts = is_store,
       .accepted_text = "sqlite or a postgresql:// URL"},
      {.name = "jobs.queued", .kind = Kind::Integer, .slot = [](S& s) -> Slot { return &s.jobs.queued; },
       .description = "Jobs that may wait; more are refused as overloaded.", .min_value = 1,
       .max_value = 10'000'000},
      {.name = "jobs.files_per_job", .kind = Kind::Integer,
       .slot = [](S& s) -> Slot { return &s.jobs.files_per_job; },
       .description = "Files in one job.", .min_value = 1, .max_value = 100'000},
      {.name = "jobs.retained", .kind = Kind::Integer, .slot = [](S& s) -> Slot { return &s.jobs.retained; },
       .description = "Finished jobs that are kept, newest first.", .max_value = 10'000'000},
      {.name = "jobs.retention", .kind = Kind::Duration,
       .slot = [](S& s) -> Slot { return &s.jobs.retention; },
       .description = "How long finished jobs are kept.", .min_value = 1000, .max_value = 3650 * kDay},
      {.name = "jobs.idempotency", .kind = Kind::Duration,
       .slot = [](S& s) -> Slot { return &s.jobs.idempotency; },
       .description = "How long an Idempotency-Key is remembered.", .min_value = 1000,
       .max_value = 365 * kDay},
      {.name = "log.level", .kind = Kind::Text, .slot = [](S& s) -> Slot { return &s.log.level; },
       .description = "The least important messages that are written.",
       .choices = {"trace", "debug", "info", "warn", "error", "critical", "off"}},
      {.name = "log.format", .kind = Kind::Text, .slot = [](S& s) -> Slot { return &s.log.format; },
       .description = "Text for people, JSON lines for collectors.", .choices = {"text", "json"}},
      {.name = "tracing.endpoint", .kind = Kind::Text,
       .slot = [](S& s) -> Slot { return &s.tracing.endpoint; },
       .description = "OpenTelemetry collector that takes traces over OTLP/HTTP; empty: none are recorded.",
       .accepts = is_http_url_or_nothing, .accepted_text = "http://HOST:PORT or nothing"},
      {.name = "tracing.sample_one_in", .kind = Kind::Integer,
       .slot = [](S& s) -> Slot { return &s.tracing.sample_one_in; },
       .description = "Of traces that begin here one in so many is recorded; 0: none; 1: all.",
       .max_value = 1'000'000'000},
      {.name = "plugins.directory", .kind = Kind::Path,
       .slot = [](S& s) -> Slot { return &s.plugins.directory; },
       .description = "Folder of plugins; empty: none."},
  };
}

std::vector<Key> make_cluster_keys() {
  return {
      {.name = "cluster.listen", .kind = Kind::Text, .slot = [](S& s) -> Slot { return &s.cluster.listen; },
       .description = "Whether workers may join a server.", .choices = {"yes", "no"}},
      {.name = "cluster.address", .kind = Kind::Text, .slot = [](S& s) -> Slot { return &s.cluster.address; },
       .description = "Address to listen on for other nodes; anything but loopback needs cluster.tls.",
       .accepts = is_address, .accepted_text = "an IP address"},
      {.name = "cluster.port", .kind = Kind::Integer, .slot = [](S& s) -> Slot { return &s.cluster.port; },
       .description = "Other nodes; 0 picks a free port.", .max_value = 65535},
      {.name = "cluster.join", .kind = Kind::List, .slot = [](S& s) -> Slot { return &s.cluster.join; },
       .description = "Gateways to join.", .accepts = is_host_and_port, .accepted_text = "HOST:PORT"},
      {.name = "cluster.advertise", .kind = Kind::Text,
       .slot = [](S& s) -> Slot { return &s.cluster.advertise; },
       .description = "Where others reach this gateway; empty: cluster.address and cluster.port.",
       .accepts = is_host_and_port_or_nothing, .accepted_text = "HOST:PORT or nothing"},
      {.name = "cluster.discovery", .kind = Kind::Text,
       .slot = [](S& s) -> Slot { return &s.cluster.discovery; },
       .description = "Who says where gateways are: cluster.join, DNS for its names, or Consul.",
       .choices = {"static", "dns", "consul"}},
      {.name = "cluster.consul.url", .kind = Kind::Text,
       .slot = [](S& s) -> Slot { return &s.cluster.consul.url; },
       .description = "Consul's HTTP interface.", .accepts = is_http_url,
       .accepted_text = "http://HOST:PORT"},
      {.name = "cluster.consul.service", .kind = Kind::Text,
       .slot = [](S& s) -> Slot { return &s.cluster.consul.service; },
       .description = "The service there of which gateways are instances.", .accepts = is_address,
       .accepted_text = "a name"},
      {.name = "cluster.frame_timeout", .kind = Kind::Duration,
       .slot = [](S& s) -> Slot { return &s.cluster.frame_timeout; },
       .description = "How long a node may have one frame, its way included; then it runs elsewhere.",
       .min_value = 1000, .max_value = kDay},
      {.name = "cluster.tls.authority", .kind = Kind::Path,
       .slot = [](S& s) -> Slot { return &s.cluster.tls.authority; },
       .description = "Certificates in PEM of the authority that signs nodes; made for this cluster alone."},
      {.name = "cluster.tls.certificate", .kind = Kind::Path,
       .slot = [](S& s) -> Slot { return &s.cluster.tls.certificate; },
       .description = "Certificate chain of this node in PEM."},
      {.name = "cluster.tls.key", .kind = Kind::Path,
       .slot = [](S& s) -> Slot { return &s.cluster.tls.key; },
       .description = "Private key of the node's certificate in PEM.", .secret = true},
      {.name = "cluster.tls.peers", .kind = Kind::List,
       .slot = [](S& s) -> Slot { return &s.cluster.tls.peers; },
       .description = "Names of certificates that may join; none: every one of the authority.",
       .accepts = is_peer_name, .accepted_text = "a DNS name, or .example.org for every name below it"},
  };
}

std::vector<Key> make_limit_keys() {
  return {
      {.name = "limits.body_bytes", .kind = Kind::Bytes,
       .slot = [](S& s) -> Slot { return &s.limits.body_bytes; },
       .description = "Body of one request; uploads have their own limit.", .min_value = 1,
       .max_value = kAnyBytes},
      {.name = "limits.header_bytes", .kind = Kind::Bytes,
       .slot = [](S& s) -> Slot { return &s.limits.header_bytes; },
       .description = "Header of one request.", .min_value = 512, .max_value = 1ULL << 20},
      {.name = "limits.message_bytes", .kind = Kind::Bytes,
       .slot = [](S& s) -> Slot { return &s.limits.message_bytes; },
       .description = "One WebSocket message.", .min_value = 64, .max_value = kAnyBytes},
      {.name = "limits.upload_image_bytes", .kind = Kind::Bytes,
       .slot = [](S& s) -> Slot { return &s.limits.upload_image_bytes; },
       .description = "One image that is uploaded to the library.", .min_value = 1, .max_value = kAnyBytes},
      {.name = "limits.image_pixels", .kind = Kind::Integer,
       .slot = [](S& s) -> Slot { return &s.limits.image_pixels; },
       .description = "Pixels of one image, checked before any is decoded.", .min_value = 1,
       .max_value = 1ULL << 34},
      {.name = "limits.image_side", .kind = Kind::Integer,
       .slot = [](S& s) -> Slot { return &s.limits.image_side; },
       .description = "Width and height of one image in pixels.", .min_value = 1, .max_value = 65535},
      {.name = "limits.pipeline_filters", .kind = Kind::Integer,
       .slot = [](S& s) -> Slot { return &s.limits.pipeline_filters; },
       .description = "Filters in one pipeline.", .min_value = 1, .max_value = 256},
      {.name = "limits.frame_memory_bytes", .kind = Kind::Bytes,
       .slot = [](S& s) -> Slot { return &s.limits.frame_memory_bytes; },
       .description = "Frames in flight in the whole process; above it new work is refused as overloaded.",
       .min_value = 1ULL << 20, .max_value = kAnyBytes},
      {.name = "limits.frames_per_connection", .kind = Kind::Integer,
       .slot = [](S& s) -> Slot { return &s.limits.frames_per_connection; },
       .description = "Frames in flight on one connection.", .min_value = 1, .max_value = 4096},
      {.name = "limits.connections", .kind = Kind::Integer,
       .slot = [](S& s) -> Slot { return &s.limits.connections; },
       .description = "Open connections.", .min_value = 1, .max_value = 1'000'000},
      {.name = "limits.streams_per_connection", .kind = Kind::Integer,
       .slot = [](S& s) -> Slot { return &s.limits.streams_per_connection; },
       .description = "Streams on one WebSocket connection.", .min_value = 1, .max_value = 1024},
      {.name = "limits.send_bytes_per_connection", .kind = Kind::Bytes,
       .slot = [](S& s) -> Slot { return &s.limits.send_bytes_per_connection; },
       .description = "Results that a client has not read yet.", .min_value = 1024, .max_value = kAnyBytes},
      {.name = "limits.slow_client_timeout", .kind = Kind::Duration,
       .slot = [](S& s) -> Slot { return &s.limits.slow_client_timeout; },
       .description = "How long a client may read nothing while results wait for it; then it is closed.",
       .min_value = 1, .max_value = kDay},
  };
}

// clang-format on

std::vector<Key> make_keys() {
  auto keys = make_server_keys();
  for (auto&& more : {make_engine_keys(), make_cluster_keys(), make_limit_keys()})
    keys.insert(keys.end(), more.begin(), more.end());
  return keys;
}

}  // namespace

std::span<const Key> all_keys() {
  static const std::vector<Key> keys = make_keys();
  return keys;
}

}  // namespace framewright::config
