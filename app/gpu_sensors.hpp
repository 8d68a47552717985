// What the driver says of the GPUs of this machine, through NVML, which is opened at run time: a machine
// without it has no readings.
//
// Threads   read() may be called on any thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace framewright::app {

/// Nothing where a GPU does not tell.
struct GpuReading {
  std::string uuid;
  std::optional<double> utilisation = {};  ///< of its time in which kernels ran, 0..1
  std::optional<double> memory_used_bytes = {};
  std::optional<double> memory_total_bytes = {};
  std::optional<double> temperature_celsius = {};
  std::optional<double> power_watts = {};
  std::optional<double> clock_hertz = {};  ///< of the multiprocessors
};

class GpuSensors {
 public:
  explicit GpuSensors(const std::string& library = "libnvidia-ml.so.1");
  ~GpuSensors();
  GpuSensors(GpuSensors&&) noexcept;
  GpuSensors& operator=(GpuSensors&&) noexcept;

  /// One for each GPU that has a UUID; some milliseconds.
  std::vector<GpuReading> read() const;

 private:
  class Library;
  std::unique_ptr<const Library> library_;  ///< none where there is no NVML, or it does not start
};

}  // namespace framewright::app
