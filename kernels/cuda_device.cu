#include "kernels/cuda_device.hpp"

#include <atomic>
#include <cstring>
#include <string>
#include <thread>
#include <utility>

#include "kernels/cuda_steps.cuh"
#include "kernels/packed_rows.hpp"
#include "kernels/point_chain.cuh"
#include "kernels/shape.hpp"

namespace framewright::kernels {
namespace {

/// The oldest devices that the build has code for: Turing.
constexpr int kLeastComputeMajor = 7;
constexpr int kLeastComputeMinor = 5;

/// Writes the device's clock to pinned host memory. Events would tell the time too, but a completion runs
/// where no call of CUDA is allowed, so it could not ask them.
__global__ void stamp(std::uint64_t* nanoseconds) { *nanoseconds = device_clock_ns(); }

std::string describe(cudaError_t error, const char* what) {
  return std::string(what) + ": " + cudaGetErrorString(error);
}

bool can_run(const cudaDeviceProp& properties) {
  return properties.major > kLeastComputeMajor ||
         (properties.major == kLeastComputeMajor && properties.minor >= kLeastComputeMinor);
}

DeviceShape shape_of(const ConstImageView& view) { return {view.width_px, view.height_px, view.channels}; }

/// Tables that every slot reads, copied to the device once.
class TablesOnDevice {
 public:
  TablesOnDevice() = default;
  TablesOnDevice(const TablesOnDevice&) = delete;
  TablesOnDevice& operator=(const TablesOnDevice&) = delete;
  ~TablesOnDevice() {
    static_cast<void>(cudaFree(tables_.to_lab));
    static_cast<void>(cudaFree(tables_.from_lab));
  }

  cudaError_t create(cudaStream_t stream) {
    cudaError_t error = copy(to_lab_tables(), tables_.to_lab, stream);
    if (error == cudaSuccess) error = copy(from_lab_tables(), tables_.from_lab, stream);
    return error == cudaSuccess ? cudaStreamSynchronize(stream) : error;
  }
  const DeviceTables& get() const { return tables_; }

 private:
  template <typename Table>
  static cudaError_t copy(const Table& from, Table*& to, cudaStream_t stream) {
    const cudaError_t error = cudaMalloc(&to, sizeof(Table));
    return error != cudaSuccess ? error
                                : cudaMemcpyAsync(to, &from, sizeof(Table), cudaMemcpyHostToDevice, stream);
  }

  DeviceTables tables_;
};

ImageView packed_view(std::uint8_t* pixels, const ConstImageView& shape) {
  return {pixels, shape.width_px, shape.height_px, shape.channels,
          static_cast<std::ptrdiff_t>(shape.width_px) * shape.channels};
}

/// Steps that a PointChain takes do not come here.
template <typename Step>
cudaError_t enqueue_step(const Step& step, const DevicePicture& in, const DevicePicture& out,
                         const DeviceWorkspace& work) {
  if constexpr (is_point_step<Step>) {
    return cudaErrorInvalidValue;
  } else {
    return enqueue(step, in, out, work);
  }
}

enum class SlotState : std::uint8_t { Idle, InFlight, Completing };

/// One frame in flight: its stream, its memory and who waits for it.
class Slot {
 public:
  Slot() = default;
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;
  ~Slot();

  cudaError_t create(const DeviceLimits& limits);
  cudaError_t enqueue_job(const DeviceJob& job, const DeviceTables& tables);
  cudaStream_t stream() const { return stream_; }
  bool is_idle() const { return state_.load(std::memory_order_acquire) == SlotState::Idle; }
  /// Completes the frame in flight, if there is one and nobody else does.
  void complete(Status status);
  /// Whether the device has failed; never waits.
  bool has_failed() const;
  /// Waits for the frame in flight. A stream that has failed does not wait for a completion that runs
  /// already.
  void wait() {
    static_cast<void>(cudaStreamSynchronize(stream_));
    while (state_.load(std::memory_order_acquire) == SlotState::Completing) std::this_thread::yield();
  }

 private:
  cudaError_t enqueue_steps(const DeviceSteps& steps, const DeviceTables& tables, DevicePicture& picture);
  DevicePicture next_picture(const DevicePicture& picture, const DeviceShape& shape) const;
  static void CUDART_CB on_done(void* slot) { static_cast<Slot*>(slot)->complete(Status::Ok); }

  // Owned.
  cudaStream_t stream_ = nullptr;
  std::uint8_t* pinned_in_ = nullptr;
  std::uint8_t* pinned_out_ = nullptr;
  std::uint64_t* stamps_ = nullptr;  ///< pinned: before the first copy, after the last
  std::uint8_t* device_[2] = {nullptr, nullptr};
  std::byte* scratch_ = nullptr;
  std::atomic<SlotState> state_{SlotState::Idle};
  // Given, for the frame in flight.
  ImageView out_;
  DeviceCompletion done_;
};

Slot::~Slot() {
  // After a failure of the device these report it again; there is nobody left to tell.
  static_cast<void>(cudaFree(device_[0]));
  static_cast<void>(cudaFree(device_[1]));
  static_cast<void>(cudaFree(scratch_));
  static_cast<void>(cudaFreeHost(pinned_in_));
  static_cast<void>(cudaFreeHost(pinned_out_));
  static_cast<void>(cudaFreeHost(stamps_));
  if (stream_ != nullptr) static_cast<void>(cudaStreamDestroy(stream_));
}

cudaError_t Slot::create(const DeviceLimits& limits) {
  const std::size_t bytes = device_bytes(limits.frame_bytes);
  cudaError_t error = cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking);
  if (error == cudaSuccess) error = cudaMallocHost(&pinned_in_, bytes);
  if (error == cudaSuccess) error = cudaMallocHost(&pinned_out_, bytes);
  if (error == cudaSuccess) error = cudaMallocHost(&stamps_, 2 * sizeof(std::uint64_t));
  if (error == cudaSuccess) error = cudaMalloc(&device_[0], bytes);
  if (error == cudaSuccess) error = cudaMalloc(&device_[1], bytes);
  if (error == cudaSuccess && limits.scratch_bytes > 0) error = cudaMalloc(&scratch_, limits.scratch_bytes);
  return error;
}

/// device_[0] and device_[1] take turns.
DevicePicture Slot::next_picture(const DevicePicture& picture, const DeviceShape& shape) const {
  std::uint8_t* pixels = picture.pixels == device_[0] ? device_[1] : device_[0];
  return {pixels, shape.width_px, shape.height_px, shape.channels};
}

/// As many point filters as follow each other, up to what a chain holds, are one launch.
cudaError_t Slot::enqueue_steps(const DeviceSteps& steps, const DeviceTables& tables,
                                DevicePicture& picture) {
  const DeviceWorkspace work{stream_, tables, scratch_};
  std::size_t i = 0;
  while (i < steps.size()) {
    const DevicePicture in = picture;
    PointChain chain(in.shape());
    while (i < steps.size() && chain.add(steps[i])) ++i;
    cudaError_t error = cudaSuccess;
    if (chain.is_empty()) {
      picture = next_picture(in, output_shape(steps[i], in.shape()));
      error = std::visit([&](const auto& step) { return enqueue_step(step, in, picture, work); }, steps[i]);
      ++i;
    } else {
      picture = next_picture(in, {in.width_px, in.height_px, chain.channels()});
      error = chain.enqueue(in, picture, work);
    }
    if (error != cudaSuccess) return error;
  }
  return cudaSuccess;
}

cudaError_t Slot::enqueue_job(const DeviceJob& job, const DeviceTables& tables) {
  copy_rows(job.in, packed_view(pinned_in_, job.in));
  out_ = job.out;
  done_ = job.done;
  DevicePicture picture{device_[0], job.in.width_px, job.in.height_px, job.in.channels};
  cudaError_t error = launch(stamp, {1, 1}, stream_, &stamps_[0]);
  if (error == cudaSuccess) {
    error = cudaMemcpyAsync(device_[0], pinned_in_, picture.shape().bytes(), cudaMemcpyHostToDevice, stream_);
  }
  if (error == cudaSuccess) error = enqueue_steps(*job.steps, tables, picture);
  if (error == cudaSuccess) {
    error = cudaMemcpyAsync(pinned_out_, picture.pixels, picture.shape().bytes(), cudaMemcpyDeviceToHost,
                            stream_);
  }
  if (error == cudaSuccess) error = launch(stamp, {1, 1}, stream_, &stamps_[1]);
  if (error != cudaSuccess) return error;
  state_.store(SlotState::InFlight, std::memory_order_release);
  error = cudaLaunchHostFunc(stream_, on_done, this);
  if (error != cudaSuccess) state_.store(SlotState::Idle, std::memory_order_release);
  return error;
}

void Slot::complete(Status status) {
  SlotState expected = SlotState::InFlight;
  if (!state_.compare_exchange_strong(expected, SlotState::Completing)) return;
  const bool is_ok = status == Status::Ok;
  if (is_ok) copy_rows(packed_view(pinned_out_, out_), out_);
  const std::int64_t device_us = is_ok ? static_cast<std::int64_t>((stamps_[1] - stamps_[0]) / 1000) : 0;
  const DeviceCompletion done = done_;
  state_.store(SlotState::Idle, std::memory_order_release);
  done.call(done.context, status, device_us);
}

bool Slot::has_failed() const {
  const cudaError_t error = cudaStreamQuery(stream_);
  static_cast<void>(
      cudaGetLastError());  // "not ready" counts as an error there, and the next launch would see it
  return error != cudaSuccess && error != cudaErrorNotReady;
}

Status check(const DeviceJob& job, const DeviceLimits& limits) {
  if (job.steps == nullptr || job.done.call == nullptr) return Status::BadParameter;
  if (!is_well_formed(job.in) || !is_well_formed(job.out)) return Status::BadShape;
  DeviceShape out;
  const Status status = check_device_steps(*job.steps, shape_of(job.in), limits, out);
  if (status != Status::Ok) return status;
  const bool is_made = out.width_px == job.out.width_px && out.height_px == job.out.height_px &&
                       out.channels == job.out.channels;
  return is_made ? Status::Ok : Status::BadShape;
}

}  // namespace

struct CudaWorker::Impl {
  explicit Impl(const CudaWorkerOptions& given)
      : options(given), slots(static_cast<std::size_t>(given.slots)) {}

  // Given.
  CudaWorkerOptions options;
  // Owned.
  TablesOnDevice tables;
  std::vector<Slot> slots;
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

CudaWorker::Created CudaWorker::create(const CudaWorkerOptions& options) {
  if (options.slots < 1 || options.limits.frame_bytes == 0)
    return {nullptr, "a CUDA worker needs slots and frame bytes"};
  cudaError_t error = cudaSetDevice(options.device_index);
  if (error != cudaSuccess) return {nullptr, describe(error, "cudaSetDevice")};
  auto impl = std::make_unique<Impl>(options);
  for (Slot& slot : impl->slots) {
    error = slot.create(options.limits);
    if (error != cudaSuccess) return {nullptr, describe(error, "memory of a CUDA worker")};
  }
  error = impl->tables.create(impl->slots.front().stream());
  if (error != cudaSuccess) return {nullptr, describe(error, "tables of a CUDA worker")};
  return {std::unique_ptr<CudaWorker>(new CudaWorker(std::move(impl))), {}};
}

CudaWorker::CudaWorker(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

CudaWorker::~CudaWorker() {
  static_cast<void>(cudaSetDevice(impl_->options.device_index));
  for (Slot& slot : impl_->slots) {
    slot.wait();
    slot.complete(Status::LaunchFailed);  // only what a failed device never completed
  }
}

Status CudaWorker::submit(int slot_index, const DeviceJob& job) {
  if (slot_index < 0 || slot_index >= impl_->options.slots) return Status::BadParameter;
  Slot& slot = impl_->slots[static_cast<std::size_t>(slot_index)];
  if (!slot.is_idle()) return Status::BadParameter;
  const Status status = check(job, impl_->options.limits);
  if (status != Status::Ok) return status;
  if (cudaSetDevice(impl_->options.device_index) != cudaSuccess) return Status::LaunchFailed;
  return slot.enqueue_job(job, impl_->tables.get()) == cudaSuccess ? Status::Ok : Status::LaunchFailed;
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
