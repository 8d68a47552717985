#include "app/process_statistics.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace framewright::app {
namespace {

/// The fields of /proc/self/stat behind the command's name (which may hold spaces): the first is the state,
/// field 3 of proc(5).
std::vector<double> stat_fields() {
  std::ifstream in("/proc/self/stat");
  std::string line;
  std::getline(in, line);
  const auto name_end = line.rfind(')');
  if (name_end == std::string::npos) return {};
  std::istringstream rest(line.substr(name_end + 1));
  std::string state;
  rest >> state;
  std::vector<double> fields = {0};
  for (double value = 0; rest >> value;) fields.push_back(value);
  return fields;
}

double boot_time_seconds() {
  std::ifstream in("/proc/stat");
  for (std::string word; in >> word;) {
    double value = 0;
    if (word == "btime" && in >> value) return value;
  }
  return 0;
}

double count_open_fds() {
  std::error_code failure;
  double count = -1;  // The listing itself holds one open.
  for (std::filesystem::directory_iterator entry("/proc/self/fd", failure), end; !failure && entry != end;
       entry.increment(failure)) {
    ++count;
  }
  return count < 0 ? 0 : count;
}

}  // namespace

ProcessStatistics read_process_statistics() {
  constexpr std::size_t kUserTicks = 11, kSystemTicks = 12, kThreads = 17, kStartTicks = 19, kVirtual = 20,
                        kPages = 21;
  ProcessStatistics statistics;
  statistics.open_fds = count_open_fds();
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) statistics.max_fds = static_cast<double>(limit.rlim_cur);
  const auto fields = stat_fields();
  if (fields.size() <= kPages) return statistics;
  const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
  statistics.cpu_seconds = (fields[kUserTicks] + fields[kSystemTicks]) / ticks;
  statistics.start_time_seconds = boot_time_seconds() + fields[kStartTicks] / ticks;
  statistics.threads = fields[kThreads];
  statistics.virtual_bytes = fields[kVirtual];
  statistics.resident_bytes = fields[kPages] * static_cast<double>(::sysconf(_SC_PAGESIZE));
  return statistics;
}

}  // namespace framewright::app
