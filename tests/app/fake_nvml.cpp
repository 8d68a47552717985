// A library with the functions of NVML that the program asks for: two GPUs, of which the second tells only
// its name.
#include <cstring>

#include "app/nvml.hpp"

struct framewright::app::nvml::NvmlDevice {
  int index;
};

namespace {

using namespace framewright::app::nvml;

NvmlDevice devices[2] = {{0}, {1}};

template <class Value>
Code tell(Device device, Value* answer, const Value& value) {
  if (device->index != 0) return kNotSupported;
  *answer = value;
  return kSuccess;
}

}  // namespace

extern "C" {

Code nvmlInit_v2() { return kSuccess; }
Code nvmlShutdown() { return kSuccess; }
Code nvmlDeviceGetCount_v2(unsigned* count) {
  *count = 2;
  return kSuccess;
}
Code nvmlDeviceGetHandleByIndex_v2(unsigned index, Device* device) {
  *device = &devices[index];
  return kSuccess;
}
Code nvmlDeviceGetUUID(Device device, char* uuid, unsigned length) {
  std::strncpy(uuid, device->index == 0 ? "GPU-first" : "GPU-second", length);
  return kSuccess;
}
Code nvmlDeviceGetUtilizationRates(Device device, Utilisation* answer) {
  return tell(device, answer, {37, 5});
}
Code nvmlDeviceGetMemoryInfo(Device device, Memory* answer) {
  return tell(device, answer, {8192, 8000, 192});
}
Code nvmlDeviceGetTemperature(Device device, int sensor, unsigned* answer) {
  return sensor == kGpuTemperature ? tell(device, answer, 61U) : kNotSupported;
}
Code nvmlDeviceGetPowerUsage(Device device, unsigned* answer) { return tell(device, answer, 250'500U); }
Code nvmlDeviceGetClockInfo(Device device, int clock, unsigned* answer) {
  return clock == kMultiprocessorClock ? tell(device, answer, 1980U) : kNotSupported;
}

}  // extern "C"
