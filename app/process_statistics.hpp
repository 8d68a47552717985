// What the kernel says about this process.
#pragma once

namespace framewright::app {

/// Zero where /proc does not tell.
struct ProcessStatistics {
  double cpu_seconds = 0;
  double start_time_seconds = 0;  ///< since the Unix epoch
  double resident_bytes = 0;
  double virtual_bytes = 0;
  double open_fds = 0;
  double max_fds = 0;
  double threads = 0;
};

ProcessStatistics read_process_statistics();

}  // namespace framewright::app
