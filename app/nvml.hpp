// The part of NVML's binary interface that is used here. It is stable, and its header comes with the toolkit
// only, which machines that run the program need not have.
#pragma once

namespace framewright::app::nvml {

struct NvmlDevice;
using Device = NvmlDevice*;
using Code = int;

inline constexpr Code kSuccess = 0;
inline constexpr Code kNotSupported = 3;
inline constexpr int kGpuTemperature = 0;
inline constexpr int kMultiprocessorClock = 1;

struct Utilisation {
  unsigned gpu_percent;
  unsigned memory_percent;
};

struct Memory {
  unsigned long long total_bytes;
  unsigned long long free_bytes;
  unsigned long long used_bytes;
};

}  // namespace framewright::app::nvml
