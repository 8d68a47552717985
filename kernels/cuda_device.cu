#include "kernels/cuda_device.hpp"

#include <atomic>
#include <cstring>
#include <deque>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "kernels/cuda_steps.cuh"
#include "kernels/device_batch.hpp"
#include "kernels/jpeg_scan.cuh"
#include "kernels/packed_rows.hpp"
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

  cudaError_t create() {
    const cudaError_t error = copy(to_lab_tables(), tables_.to_lab);
    return error == cudaSuccess ? copy(from_lab_tables(), tables_.from_lab) : error;
  }
  const DeviceTables& get() const { return tables_; }

 private:
  template <typename Table>
  static cudaError_t copy(const Table& from, Table*& to) {
    const cudaError_t error = cudaMalloc(&to, sizeof(Table));
    return error == cudaSuccess ? cudaMemcpy(to, &from, sizeof(Table), cudaMemcpyHostToDevice) : error;
  }

  DeviceTables tables_;
};

ImageView packed_view(std::uint8_t* pixels, const ConstImageView& shape) {
  return {pixels, shape.width_px, shape.height_px, shape.channels,
          static_cast<std::ptrdiff_t>(shape.width_px) * shape.channels};
}

/// What the device tells the host of a frame, in pinned memory.
struct SlotReport {
  std::uint64_t began_ns;  ///< before the first copy
  std::uint64_t made_ns;   ///< after the last step
  std::uint64_t ended_ns;  ///< after the last copy
  std::uint64_t scan_bits;
};

enum class SlotState : std::uint8_t { Idle, InFlight, Completing };

/// One frame in flight: its stream, its memory and who waits for it.
class Slot {
 public:
  Slot() = default;
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;
  ~Slot();

  cudaError_t create(const DeviceLimits& limits);
  cudaError_t enqueue_job(const DeviceJob& job, const DeviceTables& tables, ResizeTables& resize_tables);
  cudaError_t enqueue_batch(const DeviceBatch& batch, const DeviceTables& tables,
                            ResizeTables& resize_tables);
  bool is_idle() const { return state_.load(std::memory_order_acquire) == SlotState::Idle; }
  /// Completes the frame in flight, if there is one and nobody else does.
  void complete(Status status);
  /// Whether the device has failed; never waits.
  bool has_failed() const { return has_failed(streams_[0]) || has_failed(streams_[1]); }
  /// Waits for the frame in flight. A stream that has failed does not wait for a completion that runs
  /// already.
  void wait() {
    for (cudaStream_t stream : streams_) static_cast<void>(cudaStreamSynchronize(stream));
    while (state_.load(std::memory_order_acquire) == SlotState::Completing) std::this_thread::yield();
  }

 private:
  static void CUDART_CB on_done(void* slot) { static_cast<Slot*>(slot)->complete(Status::Ok); }

  cudaError_t create_streams();
  cudaError_t enqueue_together(const DeviceBatch& batch, const DeviceWorkspace& work);
  cudaError_t enqueue_one_by_one(const DeviceBatch& batch, const DeviceWorkspace& work);
  cudaError_t enqueue_completion(cudaStream_t stream);
  cudaError_t enqueue_delivery(const DevicePicture& picture, const JpegTables* jpeg,
                               const DeviceWorkspace& work);
  void hand_over(std::uint64_t scan_bits);
  static bool has_failed(cudaStream_t stream);

  // Owned.
  cudaStream_t streams_[2] = {nullptr, nullptr};  ///< by DevicePriority; a frame uses one of them
  std::uint8_t* pinned_in_ = nullptr;
  std::uint8_t* pinned_out_ = nullptr;
  SlotReport* report_ = nullptr;
  std::uint8_t* device_[2] = {nullptr, nullptr};
  std::byte* scratch_ = nullptr;
  std::byte* staging_ = nullptr;
  std::atomic<SlotState> state_{SlotState::Idle};
  // Given, for the frame in flight.
  ImageView out_;
  /// Instead, for a batch in flight: where its pictures lie in the buffers, and what becomes of them.
  struct Place {
    std::size_t at;
    ImageView out;
  };
  std::vector<Place> places_;
  DeviceCompletion done_;
  bool has_jpeg_ = false;
};

Slot::~Slot() {
  // After a failure of the device these report it again; there is nobody left to tell.
  static_cast<void>(cudaFree(device_[0]));
  static_cast<void>(cudaFree(device_[1]));
  static_cast<void>(cudaFree(scratch_));
  static_cast<void>(cudaFreeHost(pinned_in_));
  static_cast<void>(cudaFreeHost(pinned_out_));
  static_cast<void>(cudaFreeHost(report_));
  static_cast<void>(cudaFreeHost(staging_));
  for (cudaStream_t stream : streams_) {
    if (stream != nullptr) static_cast<void>(cudaStreamDestroy(stream));
  }
}

cudaError_t Slot::create_streams() {
  int least = 0;
  int greatest = 0;
  cudaError_t error = cudaDeviceGetStreamPriorityRange(&least, &greatest);
  if (error == cudaSuccess)
    error = cudaStreamCreateWithPriority(&streams_[0], cudaStreamNonBlocking, greatest);
  if (error == cudaSuccess) error = cudaStreamCreateWithPriority(&streams_[1], cudaStreamNonBlocking, least);
  return error;
}

cudaError_t Slot::create(const DeviceLimits& limits) {
  const std::size_t bytes = device_bytes(limits.frame_bytes);
  places_.reserve(kMaxBatch);
  cudaError_t error = create_streams();
  if (error == cudaSuccess) error = cudaMallocHost(&pinned_in_, bytes);
  if (error == cudaSuccess) error = cudaMallocHost(&pinned_out_, bytes);
  if (error == cudaSuccess) error = cudaMallocHost(&report_, sizeof(SlotReport));
  if (error == cudaSuccess) error = cudaMalloc(&device_[0], bytes);
  if (error == cudaSuccess) error = cudaMalloc(&device_[1], bytes);
  if (error == cudaSuccess && limits.scratch_bytes > 0) error = cudaMalloc(&scratch_, limits.scratch_bytes);
  if (error == cudaSuccess && limits.staging_bytes > 0)
    error = cudaMallocHost(&staging_, limits.staging_bytes);
  return error;
}

cudaError_t Slot::enqueue_job(const DeviceJob& job, const DeviceTables& tables, ResizeTables& resize_tables) {
  cudaStream_t stream = streams_[static_cast<unsigned>(job.priority)];
  copy_rows(job.in, packed_view(pinned_in_, job.in));
  out_ = job.out;
  done_ = job.done;
  places_.clear();
  has_jpeg_ = job.jpeg != nullptr;
  DevicePicture picture{device_[0], job.in.width_px, job.in.height_px, job.in.channels};
  cudaError_t error = launch(stamp, {1, 1}, stream, &report_->began_ns);
  if (error == cudaSuccess) {
    error = cudaMemcpyAsync(device_[0], pinned_in_, picture.shape().bytes(), cudaMemcpyHostToDevice, stream);
  }
  std::byte* staging = staging_;
  const DeviceWorkspace work{stream, tables, scratch_, &staging, &resize_tables};
  if (error == cudaSuccess) error = enqueue_steps(*job.steps, {device_[0], device_[1]}, work, picture);
  if (error == cudaSuccess) error = launch(stamp, {1, 1}, stream, &report_->made_ns);
  if (error == cudaSuccess) error = enqueue_delivery(picture, job.jpeg, work);
  if (error == cudaSuccess) error = launch(stamp, {1, 1}, stream, &report_->ended_ns);
  return error == cudaSuccess ? enqueue_completion(stream) : error;
}

cudaError_t Slot::enqueue_completion(cudaStream_t stream) {
  state_.store(SlotState::InFlight, std::memory_order_release);
  const cudaError_t error = cudaLaunchHostFunc(stream, on_done, this);
  if (error != cudaSuccess) state_.store(SlotState::Idle, std::memory_order_release);
  return error;
}

/// Whether one launch can take all pictures for one.
bool runs_together(const DeviceBatch& batch) {
  const DeviceItem& first = batch.items[0];
  for (std::size_t i = 0; i < batch.count; ++i) {
    const DeviceItem& item = batch.items[i];
    if (item.in.channels != first.in.channels || !run_as_one(*first.steps, *item.steps)) return false;
  }
  return true;
}

cudaError_t Slot::enqueue_batch(const DeviceBatch& batch, const DeviceTables& tables,
                                ResizeTables& resize_tables) {
  cudaStream_t stream = streams_[static_cast<unsigned>(batch.priority)];
  done_ = batch.done;
  has_jpeg_ = false;
  report_->scan_bits = 0;
  places_.clear();
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < batch.count; ++i) {
    const DeviceItem& item = batch.items[i];
    copy_rows(item.in, packed_view(pinned_in_ + bytes, item.in));
    places_.push_back({bytes, item.out});
    bytes += device_room(*item.steps, shape_of(item.in));
  }
  cudaError_t error = launch(stamp, {1, 1}, stream, &report_->began_ns);
  if (error == cudaSuccess) {
    error = cudaMemcpyAsync(device_[0], pinned_in_, bytes, cudaMemcpyHostToDevice, stream);
  }
  std::byte* staging = staging_;
  const DeviceWorkspace work{stream, tables, scratch_, &staging, &resize_tables};
  if (error == cudaSuccess) {
    error = runs_together(batch) ? enqueue_together(batch, work) : enqueue_one_by_one(batch, work);
  }
  if (error == cudaSuccess) error = launch(stamp, {1, 1}, stream, &report_->ended_ns);
  return error == cudaSuccess ? enqueue_completion(stream) : error;
}

/// One row of pixels with the gaps between the pictures in it: rooms are whole pixels for every number of
/// channels. Filters of single pixels never make more channels, so that the row of what they make has room.
cudaError_t Slot::enqueue_together(const DeviceBatch& batch, const DeviceWorkspace& work) {
  const DeviceItem& last = batch.items[batch.count - 1];
  const auto channels = static_cast<std::size_t>(last.in.channels);
  const std::size_t pixels = (places_.back().at + device_room(*last.steps, shape_of(last.in))) / channels;
  DevicePicture row{device_[0], static_cast<int>(pixels), 1, last.in.channels};
  const cudaError_t error = enqueue_steps(*last.steps, {device_[0], device_[1]}, work, row);
  if (error != cudaSuccess) return error;
  for (Place& place : places_) place.at = place.at / channels * static_cast<std::size_t>(row.channels);
  return cudaMemcpyAsync(pinned_out_, row.pixels, row.shape().bytes(), cudaMemcpyDeviceToHost, work.stream);
}

cudaError_t Slot::enqueue_one_by_one(const DeviceBatch& batch, const DeviceWorkspace& work) {
  std::size_t from = 0;  // What has been made and not yet copied begins here, in this buffer.
  const std::uint8_t* made_in = nullptr;
  const auto copy_down = [&](std::size_t to) {
    if (made_in == nullptr) return cudaSuccess;
    return cudaMemcpyAsync(pinned_out_ + from, made_in + from, to - from, cudaMemcpyDeviceToHost,
                           work.stream);
  };
  std::size_t end = 0;
  for (std::size_t i = 0; i < batch.count; ++i) {
    const DeviceItem& item = batch.items[i];
    const std::size_t at = places_[i].at;
    DevicePicture picture{device_[0] + at, item.in.width_px, item.in.height_px, item.in.channels};
    cudaError_t error = enqueue_steps(*item.steps, {device_[0] + at, device_[1] + at}, work, picture);
    const std::uint8_t* buffer = picture.pixels - at;
    if (error == cudaSuccess && buffer != made_in) {
      error = copy_down(at);
      from = at;
      made_in = buffer;
    }
    if (error != cudaSuccess) return error;
    end = at + picture.shape().bytes();
  }
  return copy_down(end);
}

/// The pixels of what the steps have made, or its scan.
cudaError_t Slot::enqueue_delivery(const DevicePicture& picture, const JpegTables* jpeg,
                                   const DeviceWorkspace& work) {
  report_->scan_bits = 0;
  if (jpeg == nullptr) {
    return cudaMemcpyAsync(pinned_out_, picture.pixels, picture.shape().bytes(), cudaMemcpyDeviceToHost,
                           work.stream);
  }
  std::uint8_t* bits = PictureBuffers{device_[0], device_[1]}.beside(picture, picture.shape()).pixels;
  return enqueue_jpeg(picture, *jpeg, {bits, pinned_out_, &report_->scan_bits}, work);
}

/// What the device has left in pinned memory, to where it is wanted.
void Slot::hand_over(std::uint64_t scan_bits) {
  for (const Place& place : places_) copy_rows(packed_view(pinned_out_ + place.at, place.out), place.out);
  if (!places_.empty()) return;
  if (scan_bits > 0) {
    std::memcpy(out_.pixels, pinned_out_, static_cast<std::size_t>((scan_bits + 7) / 8));
  } else {
    copy_rows(packed_view(pinned_out_, out_), out_);
  }
}

void Slot::complete(Status status) {
  SlotState expected = SlotState::InFlight;
  if (!state_.compare_exchange_strong(expected, SlotState::Completing)) return;
  DeviceResult result{status};
  if (status == Status::Ok) {
    const auto us_between = [](std::uint64_t from, std::uint64_t to) {
      return static_cast<std::int64_t>((to - from) / 1000);
    };
    result.device_us = us_between(report_->began_ns, report_->ended_ns);
    result.jpeg_us = has_jpeg_ ? us_between(report_->made_ns, report_->ended_ns) : 0;
    result.scan_bits = report_->scan_bits;
    hand_over(result.scan_bits);
  }
  const DeviceCompletion done = done_;
  state_.store(SlotState::Idle, std::memory_order_release);
  done.call(done.context, result);
}

bool Slot::has_failed(cudaStream_t stream) {
  const cudaError_t error = cudaStreamQuery(stream);
  static_cast<void>(
      cudaGetLastError());  // "not ready" counts as an error there, and the next launch would see it
  return error != cudaSuccess && error != cudaErrorNotReady;
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
  return (slot.*enqueue)(work, tables.get(), resize_tables) == cudaSuccess ? Status::Ok
                                                                           : Status::LaunchFailed;
}

Status CudaWorker::submit(int slot, const DeviceJob& job) {
  return impl_->submit(slot, job, &Slot::enqueue_job);
}

Status CudaWorker::submit_batch(int slot, const DeviceBatch& batch) {
  return impl_->submit(slot, batch, &Slot::enqueue_batch);
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
