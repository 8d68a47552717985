#include "app/engine_host.hpp"

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <thread>
#include <utility>

#include "app/device_calibration.hpp"
#include "app/timed_device.hpp"
#include "app/version.hpp"
#include "engine/device.hpp"
#include "engine/random_id.hpp"

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

engine::WebpMethod webp_method_of(const config::Settings& settings) noexcept {
  return static_cast<engine::WebpMethod>(settings.output.webp_method);
}

int cpu_workers_of(const config::Settings& settings, const EngineRole& role) {
  if (role.cpu_workers) return *role.cpu_workers;
  return settings.workers.cpu > 0 ? settings.workers.cpu : cores();
}

/// Letters, digits and hyphens.
std::string name_of_this_machine() {
  constexpr std::size_t kMostHostBytes = 63;
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) host = {"node"};
  std::string name = host.data();
  std::erase_if(name, [](char c) { return !std::isalnum(static_cast<unsigned char>(c)) && c != '-'; });
  return name.substr(0, kMostHostBytes);
}

/// By machine, because several may share the folder.
std::filesystem::path calibration_file_of(const config::Settings& settings) {
  return settings.data.directory / ("calibration-" + name_of_this_machine() + ".json");
}

}  // namespace

ChooseAccelerator known_choice(const config::Settings& settings) {
  std::optional<std::string> device;
  if (settings.workers.simulated_time > std::chrono::milliseconds{0}) device = TimedDevice::kName;
  if (wants_cuda(settings)) {
    const auto found = engine::find_cuda_devices(settings.cuda.streams_per_gpu, kDeviceSlotBytes);
    if (!found.empty()) device = found.front()->description().name;
  }
  if (!device) return [](const engine::ChoiceSubject&) { return engine::Choice{}; };
  const auto choice = std::make_shared<engine::DeviceChoice>(engine::system_clock(), kDeviceSlotBytes);
  // Where that finds nothing, the choice says that nobody has compared.
  recall_choice(*choice, *device, calibration_file_of(settings));
  return [choice](const engine::ChoiceSubject& subject) { return choice->choose(subject); };
}

engine::ImageLimits image_limits_of(const config::Settings& settings) noexcept {
  return {.pixels = settings.limits.image_pixels, .side_px = settings.limits.image_side};
}

EngineHost::EngineHost(const config::Settings& settings, engine::Metrics& metrics, EngineRole role)
    : settings_(settings),
      metrics_(metrics),
      role_(std::move(role)),
      cpu_workers_(cpu_workers_of(settings, role_)),
      host_name_(name_of_this_machine()),
      node_id_(host_name_ + "-" + engine::random_id().substr(0, 8)),  // Of this run of this process.
      budget_(settings.limits.frame_memory_bytes),
      pool_(budget_),
      plans_(image_limits_of(settings), kCachedPlans,
             static_cast<std::size_t>(settings.limits.pipeline_filters), exactness_of(settings),
             webp_method_of(settings)),
      choice_(engine::system_clock(), kDeviceSlotBytes) {
  metrics_.observe("frame_memory_used_bytes", "Frame memory that is reserved now",
                   [this] { return static_cast<double>(budget_.used_bytes()); });
  metrics_.observe("frame_memory_limit_bytes", "The whole of the frame memory",
                   [this] { return static_cast<double>(budget_.limit_bytes()); });
}

/// Who names cuda is to know; who takes what there is may read it in a server's log.
void EngineHost::tell_why_no_devices(bool is_server) const {
  const auto unasked = is_server ? spdlog::level::info : spdlog::level::debug;
  spdlog::log(settings_.accelerators.empty() ? unasked : spdlog::level::warn,
              "no CUDA device, frames run on the CPU: {}", engine::why_no_cuda_devices());
}

std::vector<std::unique_ptr<engine::Device>> EngineHost::find_devices(bool is_server) {
  std::vector<std::unique_ptr<engine::Device>> devices;
  // A gateway without workers leaves the machine's devices to them.
  if (wants_cuda(settings_) && cpu_workers_ > 0) {
    devices = engine::find_cuda_devices(settings_.cuda.streams_per_gpu, kDeviceSlotBytes);
    if (devices.empty()) tell_why_no_devices(is_server);
  }
  const auto& simulated = settings_.workers;
  if (simulated.simulated_time > std::chrono::milliseconds{0}) {
    for (int i = 0; i < simulated.simulated_devices; ++i) {
      devices.push_back(std::make_unique<TimedDevice>(simulated.simulated_time, kDeviceSlotBytes, pool_,
                                                      static_cast<int>(devices.size())));
    }
  }
  return devices;
}

/// By the first of them: what others differ by shows in how long they take. A device that cannot be had now
/// is built by its worker, which tries again.
void EngineHost::compare_with_cpu(std::vector<std::unique_ptr<engine::Device>>& devices) {
  if (devices.empty() || cpu_workers_ == 0) return;
  auto& device = *devices.front();
  const auto prepared = prepare_choice(choice_, device, pool_, calibration_file_of(settings_));
  if (prepared) return;
  spdlog::warn("{}: auto takes it wherever it can, because it was not measured: {}", device.description().id,
               prepared.error().detail);
  if (prepared.error().code != engine::ErrorCode::Timeout || device.reset()) return;
  spdlog::error("{}: not used", device.description().id);
  lost_device_ = std::move(devices.front());
  devices.erase(devices.begin());
}

engine::Choice EngineHost::choose_accelerator(const engine::ChoiceSubject& subject) const {
  return system_->has_device() ? choice_.choose(subject) : engine::Choice{};
}

void EngineHost::start(std::optional<actors::JobServices> jobs, engine::Tracer* tracer) {
  actors::EngineOptions options{.cpu_workers = cpu_workers_};
  if (role_.listen || role_.reach) {
    options.cluster.emplace(actors::ClusterSettings{cluster_, node_id_, std::string{build_version().version},
                                                    host_name_, role_.listen, role_.reach,
                                                    settings_.cluster.frame_timeout});
  }
  options.devices = find_devices(jobs.has_value() || role_.reach != nullptr);
  compare_with_cpu(options.devices);
  is_compared_ = !options.devices.empty();
  if (is_compared_) options.choice = &choice_;
  options.batch_delay = settings_.cuda.batch_delay;
  system_ = std::make_unique<actors::EngineSystem>(
      actors::EngineServices{pool_, plans_, metrics_, readiness_, engine::system_clock(), std::move(jobs),
                             tracer},
      std::move(options));
}

engine::ClusterNode EngineHost::describe() const {
  std::uint64_t elsewhere = 0;
  for (const auto& node : cluster_.nodes()) elsewhere += node.frames_held;
  const auto running = system_->frames_running();
  engine::ClusterNode node{
      .id = node_id_,
      .role = "gateway",
      .state = readiness_.draining() ? engine::NodeState::Draining : engine::NodeState::Ready,
      .address = host_name_,
      .version = std::string{build_version().version},
      .accelerators = {},
      .workers = static_cast<std::uint32_t>(cpu_workers_),
      .last_seen_at = engine::system_clock().wall_now(),
      .frames_held = running - std::min(running, elsewhere)};
  if (cpu_workers_ > 0) node.accelerators.push_back(engine::Accelerator::Cpu);
  if (system_->has_device()) node.accelerators.push_back(engine::Accelerator::Cuda);
  node.load = static_cast<double>(node.frames_held) / std::max(1, cpu_workers_);
  return node;
}

bool EngineHost::stop(std::chrono::milliseconds timeout) {
  const bool ended = system_->stop(timeout);
  if (is_compared_) keep_choice(choice_, calibration_file_of(settings_));
  return ended;
}

}  // namespace framewright::app
