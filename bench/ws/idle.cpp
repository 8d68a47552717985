#include <sys/resource.h>

#include <fstream>
#include <thread>

#include "bench/ws/load.hpp"

namespace framewright::bench {
namespace {

std::uint64_t resident_bytes(int pid) {
  std::ifstream statm("/proc/" + std::to_string(pid) + "/statm");
  std::uint64_t total = 0;
  std::uint64_t resident = 0;
  if (!(statm >> total >> resident)) fail("cannot read the memory of process " + std::to_string(pid));
  return resident * 4096;
}

}  // namespace

nlohmann::json measure_idle(const Options& options) {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &files) != 0) fail("cannot raise the limit of open files");
  const auto before = resident_bytes(options.pid);
  std::vector<WebSocketClient> clients;
  for (int i = 0; i < options.connections; ++i) {
    clients.emplace_back(options.host, options.port);
    if (!options.echo) clients.back().receive();
  }
  std::this_thread::sleep_for(std::chrono::duration<double>(options.seconds));
  const auto after = resident_bytes(options.pid);
  return {{"bytes_before", before},
          {"bytes_after", after},
          {"bytes_per_connection",
           (static_cast<double>(after) - static_cast<double>(before)) / options.connections}};
}

}  // namespace framewright::bench
