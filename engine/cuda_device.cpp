#include <algorithm>
#include <atomic>
#include <cmath>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "engine/device.hpp"
#include "kernels/cuda_device.hpp"
#include "kernels/device_batch.hpp"

namespace framewright::engine {
namespace {

static_assert(Device::kMostTogether <= kernels::kMaxBatch);

Result<void> result_of(kernels::Status status, const std::string& device_id) {
  switch (status) {
    case kernels::Status::Ok: return {};
    case kernels::Status::BadShape: return unexpected(ErrorCode::Internal, device_id + ": bad shape");
    case kernels::Status::BadParameter: return unexpected(ErrorCode::Internal, device_id + ": bad parameter");
    case kernels::Status::LaunchFailed:
      return unexpected(ErrorCode::AcceleratorUnavailable, device_id + ": the device failed");
  }
  check_failed("a Status outside its list", __FILE__, __LINE__);
}

/// Every step of the plan in turn. The plan has kernels for all.
///
/// Errors   as the plan's output_geometry().
Result<kernels::DeviceSteps> device_steps_of(const Plan& plan, Geometry geometry) {
  kernels::DeviceSteps all;
  for (const auto& step : plan.steps()) {
    const auto made = step_geometry(step, geometry, plan.limits());
    if (!made) return unexpected(made.error());
    const auto steps = step.step->device_steps(geometry);
    all.insert(all.end(), steps.begin(), steps.end());
    geometry = *made;
  }
  return all;
}

/// What device_steps_of() and jpeg_tables_for() make follows from these and the shape of the input.
kernels::WorkName name_of(const DeviceWork& work, bool has_jpeg) {
  const Geometry picture = work.input.picture_geometry();
  const auto number = [](int value) { return static_cast<std::uint64_t>(value); };
  const std::uint64_t quality = has_jpeg ? number(*work.jpeg_quality) + 1 : 0;
  return {work.plan->id(), number(picture.width_px) << 40 | number(picture.height_px) << 16 | quality};
}

/// What the widest passes keep between them, at two bytes a value, and tables; those of a resize stay
/// below 1 MiB on an axis.
kernels::DeviceLimits limits_for(std::uint64_t slot_bytes) {
  const auto frame_bytes = static_cast<std::size_t>(slot_bytes);
  constexpr std::size_t kTableBytes = std::size_t{2} << 20;
  return {.frame_bytes = frame_bytes,
          .scratch_bytes = 2 * frame_bytes + kTableBytes,
          .staging_bytes = kTableBytes};
}

class CudaDevice final : public Device {
 public:
  CudaDevice(const kernels::CudaDeviceDescription& info, int slots, std::uint64_t slot_bytes);

  const DeviceDescription& description() const noexcept override { return description_; }
  bool can_run(const Plan& plan, const Geometry& input) const noexcept override;
  std::uint64_t share_of_slot(const Plan& plan, const Geometry& input) const noexcept override;
  void start_batch(int slot, std::vector<DeviceWork> works, BatchDone done) override;
  bool healthy() const noexcept override { return healthy_; }
  void check() override;
  kernels::GraphCounts graph_counts() const override {
    const std::lock_guard lock(graph_mutex_);
    return graph_counts_;
  }
  Result<void> reset() override;

 private:
  /// What a slot works on, from submit() to the driver's callback.
  struct Slot {
    CudaDevice* device = nullptr;
    std::vector<DeviceWork> works = {};
    BatchDone done = {};
  };

  std::optional<kernels::JpegTables> jpeg_tables_for(const DeviceWork& work) const;
  static void on_completion(void* slot, const kernels::DeviceResult& result);
  kernels::Status submit(int slot);
  void finish(Slot& slot, const kernels::DeviceResult& result);

  // Given.
  DeviceDescription description_;
  const kernels::CudaWorkerOptions options_;
  // Owned.
  std::atomic<bool> healthy_{false};
  std::atomic<int> running_{0};
  std::vector<Slot> slots_;
  mutable std::mutex graph_mutex_;
  kernels::GraphCounts graph_counts_;
  bool was_started_ = false;
  std::unique_ptr<kernels::CudaWorker> worker_;  ///< ends first: it waits for what calls back into the slots
};

CudaDevice::CudaDevice(const kernels::CudaDeviceDescription& info, int slots, std::uint64_t slot_bytes)
    : description_{.id = "cuda:" + std::to_string(info.index),
                   .index = info.index,
                   .name = info.name,
                   .accelerator = Accelerator::Cuda,
                   .slots = slots,
                   .wanted_slots = slots,
                   .slot_bytes = slot_bytes},
      options_{.device_index = info.index, .slots = slots, .limits = limits_for(slot_bytes)},
      slots_(static_cast<std::size_t>(slots)) {
  for (auto& slot : slots_) slot.device = this;
}

bool CudaDevice::can_run(const Plan& plan, const Geometry& input) const noexcept {
  if (!plan.runs_on_device()) return false;
  const auto steps = device_steps_of(plan, input);
  kernels::DeviceShape made;
  return steps && kernels::check_device_steps(*steps, {input.width_px, input.height_px, input.channels},
                                              options_.limits, made) == kernels::Status::Ok;
}

/// None where pixels are wanted, or a slot has no room to code them.
std::optional<kernels::JpegTables> CudaDevice::jpeg_tables_for(const DeviceWork& work) const {
  const auto& [width_px, height_px, channels] = work.output.geometry;
  if (!work.jpeg_quality || !kernels::fits_jpeg({width_px, height_px, channels}, options_.limits)) return {};
  return kernels::make_jpeg_tables(*work.jpeg_quality);
}

/// The larger of its part of the buffers and its part of the staging.
std::uint64_t CudaDevice::share_of_slot(const Plan& plan, const Geometry& input) const noexcept {
  const auto& limits = options_.limits;
  const auto steps = device_steps_of(plan, input);
  if (!steps) return description_.slot_bytes;
  const kernels::DeviceShape shape{input.width_px, input.height_px, input.channels};
  const double staged = static_cast<double>(kernels::device_staging_of_all(*steps, shape)) /
                        static_cast<double>(limits.staging_bytes);
  const auto of_staging =
      static_cast<std::uint64_t>(std::ceil(staged * static_cast<double>(limits.frame_bytes)));
  return std::max<std::uint64_t>(kernels::device_room(*steps, shape), of_staging);
}

void CudaDevice::start_batch(int slot, std::vector<DeviceWork> works, BatchDone done) {
  FW_CHECK(slot >= 0 && slot < description_.slots);
  FW_CHECK(!works.empty() && works.size() <= kMostTogether);
  auto& place = slots_[static_cast<std::size_t>(slot)];
  FW_CHECK(!place.done);
  place.works = std::move(works);
  place.done = std::move(done);
  running_.fetch_add(1);
  const auto status = worker_ && healthy_ ? submit(slot) : kernels::Status::LaunchFailed;
  if (status != kernels::Status::Ok) finish(place, {status});
}

kernels::Status CudaDevice::submit(int slot) {
  auto& place = slots_[static_cast<std::size_t>(slot)];
  const bool is_live = place.works.front().work_class == WorkClass::Live;
  const auto priority = is_live ? kernels::DevicePriority::Urgent : kernels::DevicePriority::Patient;
  std::vector<kernels::DeviceSteps> steps;
  std::vector<kernels::DeviceItem> items;
  steps.reserve(place.works.size());
  for (const auto& work : place.works) {
    auto made = device_steps_of(*work.plan, work.input.picture_geometry());
    FW_CHECK(made.has_value());  // can_run() was asked
    steps.push_back(std::move(*made));
    items.push_back({&steps.back(), work.input.view(), work.output.view()});
  }
  const kernels::DeviceCompletion done{on_completion, &place};
  const auto& first = place.works.front();
  if (items.size() > 1) {
    return worker_->submit_batch(slot, {items.data(), items.size(), done, priority, first.profiler_number});
  }
  const auto jpeg = jpeg_tables_for(first);
  kernels::DeviceJob job{items[0].steps, items[0].in, items[0].out, done, priority};
  if (jpeg) job.jpeg = &*jpeg;
  job.work = name_of(first, jpeg.has_value());
  job.frame_number = first.profiler_number;
  const auto status = worker_->submit(slot, job);
  const std::lock_guard lock(graph_mutex_);
  graph_counts_ = worker_->graph_counts();
  return status;
}

void CudaDevice::on_completion(void* slot, const kernels::DeviceResult& result) {
  auto& place = *static_cast<Slot*>(slot);
  place.device->finish(place, result);
}

/// Frees the slot before the callback, which may start the next work on it.
void CudaDevice::finish(Slot& slot, const kernels::DeviceResult& result) {
  if (result.status == kernels::Status::LaunchFailed) healthy_ = false;
  const auto count = static_cast<std::int64_t>(slot.works.size());
  const auto share = [count](std::int64_t time_us) {
    return std::chrono::nanoseconds{std::chrono::microseconds{time_us}} / count;
  };
  const DeviceTimes times{.upload = share(result.upload_us),
                          .kernels = share(result.steps_us + result.coding_us),
                          .download = share(result.download_us)};
  std::vector<DeviceOutcome> outcomes;
  for (auto& work : slot.works) {
    if (result.coding_us > 0) work.coding = std::chrono::microseconds{result.coding_us + result.download_us};
    work.scan_bits = result.scan_bits;
    outcomes.push_back({std::move(work), result_of(result.status, description_.id), times});
  }
  slot.works.clear();
  const auto done = std::exchange(slot.done, nullptr);
  running_.fetch_sub(1);
  done(std::move(outcomes));
}

void CudaDevice::check() {
  if (worker_ && worker_->fail_lost_frames() == kernels::Status::LaunchFailed) healthy_ = false;
}

Result<void> CudaDevice::reset() {
  check();
  if (const int running = running_; running > 0) {
    return unexpected(ErrorCode::NotReady,
                      description_.id + ": " + std::to_string(running) + " frames still run on the device");
  }
  healthy_ = false;
  worker_.reset();
  // An error that sticks outlives the worker. Whether a reset helped, only a new worker shows.
  if (was_started_) static_cast<void>(kernels::reset_cuda_device(options_.device_index));
  was_started_ = true;
  auto created = kernels::CudaWorker::create(options_);
  if (!created.worker) {
    return unexpected(ErrorCode::AcceleratorUnavailable, description_.id + ": " + created.error);
  }
  worker_ = std::move(created.worker);
  description_.slots = worker_->slots();
  description_.memory_bytes =
      static_cast<std::uint64_t>(worker_->slots()) * kernels::slot_memory_bytes(options_.limits);
  healthy_ = true;
  return {};
}

}  // namespace

std::vector<std::unique_ptr<Device>> find_cuda_devices(int slots_per_device, std::uint64_t slot_bytes) {
  std::vector<std::unique_ptr<Device>> devices;
  for (const auto& info : kernels::cuda_devices()) {
    devices.push_back(std::make_unique<CudaDevice>(info, slots_per_device, slot_bytes));
  }
  return devices;
}

std::string why_no_cuda_devices() { return kernels::why_no_cuda_devices(); }

}  // namespace framewright::engine
