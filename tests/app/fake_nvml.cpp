// A library with the functions of NVML that the program asks for: two GPUs, of which the second tells only
// its name.
#include <cstring>

struct NvmlDevice {
  int index;
};

namespace {

NvmlDevice devices[2] = {{0}, {1}};
constexpr int kNotSupported = 3;

struct Utilisation {
  unsigned gpu;
  unsigned memory;
};

struct Memory {
  unsigned long long total;
  unsigned long long free;
  unsigned long long used;
};

template <class Value>
int tell(const NvmlDevice* device, Value* answer, const Value& value) {
  if (device->index != 0) return kNotSupported;
  *answer = value;
  return 0;
}

}  // namespace

extern "C" {

int nvmlInit_v2() { return 0; }
int nvmlShutdown() { return 0; }
int nvmlDeviceGetCount_v2(unsigned* count) {
  *count = 2;
  return 0;
}
int nvmlDeviceGetHandleByIndex_v2(unsigned index, NvmlDevice** device) {
  *device = &devices[index];
  return 0;
}
int nvmlDeviceGetUUID(NvmlDevice* device, char* uuid, unsigned length) {
  std::strncpy(uuid, device->index == 0 ? "GPU-first" : "GPU-second", length);
  return 0;
}
int nvmlDeviceGetUtilizationRates(NvmlDevice* device, Utilisation* answer) {
  return tell(device, answer, {37, 5});
}
int nvmlDeviceGetMemoryInfo(NvmlDevice* device, Memory* answer) {
  return tell(device, answer, {8192, 8000, 192});
}
int nvmlDeviceGetTemperature(NvmlDevice* device, int sensor, unsigned* answer) {
  return sensor == 0 ? tell(device, answer, 61U) : kNotSupported;
}
int nvmlDeviceGetPowerUsage(NvmlDevice* device, unsigned* answer) { return tell(device, answer, 250'500U); }
int nvmlDeviceGetClockInfo(NvmlDevice* device, int clock, unsigned* answer) {
  return clock == 1 ? tell(device, answer, 1980U) : kNotSupported;
}

}  // extern "C"
