#include "kernels/cuda_device.hpp"

#include <cuda_runtime_api.h>

#include <atomic>
#include <cstring>
#include <string>
#include <thread>
#include <utility>

#include "kernels/cuda_steps.cuh"
#include "kernels/packed_rows.hpp"
#include "kernels/shape.hpp"

namespace framewright::kernels {
namespace {

/// The oldest devices that the build has code for: Turing.
constexpr int kLeastComputeMajor = 7;
constexpr int kLeastComputeMinor = 5;

/// Writes the device's clock to pinned host memory. Events would tell the time too, but a completion runs
/// where no call of CUDA is allowed, so it could not ask them.
__global__ void stamp(std::uint64_t* nanoseconds) {
  std::uint64_t now;
  asm volatile("mov.u64 %0, %%globaltimer;" : "=l"(now));
  *nanoseconds = now;
}

std::string describe(cudaError_t error, const char* what) {
  return std::string(what) + ": " + cudaGetErrorString(error);
}

bool can_run(const cudaDeviceProp& properties) {
  return properties.major > kLeastComputeMajor ||
         (properties.major == kLeastComputeMajor && properties.minor >= kLeastComputeMinor);
}

std::size_t packed_bytes(const ConstImageView& view) {
  return static_cast<std::size_t>(view.width_px) * static_cast<std::size_t>(view.height_px) *
         static_cast<std::size_t>(view.channels);
}

ImageView packed_view(std::uint8_t* pixels, const ConstImageView& shape) {
  return {pixels, shape.width_px, shape.height_px, shape.channels,
          static_cast<std::ptrdiff_t>(shape.width_px) * shape.channels};
}

enum class SlotState : std::uint8_t { Idle, InFlight, Completing };

/// One frame in flight: its stream, its memory and who waits for it.
class Slot {
 public:
  Slot() = default;
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;
  ~Slot();

  cudaError_t create(std::size_t frame_bytes);
  cudaError_t enqueue_job(const DeviceJob& job);
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
  cudaError_t enqueue_steps(const DeviceJob& job, DevicePicture& picture);
  DevicePicture run_step(const DeviceStep& step, const DevicePicture& picture, cudaError_t& error);
  static void CUDART_CB on_done(void* slot) { static_cast<Slot*>(slot)->complete(Status::Ok); }

  // Owned.
  cudaStream_t stream_ = nullptr;
  std::uint8_t* pinned_in_ = nullptr;
  std::uint8_t* pinned_out_ = nullptr;
  std::uint64_t* stamps_ = nullptr;  ///< pinned: before the first copy, after the last
  std::uint8_t* device_[2] = {nullptr, nullptr};
  std::atomic<SlotState> state_{SlotState::Idle};
  // Given, for the frame in flight.
  ImageView out_;
  DeviceCompletion done_;
};

Slot::~Slot() {
  // After a failure of the device these report it again; there is nobody left to tell.
  static_cast<void>(cudaFree(device_[0]));
  static_cast<void>(cudaFree(device_[1]));
  static_cast<void>(cudaFreeHost(pinned_in_));
  static_cast<void>(cudaFreeHost(pinned_out_));
  static_cast<void>(cudaFreeHost(stamps_));
  if (stream_ != nullptr) static_cast<void>(cudaStreamDestroy(stream_));
}

cudaError_t Slot::create(std::size_t frame_bytes) {
  const std::size_t bytes = (frame_bytes + 3) / 4 * 4;  // point tables work on whole words
  cudaError_t error = cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking);
  if (error == cudaSuccess) error = cudaMallocHost(&pinned_in_, bytes);
  if (error == cudaSuccess) error = cudaMallocHost(&pinned_out_, bytes);
  if (error == cudaSuccess) error = cudaMallocHost(&stamps_, 2 * sizeof(std::uint64_t));
  if (error == cudaSuccess) error = cudaMalloc(&device_[0], bytes);
  if (error == cudaSuccess) error = cudaMalloc(&device_[1], bytes);
  return error;
}

/// Returns the picture after the step; device_[0] and device_[1] take turns where it is not in place.
DevicePicture Slot::run_step(const DeviceStep& step, const DevicePicture& picture, cudaError_t& error) {
  DevicePicture next = picture;
  next.channels = output_channels(step, picture.channels);
  next.pixels = picture.pixels == device_[0] ? device_[1] : device_[0];
  if (const auto* grayscale = std::get_if<DeviceGrayscale>(&step)) {
    error = enqueue(*grayscale, picture, next, stream_);
    return next;
  }
  if (const auto* gaussian = std::get_if<DeviceGaussian>(&step)) {
    error = enqueue(*gaussian, picture, next, stream_);
    return next;
  }
  if (const auto* table = std::get_if<DevicePointTable>(&step)) error = enqueue(*table, picture, stream_);
  if (const auto* sepia = std::get_if<DeviceSepia>(&step)) error = enqueue(*sepia, picture, stream_);
  return picture;
}

cudaError_t Slot::enqueue_steps(const DeviceJob& job, DevicePicture& picture) {
  for (std::size_t i = 0; i < job.step_count; ++i) {
    cudaError_t error = cudaSuccess;
    picture = run_step(job.steps[i], picture, error);
    if (error != cudaSuccess) return error;
  }
  return cudaSuccess;
}

cudaError_t Slot::enqueue_job(const DeviceJob& job) {
  copy_rows(job.in, packed_view(pinned_in_, job.in));
  out_ = job.out;
  done_ = job.done;
  DevicePicture picture{device_[0], job.in.width_px, job.in.height_px, job.in.channels};
  stamp<<<1, 1, 0, stream_>>>(&stamps_[0]);
  cudaError_t error = cudaGetLastError();
  if (error == cudaSuccess) {
    error = cudaMemcpyAsync(device_[0], pinned_in_, picture.bytes(), cudaMemcpyHostToDevice, stream_);
  }
  if (error == cudaSuccess) error = enqueue_steps(job, picture);
  if (error == cudaSuccess) {
    error = cudaMemcpyAsync(pinned_out_, picture.pixels, picture.bytes(), cudaMemcpyDeviceToHost, stream_);
  }
  if (error == cudaSuccess) {
    stamp<<<1, 1, 0, stream_>>>(&stamps_[1]);
    error = cudaGetLastError();
  }
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

Status check_steps(const DeviceJob& job, std::size_t frame_bytes) {
  if (!is_well_formed(job.in) || !is_well_formed(job.out) || !same_size(job.in, job.out))
    return Status::BadShape;
  if ((job.steps == nullptr && job.step_count != 0) || job.done.call == nullptr) return Status::BadParameter;
  int channels = job.in.channels;
  for (std::size_t i = 0; i < job.step_count; ++i) {
    channels = output_channels(job.steps[i], channels);
    const auto* gaussian = std::get_if<DeviceGaussian>(&job.steps[i]);
    if (gaussian != nullptr && !device_blurs(gaussian->kernel)) return Status::BadParameter;
  }
  // No step adds channels, so the input is the largest picture.
  const bool fits = channels == job.out.channels && packed_bytes(job.in) <= frame_bytes;
  return fits ? Status::Ok : Status::BadShape;
}

}  // namespace

struct CudaWorker::Impl {
  explicit Impl(const CudaWorkerOptions& given)
      : options(given), slots(static_cast<std::size_t>(given.slots)) {}

  // Given.
  CudaWorkerOptions options;
  // Owned.
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
  if (options.slots < 1 || options.frame_bytes == 0)
    return {nullptr, "a CUDA worker needs slots and frame bytes"};
  cudaError_t error = cudaSetDevice(options.device_index);
  if (error != cudaSuccess) return {nullptr, describe(error, "cudaSetDevice")};
  auto impl = std::make_unique<Impl>(options);
  for (Slot& slot : impl->slots) {
    error = slot.create(options.frame_bytes);
    if (error != cudaSuccess) return {nullptr, describe(error, "memory of a CUDA worker")};
  }
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
  const Status status = check_steps(job, impl_->options.frame_bytes);
  if (status != Status::Ok) return status;
  if (cudaSetDevice(impl_->options.device_index) != cudaSuccess) return Status::LaunchFailed;
  return slot.enqueue_job(job) == cudaSuccess ? Status::Ok : Status::LaunchFailed;
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
