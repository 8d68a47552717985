// A Slot takes one piece of work at a time through a device: its streams, its memory, its graphs, and who
// waits.
//
// Memory    all of it is taken by create(), but for graphs: those allocate when they are made.
// Threads   enqueue_*() and has_failed() from one thread at a time; on_done() comes on a thread of the
//           driver.
// Lifetime  the device must be current when it ends, and nothing in flight.
#pragma once

#include <atomic>
#include <thread>
#include <vector>

#include "kernels/cuda_device.hpp"
#include "kernels/cuda_graph.cuh"
#include "kernels/cuda_steps.cuh"
#include "kernels/device_batch.hpp"
#include "kernels/graph_cache.hpp"

namespace framewright::kernels {

inline DeviceShape shape_of(const ConstImageView& view) {
  return {view.width_px, view.height_px, view.channels};
}

/// What the device tells the host of a frame, in pinned memory.
struct SlotReport {
  std::uint64_t began_ns;     ///< before the first copy
  std::uint64_t uploaded_ns;  ///< before the first step
  std::uint64_t made_ns;      ///< after the last step
  std::uint64_t coded_ns;     ///< where a JPEG is made, before its way down
  std::uint64_t ended_ns;     ///< after the last copy
  std::uint64_t scan_bits;
};

enum class SlotState : std::uint8_t { Idle, InFlight, Completing };

/// What slots of a worker share.
struct SlotTables {
  const DeviceTables& device;
  ResizeTables& resize;
};

class Slot {
 public:
  Slot() = default;
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;
  ~Slot();

  cudaError_t create(const DeviceLimits& limits);
  cudaError_t enqueue_job(const DeviceJob& job, const SlotTables& tables);
  cudaError_t enqueue_batch(const DeviceBatch& batch, const SlotTables& tables);
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
  const GraphCounts& graph_counts() const { return graphs_.counts(); }

 private:
  static void CUDART_CB on_done(void* slot) { static_cast<Slot*>(slot)->complete(Status::Ok); }

  cudaError_t create_streams();
  cudaError_t enqueue_upload(std::size_t bytes, std::uint64_t frame_number, cudaStream_t stream);
  cudaError_t enqueue_work(const DeviceJob& job, const DeviceTables& tables);
  cudaError_t enqueue_or_replay(const DeviceJob& job, const DeviceTables& tables);
  cudaError_t enqueue_together(const BatchSteps& steps, const DeviceWorkspace& work);
  cudaError_t enqueue_one_by_one(const DeviceBatch& batch, const DeviceWorkspace& work);
  cudaError_t enqueue_completion(cudaStream_t stream);
  cudaError_t enqueue_delivery(const DevicePicture& picture, const JpegTables* jpeg,
                               const DeviceWorkspace& work);
  cudaStream_t stream_of(DevicePriority priority) const { return streams_[static_cast<unsigned>(priority)]; }
  void hand_over(std::uint64_t scan_bits);
  static bool has_failed(cudaStream_t stream);

  /// Graphs of a slot: a live stream has one, jobs a few shapes at a time. Each takes the driver tens of
  /// kilobytes.
  static constexpr std::size_t kMaxGraphs = 16;

  // Given.
  std::size_t scratch_bytes_ = 0;
  // Owned.
  cudaStream_t streams_[2] = {nullptr, nullptr};  ///< by DevicePriority; a frame uses one of them
  std::uint8_t* pinned_in_ = nullptr;
  std::uint8_t* pinned_out_ = nullptr;
  SlotReport* report_ = nullptr;
  std::uint8_t* device_[2] = {nullptr, nullptr};
  std::byte* scratch_ = nullptr;
  std::byte* staging_ = nullptr;
  GraphCache<CudaGraph> graphs_{kMaxGraphs};
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

}  // namespace framewright::kernels
