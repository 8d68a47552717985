#include "kernels/cuda_device.hpp"

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "kernels/cuda_slot.cuh"
#include "kernels/cuda_tables.cuh"
#include "kernels/device_batch.hpp"
#include "kernels/shape.hpp"

namespace framewright::kernels {
namespace {

/// The oldest devices that the build has code for: Turing.
constexpr int kLeastComputeMajor = 7;
constexpr int kLeastComputeMinor = 5;

std::string describe(cudaError_t error, const char* what) {
  return std::string(what) + ": " + cudaGetErrorString(error);
}

bool can_run(const cudaDeviceProp& properties) {
  return properties.major > kLeastComputeMajor ||
         (properties.major == kLeastComputeMajor && properties.minor >= kLeastComputeMinor);
}

Status check(const DeviceItem& item, const DeviceLimits& limits) {
  if (item.steps == nullptr) return Status::BadParameter;
  if (!is_well_formed(item.in) || !is_well_formed(item.out)) return Status::BadShape;
  DeviceShape out;
  const Status status = check_device_steps(*item.steps, shape_of(item.in), limits, out);
  if (status != Status::Ok) return status;
  const bool is_made = out.width_px == item.out.width_px && out.height_px == item.out.height_px &&
                       out.channels == item.out.channels;
  return is_made ? Status::Ok : Status::BadShape;
}

Status check(const DeviceJob& job, const DeviceLimits& limits) {
  if (job.done.call == nullptr) return Status::BadParameter;
  const Status status = check(DeviceItem{job.steps, job.in, job.out}, limits);
  if (status != Status::Ok || job.jpeg == nullptr) return status;
  const bool is_packed = job.out.pitch_bytes == std::ptrdiff_t{job.out.width_px} * job.out.channels;
  return is_packed && fits_jpeg(shape_of(job.out), limits) ? Status::Ok : Status::BadShape;
}

Status check(const DeviceBatch& batch, const DeviceLimits& limits) {
  const bool has_items = batch.items != nullptr && batch.count >= 1 && batch.count <= kMaxBatch;
  if (!has_items || batch.done.call == nullptr) return Status::BadParameter;
  std::size_t room = 0;
  std::size_t staging = 0;
  for (std::size_t i = 0; i < batch.count; ++i) {
    const DeviceItem& item = batch.items[i];
    const Status status = check(item, limits);
    if (status != Status::Ok) return status;
    room += device_room(*item.steps, shape_of(item.in));
    staging += device_staging_of_all(*item.steps, shape_of(item.in));
  }
  const bool fits = room <= device_bytes(limits.frame_bytes) && staging <= limits.staging_bytes;
  return fits ? Status::Ok : Status::BadShape;
}

}  // namespace

struct CudaWorker::Impl {
  explicit Impl(const CudaWorkerOptions& given) : options(given) {}

  template <typename Work, typename Enqueue>
  Status submit(int slot_index, const Work& work, Enqueue enqueue);

  // Given.
  CudaWorkerOptions options;
  // Owned.
  TablesOnDevice tables;
  ResizeTables resize_tables;
  std::deque<Slot> slots;
  bool has_failed = false;
};

std::vector<CudaDeviceDescription> cuda_devices() {
  int count = 0;
  if (cudaGetDeviceCount(&count) != cudaSuccess) return {};
  std::vector<CudaDeviceDescription> devices;
  for (int index = 0; index < count; ++index) {
    cudaDeviceProp properties{};
    if (cudaGetDeviceProperties(&properties, index) != cudaSuccess || !can_run(properties)) continue;
    devices.push_back({index, properties.name, properties.totalGlobalMem});
  }
  return devices;
}

std::string why_no_cuda_devices() {
  int count = 0;
  const cudaError_t error = cudaGetDeviceCount(&count);
  if (error != cudaSuccess) return cudaGetErrorString(error);
  return "of " + std::to_string(count) + " CUDA devices none has compute capability " +
         std::to_string(kLeastComputeMajor) + "." + std::to_string(kLeastComputeMinor) + " or later";
}

Status reset_cuda_device(int index) {
  if (cudaSetDevice(index) != cudaSuccess) return Status::LaunchFailed;
  return cudaDeviceReset() == cudaSuccess ? Status::Ok : Status::LaunchFailed;
}

CudaWorker::Created CudaWorker::create(const CudaWorkerOptions& options) {
  if (options.slots < 1 || options.limits.frame_bytes == 0)
    return {nullptr, "a CUDA worker needs slots and frame bytes"};
  if (options.limits.frame_bytes > kDeviceMaxBytes) {
    return {nullptr, "a slot of " + std::to_string(options.limits.frame_bytes) +
                         " bytes: a device takes pictures of " + std::to_string(kDeviceMaxBytes) +
                         " at most"};
  }
  cudaError_t error = cudaSetDevice(options.device_index);
  if (error != cudaSuccess) return {nullptr, describe(error, "cudaSetDevice")};
  auto impl = std::make_unique<Impl>(options);
  error = impl->tables.create();
  while (error == cudaSuccess && impl->slots.size() < static_cast<std::size_t>(options.slots)) {
    impl->slots.emplace_back();
    error = impl->slots.back().create(options.limits);
    if (error != cudaSuccess) impl->slots.pop_back();
  }
  // What fits is used; the error must not be taken for one of the launches that follow.
  const bool is_usable = error == cudaSuccess || (error == cudaErrorMemoryAllocation && !impl->slots.empty());
  static_cast<void>(cudaGetLastError());
  if (!is_usable) return {nullptr, describe(error, "memory of a CUDA worker")};
  return {std::unique_ptr<CudaWorker>(new CudaWorker(std::move(impl))), {}};
}

int CudaWorker::slots() const { return static_cast<int>(impl_->slots.size()); }

CudaWorker::CudaWorker(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

CudaWorker::~CudaWorker() {
  static_cast<void>(cudaSetDevice(impl_->options.device_index));
  for (Slot& slot : impl_->slots) {
    slot.wait();
    slot.complete(Status::LaunchFailed);  // only what a failed device never completed
  }
}

template <typename Work, typename Enqueue>
Status CudaWorker::Impl::submit(int slot_index, const Work& work, Enqueue enqueue) {
  if (slot_index < 0 || static_cast<std::size_t>(slot_index) >= slots.size()) return Status::BadParameter;
  Slot& slot = slots[static_cast<std::size_t>(slot_index)];
  if (!slot.is_idle()) return Status::BadParameter;
  const Status status = check(work, options.limits);
  if (status != Status::Ok) return status;
  if (cudaSetDevice(options.device_index) != cudaSuccess) return Status::LaunchFailed;
  const bool is_enqueued = (slot.*enqueue)(work, {tables.get(), resize_tables}) == cudaSuccess;
  return is_enqueued ? Status::Ok : Status::LaunchFailed;
}

Status CudaWorker::submit(int slot, const DeviceJob& job) {
  return impl_->submit(slot, job, &Slot::enqueue_job);
}

Status CudaWorker::submit_batch(int slot, const DeviceBatch& batch) {
  return impl_->submit(slot, batch, &Slot::enqueue_batch);
}

GraphCounts CudaWorker::graph_counts() const {
  GraphCounts all;
  for (const Slot& slot : impl_->slots) all.add(slot.graph_counts());
  return all;
}

Status CudaWorker::fail_lost_frames() {
  if (cudaSetDevice(impl_->options.device_index) != cudaSuccess) impl_->has_failed = true;
  for (Slot& slot : impl_->slots) {
    if (slot.is_idle() || !slot.has_failed()) continue;
    impl_->has_failed = true;
    slot.complete(Status::LaunchFailed);
  }
  return impl_->has_failed ? Status::LaunchFailed : Status::Ok;
}

}  // namespace framewright::kernels
