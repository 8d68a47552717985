#include "app/timed_device.hpp"

#include <pthread.h>

#include <string>
#include <utility>

namespace framewright::app {

TimedDevice::TimedDevice(std::chrono::nanoseconds service_time, std::uint64_t slot_bytes,
                         engine::FramePool& pool, int index)
    : inner_({.id = "simulated:" + std::to_string(index),
              .index = index,
              .name = kName,
              .slots = 1,
              .slot_bytes = slot_bytes},
             engine::system_clock(), {.service_time = service_time, .pool = &pool}),
      thread_([this](const std::stop_token& stop) { complete(stop); }) {}

void TimedDevice::start_batch(int slot, std::vector<engine::DeviceWork> works, BatchDone done) {
  const std::lock_guard lock(mutex_);
  inner_.start_batch(slot, std::move(works), std::move(done));
  started_.notify_one();
}

engine::Result<void> TimedDevice::reset() {
  const std::lock_guard lock(mutex_);
  return inner_.reset();
}

void TimedDevice::complete(const std::stop_token& stop) {
  ::pthread_setname_np(::pthread_self(), "fw.simulated");
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    const auto next = inner_.next_completion();
    const auto is_new = [&] { return inner_.next_completion() != next; };
    if (next) {
      started_.wait_until(lock, stop, *next, is_new);
    } else {
      started_.wait(lock, stop, is_new);
    }
    inner_.complete_due();
  }
}

}  // namespace framewright::app
