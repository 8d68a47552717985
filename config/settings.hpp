// Every setting of the program, with its built-in default. config/default.yaml says the same in words; a test
// holds the two together.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace framewright::config {

using std::chrono::milliseconds;

struct HttpSettings {
  std::string address = "127.0.0.1";
  int port = 8080;                                ///< 0 picks a free port
  int threads = 0;                                ///< 0: as many as cores, at most 4
  std::vector<std::string> allowed_origins = {};  ///< beside the same origin; "*" allows any
  milliseconds header_timeout{10'000};
  milliseconds body_timeout{30'000};  ///< for the rest of a body or message, or its next 4 KiB
  milliseconds keep_alive_timeout{60'000};
  std::filesystem::path web_directory = {};  ///< empty: the pages that were built in or installed
};

struct LimitSettings {
  std::uint64_t body_bytes = 32ULL << 20;
  std::uint64_t header_bytes = 16ULL << 10;
  std::uint64_t message_bytes = 32ULL << 20;
  std::uint64_t upload_image_bytes = 10ULL << 20;
  std::uint64_t image_pixels = 50'000'000;
  int image_side = 16384;
  int pipeline_filters = 16;
  std::uint64_t frame_memory_bytes = 256ULL << 20;
  int frames_per_connection = 64;
  int connections = 10'000;
  int streams_per_connection = 16;
  std::uint64_t send_bytes_per_connection = 8ULL << 20;
  milliseconds slow_client_timeout{10'000};
};

struct JobSettings {
  std::string store = "sqlite";
  int retained = 10'000;  ///< final jobs kept, newest first
  milliseconds retention{7LL * 24 * 3600 * 1000};
  milliseconds idempotency{24LL * 3600 * 1000};
  int queued = 10'000;  ///< jobs waiting; more are refused as overloaded
  std::uint64_t files_per_job = 64;
};

/// Certificates of the links between nodes, in PEM; all three files or none.
struct ClusterTlsSettings {
  std::filesystem::path authority = {}, certificate = {}, key = {};
  std::vector<std::string> peers = {};  ///< names that may join; empty: whoever the authority signed
};

struct ClusterSettings {
  std::string listen = "yes";         ///< whether workers may join a gateway
  std::string address = "127.0.0.1";  ///< anything else needs the files of tls
  int port = 4950;
  std::vector<std::string> join = {};
  std::string advertise = {};  ///< HOST:PORT where others reach this gateway; empty: address and port
  std::string discovery = "static";
  struct {
    std::string url = "http://127.0.0.1:8500";
    std::string service = "framewright";
  } consul;
  milliseconds frame_timeout{300'000};  ///< for one frame at one node
  ClusterTlsSettings tls;
};

struct TracingSettings {
  std::string endpoint = {};  ///< of a collector, http://HOST:PORT; empty: nothing is recorded
  std::uint64_t sample_one_in = 100;
};

struct Settings {
  std::string environment = "development";
  HttpSettings http;
  struct {
    int port = 50051;
  } grpc;
  struct {
    std::filesystem::path certificate, key;
    int port = 8443;
  } tls;
  struct {
    std::filesystem::path directory = "data";
  } data;
  std::vector<std::string> accelerators = {};  ///< empty: all that are found
  struct {
    int cpu = 0;                     ///< 0: as many as cores
    milliseconds simulated_time{0};  ///< 0: no simulated device
    int simulated_devices = 1;
  } workers;
  struct {
    int streams_per_gpu = 4;
    milliseconds batch_delay{2};
  } cuda;
  struct {
    std::string exactness = "auto";  ///< of requests that name none
    int webp_method = 1;             ///< 0 (fastest) to 6 (smallest)
  } output;
  LimitSettings limits;
  struct {
    milliseconds timeout{30'000};
  } shutdown;
  JobSettings jobs;
  ClusterSettings cluster;
  struct {
    std::string level = "info";
    std::string format = "text";
  } log;
  TracingSettings tracing;
  struct {
    std::filesystem::path directory = {};
  } plugins;
};

}  // namespace framewright::config
