// Work of a CudaWorker, and waiting for it.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <thread>

#include "bench/device/links.hpp"
#include "kernels/cuda_device.hpp"

namespace framewright::kernels {

using Clock = std::chrono::steady_clock;

inline double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// What the completion of one slot says; it begins as one that is done.
class Outcome {
 public:
  /// For the next work of the slot.
  DeviceCompletion expect() {
    is_done_.store(false, std::memory_order_release);
    return {&Outcome::set, this};
  }
  bool is_done() const { return is_done_.load(std::memory_order_acquire); }
  /// Throws when the work has failed.
  const DeviceResult& wait() const {
    while (!is_done()) std::this_thread::yield();
    if (result_.status != Status::Ok) throw std::runtime_error("the device has failed");
    return result_;
  }
  Clock::time_point ended() const { return ended_; }

 private:
  static void set(void* context, const DeviceResult& result) {
    auto* self = static_cast<Outcome*>(context);
    self->ended_ = Clock::now();
    self->result_ = result;
    self->is_done_.store(true, std::memory_order_release);
  }

  std::atomic<bool> is_done_{true};
  DeviceResult result_;
  Clock::time_point ended_;
};

inline void require_accepted(Status status) {
  if (status != Status::Ok) throw std::runtime_error("the device does not take its work");
}

inline std::unique_ptr<CudaWorker> make_worker(int device_index, int slots, std::size_t frame_bytes) {
  constexpr std::size_t kScratchOfFrames = 8;
  constexpr std::size_t kStagingBytes = std::size_t{4} << 20;
  const DeviceLimits limits{frame_bytes, kScratchOfFrames * frame_bytes + (std::size_t{1} << 20),
                            kStagingBytes};
  auto created = CudaWorker::create({device_index, slots, limits});
  if (created.worker == nullptr) throw std::runtime_error(created.error);
  if (created.worker->slots() < slots) throw std::runtime_error("the device has no memory for all slots");
  return std::move(created.worker);
}

}  // namespace framewright::kernels
