#include "app/engine_host.hpp"

#include <algorithm>
#include <thread>
#include <utility>

#include "engine/device.hpp"

namespace framewright::app {
namespace {

constexpr std::size_t kCachedPlans = 256;
/// A slot takes a 4K RGBA picture; what is larger runs on the CPU.
constexpr std::uint64_t kDeviceSlotBytes = 3840ULL * 2160 * 4;

int cores() noexcept { return static_cast<int>(std::max(1U, std::thread::hardware_concurrency())); }

bool wants_cuda(const config::Settings& settings) {
  const auto& wanted = settings.accelerators;
  return wanted.empty() || std::find(wanted.begin(), wanted.end(), "cuda") != wanted.end();
}

engine::Exactness exactness_of(const config::Settings& settings) {
  return engine::parse_exactness(settings.output.exactness).value_or(engine::Exactness::Auto);
}

}  // namespace

engine::ImageLimits image_limits_of(const config::Settings& settings) noexcept {
  return {.pixels = settings.limits.image_pixels, .side_px = settings.limits.image_side};
}

EngineHost::EngineHost(const config::Settings& settings, engine::Metrics& metrics)
    : settings_(settings),
      metrics_(metrics),
      cpu_workers_(settings.workers.cpu > 0 ? settings.workers.cpu : cores()),
      budget_(settings.limits.frame_memory_bytes),
      pool_(budget_),
      plans_(image_limits_of(settings), kCachedPlans,
             static_cast<std::size_t>(settings.limits.pipeline_filters), exactness_of(settings)) {
  metrics_.observe("frame_memory_used_bytes", "Frame memory that is reserved now",
                   [this] { return static_cast<double>(budget_.used_bytes()); });
  metrics_.observe("frame_memory_limit_bytes", "The whole of the frame memory",
                   [this] { return static_cast<double>(budget_.limit_bytes()); });
}

void EngineHost::start(std::optional<actors::JobServices> jobs) {
  actors::EngineOptions options{.cpu_workers = cpu_workers_};
  if (wants_cuda(settings_)) {
    options.devices = engine::find_cuda_devices(settings_.cuda.streams_per_gpu, kDeviceSlotBytes);
  }
  system_ = std::make_unique<actors::EngineSystem>(
      actors::EngineServices{pool_, plans_, metrics_, readiness_, engine::system_clock(), std::move(jobs)},
      std::move(options));
}

bool EngineHost::stop(std::chrono::milliseconds timeout) { return system_->stop(timeout); }

}  // namespace framewright::app
