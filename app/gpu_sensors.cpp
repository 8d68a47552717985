#include "app/gpu_sensors.hpp"

#include <dlfcn.h>

#include <array>
#include <utility>

#include "app/nvml.hpp"

namespace framewright::app {
namespace {

using nvml::Code;
using nvml::Device;
using nvml::Memory;
using nvml::Utilisation;

/// value() of what `call(&answer)` gives; nothing when it fails.
template <class Answer, class Call, class Value>
std::optional<double> ask(Call call, Value value) {
  Answer answer{};
  if (call(&answer) != nvml::kSuccess) return std::nullopt;
  return static_cast<double>(value(answer));
}

}  // namespace

/// NVML, loaded and started; not usable when a function is missing or the driver does not answer.
class GpuSensors::Library {
 public:
  explicit Library(const std::string& name) : handle_(::dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL)) {
    if (handle_ == nullptr) return;
    const bool is_whole =
        find("nvmlInit_v2", init_) && find("nvmlShutdown", shutdown_) &&
        find("nvmlDeviceGetCount_v2", count_) && find("nvmlDeviceGetHandleByIndex_v2", device_) &&
        find("nvmlDeviceGetUUID", uuid_) && find("nvmlDeviceGetUtilizationRates", utilisation_) &&
        find("nvmlDeviceGetMemoryInfo", memory_) && find("nvmlDeviceGetTemperature", temperature_) &&
        find("nvmlDeviceGetPowerUsage", power_) && find("nvmlDeviceGetClockInfo", clock_);
    is_usable_ = is_whole && init_() == nvml::kSuccess;
  }
  ~Library() {
    if (is_usable_) shutdown_();
    if (handle_ != nullptr) ::dlclose(handle_);
  }
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;

  bool is_usable() const { return is_usable_; }

  std::vector<GpuReading> read() const {
    std::vector<GpuReading> readings;
    unsigned count = 0;
    if (count_(&count) != nvml::kSuccess) return readings;
    for (unsigned i = 0; i < count; ++i) {
      Device device = nullptr;
      std::array<char, 96> uuid{};
      const bool is_there = device_(i, &device) == nvml::kSuccess &&
                            uuid_(device, uuid.data(), static_cast<unsigned>(uuid.size())) == nvml::kSuccess;
      if (is_there) readings.push_back(read(device, uuid.data()));
    }
    return readings;
  }

 private:
  template <class Function>
  bool find(const char* name, Function& function) {
    function = reinterpret_cast<Function>(::dlsym(handle_, name));
    return function != nullptr;
  }

  GpuReading read(Device device, std::string uuid) const {
    GpuReading reading{.uuid = std::move(uuid)};
    reading.utilisation = ask<Utilisation>([&](auto* answer) { return utilisation_(device, answer); },
                                           [](const Utilisation& u) { return u.gpu_percent / 100.0; });
    const auto memory = [&](auto* answer) { return memory_(device, answer); };
    reading.memory_used_bytes = ask<Memory>(memory, [](const Memory& m) { return m.used_bytes; });
    reading.memory_total_bytes = ask<Memory>(memory, [](const Memory& m) { return m.total_bytes; });
    reading.temperature_celsius =
        ask<unsigned>([&](auto* answer) { return temperature_(device, nvml::kGpuTemperature, answer); },
                      [](unsigned degrees) { return degrees; });
    reading.power_watts = ask<unsigned>([&](auto* answer) { return power_(device, answer); },
                                        [](unsigned milliwatts) { return milliwatts / 1000.0; });
    reading.clock_hertz =
        ask<unsigned>([&](auto* answer) { return clock_(device, nvml::kMultiprocessorClock, answer); },
                      [](unsigned megahertz) { return megahertz * 1e6; });
    return reading;
  }

  // Owned.
  void* handle_;
  bool is_usable_ = false;
  // Found in it.
  Code (*init_)() = nullptr;
  Code (*shutdown_)() = nullptr;
  Code (*count_)(unsigned*) = nullptr;
  Code (*device_)(unsigned, Device*) = nullptr;
  Code (*uuid_)(Device, char*, unsigned) = nullptr;
  Code (*utilisation_)(Device, Utilisation*) = nullptr;
  Code (*memory_)(Device, Memory*) = nullptr;
  Code (*temperature_)(Device, int, unsigned*) = nullptr;
  Code (*power_)(Device, unsigned*) = nullptr;
  Code (*clock_)(Device, int, unsigned*) = nullptr;
};

GpuSensors::GpuSensors(const std::string& library) {
  auto loaded = std::make_unique<const Library>(library);
  if (loaded->is_usable()) library_ = std::move(loaded);
}

GpuSensors::~GpuSensors() = default;
GpuSensors::GpuSensors(GpuSensors&&) noexcept = default;
GpuSensors& GpuSensors::operator=(GpuSensors&&) noexcept = default;

std::vector<GpuReading> GpuSensors::read() const {
  return library_ ? library_->read() : std::vector<GpuReading>{};
}

}  // namespace framewright::app
