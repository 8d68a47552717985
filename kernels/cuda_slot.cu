#include "kernels/cuda_slot.cuh"

#include <cstring>
#include <utility>

#include "kernels/device_batch.hpp"
#include "kernels/device_staging.hpp"
#include "kernels/jpeg_scan.cuh"
#include "kernels/packed_rows.hpp"
#include "kernels/profiler_range.hpp"

namespace framewright::kernels {
namespace {

/// Writes the device's clock to pinned host memory. Events would tell the time too, but a completion runs
/// where no call of CUDA is allowed, so it could not ask them.
__global__ void stamp(std::uint64_t* nanoseconds) { *nanoseconds = device_clock_ns(); }

ImageView packed_view(std::uint8_t* pixels, const ConstImageView& shape) {
  return {pixels, shape.width_px, shape.height_px, shape.channels,
          static_cast<std::ptrdiff_t>(shape.width_px) * shape.channels};
}

}  // namespace

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
  scratch_bytes_ = limits.scratch_bytes;
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

cudaError_t Slot::enqueue_job(const DeviceJob& job, const SlotTables& tables) {
  copy_rows(job.in, packed_view(pinned_in_, job.in));
  write_staging(*job.steps, shape_of(job.in), tables.resize, staging_);
  out_ = job.out;
  done_ = job.done;
  places_.clear();
  has_jpeg_ = job.jpeg != nullptr;
  report_->scan_bits = 0;
  const cudaError_t error = enqueue_or_replay(job, tables.device);
  return error == cudaSuccess ? enqueue_completion(stream_of(job.priority)) : error;
}

/// A graph that cannot be had costs nothing but the attempt.
cudaError_t Slot::enqueue_or_replay(const DeviceJob& job, const DeviceTables& tables) {
  cudaStream_t stream = stream_of(job.priority);
  const GraphTurn turn = job.work.plan == 0 ? GraphTurn::Direct : graphs_.take({job.work, shape_of(job.in)});
  const auto replay = [&] {
    const ProfilerRange range("graph", job.frame_number);
    return graphs_.graph().launch(stream);
  };
  if (turn == GraphTurn::Replay) return replay();
  if (turn == GraphTurn::Direct) return enqueue_work(job, tables);
  CudaGraph graph;
  if (graph.capture(stream, [&] { return enqueue_work(job, tables); }) == cudaSuccess) {
    graphs_.keep(std::move(graph));
    return replay();
  }
  graphs_.refuse();
  return enqueue_work(job, tables);
}

/// Reads and writes what belongs to the slot only, so that it may be a graph.
cudaError_t Slot::enqueue_work(const DeviceJob& job, const DeviceTables& tables) {
  cudaStream_t stream = stream_of(job.priority);
  DevicePictures pictures({device_[0], job.in.width_px, job.in.height_px, job.in.channels});
  cudaError_t error = enqueue_upload(pictures.shape(0).bytes(), job.frame_number, stream);
  if (error != cudaSuccess) return error;
  const std::byte* staging = staging_;
  const DeviceWorkspace work{stream, tables, scratch_, &staging};
  {
    const ProfilerRange range("steps", job.frame_number);
    error = enqueue_steps(&job.steps, {device_[0], device_[1]}, work, pictures);
    if (error == cudaSuccess) error = launch(stamp, {1, 1}, stream, &report_->made_ns);
  }
  const ProfilerRange range("download", job.frame_number);
  if (error == cudaSuccess) error = enqueue_delivery(pictures[0], job.jpeg, work);
  if (error == cudaSuccess) error = launch(stamp, {1, 1}, stream, &report_->ended_ns);
  return error;
}

cudaError_t Slot::enqueue_upload(std::size_t bytes, std::uint64_t frame_number, cudaStream_t stream) {
  const ProfilerRange range("upload", frame_number);
  cudaError_t error = launch(stamp, {1, 1}, stream, &report_->began_ns);
  if (error == cudaSuccess) {
    error = cudaMemcpyAsync(device_[0], pinned_in_, bytes, cudaMemcpyHostToDevice, stream);
  }
  return error == cudaSuccess ? launch(stamp, {1, 1}, stream, &report_->uploaded_ns) : error;
}

cudaError_t Slot::enqueue_completion(cudaStream_t stream) {
  state_.store(SlotState::InFlight, std::memory_order_release);
  const cudaError_t error = cudaLaunchHostFunc(stream, on_done, this);
  if (error != cudaSuccess) state_.store(SlotState::Idle, std::memory_order_release);
  return error;
}

/// Never a graph: the sizes of pictures that happen to come together hardly ever come again.
cudaError_t Slot::enqueue_batch(const DeviceBatch& batch, const SlotTables& tables) {
  cudaStream_t stream = stream_of(batch.priority);
  done_ = batch.done;
  has_jpeg_ = false;
  report_->scan_bits = 0;
  places_.clear();
  const DeviceSteps* lists[kMaxBatch];
  DeviceShape shapes[kMaxBatch];
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < batch.count; ++i) {
    const DeviceItem& item = batch.items[i];
    lists[i] = item.steps;
    shapes[i] = shape_of(item.in);
    copy_rows(item.in, packed_view(pinned_in_ + bytes, item.in));
    places_.push_back({bytes, item.out});
    bytes += device_room(*item.steps, shapes[i]);
  }
  const BatchSteps steps{lists, shapes, batch.count};
  const bool is_together = run_together(steps) && device_scratch_together(steps) <= scratch_bytes_;
  std::byte* staged = staging_;
  if (is_together) {
    write_staging(steps, tables.resize, staged);
  } else {
    for (std::size_t i = 0; i < batch.count; ++i) {
      staged = write_staging(*lists[i], shapes[i], tables.resize, staged);
    }
  }
  cudaError_t error = enqueue_upload(bytes, batch.frame_number, stream);
  const std::byte* staging = staging_;
  const DeviceWorkspace work{stream, tables.device, scratch_, &staging};
  if (error == cudaSuccess) {
    const ProfilerRange range("steps", batch.frame_number);
    error = is_together ? enqueue_together(steps, work) : enqueue_one_by_one(batch, work);
  }
  if (error == cudaSuccess) error = launch(stamp, {1, 1}, stream, &report_->ended_ns);
  return error == cudaSuccess ? enqueue_completion(stream) : error;
}

cudaError_t Slot::enqueue_together(const BatchSteps& steps, const DeviceWorkspace& work) {
  DevicePictures pictures(device_[0], steps.in[0].channels);
  for (std::size_t i = 0; i < steps.count; ++i) {
    pictures.add(places_[i].at / static_cast<std::size_t>(steps.in[i].channels), steps.in[i]);
  }
  cudaError_t error = enqueue_steps(steps.lists, {device_[0], device_[1]}, work, pictures);
  if (error == cudaSuccess) error = launch(stamp, {1, 1}, work.stream, &report_->made_ns);
  if (error != cudaSuccess) return error;
  for (std::size_t i = 0; i < steps.count; ++i) {
    places_[i].at = pictures.at_px(static_cast<int>(i)) * static_cast<std::size_t>(pictures.channels());
  }
  return cudaMemcpyAsync(pinned_out_, pictures.pixels(), pictures.bytes(), cudaMemcpyDeviceToHost,
                         work.stream);
}

/// Pictures of different channels, or with different steps.
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
    DevicePictures picture({device_[0] + at, item.in.width_px, item.in.height_px, item.in.channels});
    cudaError_t error = enqueue_steps(&item.steps, {device_[0] + at, device_[1] + at}, work, picture);
    const std::uint8_t* buffer = picture.pixels() - at;
    if (error == cudaSuccess && buffer != made_in) {
      error = copy_down(at);
      from = at;
      made_in = buffer;
    }
    if (error != cudaSuccess) return error;
    end = at + picture.shape(0).bytes();
  }
  const cudaError_t error = launch(stamp, {1, 1}, work.stream, &report_->made_ns);
  return error == cudaSuccess ? copy_down(end) : error;
}

/// The pixels of what the steps have made, or its scan.
cudaError_t Slot::enqueue_delivery(const DevicePicture& picture, const JpegTables* jpeg,
                                   const DeviceWorkspace& work) {
  if (jpeg == nullptr) {
    return cudaMemcpyAsync(pinned_out_, picture.pixels, picture.shape().bytes(), cudaMemcpyDeviceToHost,
                           work.stream);
  }
  std::uint8_t* bits = PictureBuffers{device_[0], device_[1]}.beside(picture.pixels);
  const JpegDelivery to{bits, pinned_out_, &report_->scan_bits};
  cudaError_t error = enqueue_jpeg(picture, *jpeg, to, work);
  if (error == cudaSuccess) error = launch(stamp, {1, 1}, work.stream, &report_->coded_ns);
  return error == cudaSuccess ? enqueue_jpeg_delivery(picture, to, work) : error;
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
    const std::uint64_t ready_ns = has_jpeg_ ? report_->coded_ns : report_->made_ns;
    result.upload_us = us_between(report_->began_ns, report_->uploaded_ns);
    result.steps_us = us_between(report_->uploaded_ns, report_->made_ns);
    result.coding_us = us_between(report_->made_ns, ready_ns);
    result.download_us = us_between(ready_ns, report_->ended_ns);
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

}  // namespace framewright::kernels
