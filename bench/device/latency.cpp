// What a live frame waits for where jobs of another client keep the device busy: it goes first, but what runs
// is not stopped.
#include <algorithm>
#include <array>
#include <cstdio>
#include <vector>

#include "bench/device/tables.hpp"
#include "bench/device/worker_runs.hpp"

namespace framewright::kernels {
namespace {

constexpr int kSlots = 4;
constexpr double kTarget = 3;

/// Frames of jobs on all slots but the first, which is for the live one.
class Jobs {
 public:
  Jobs(CudaWorker& worker, const Picture& in, const DeviceSteps& steps)
      : worker_(worker), in_(in), steps_(steps), out_(kSlots, Picture(in.shape)) {}
  ~Jobs() {
    for (const Outcome& outcome : outcomes_) {
      while (!outcome.is_done()) std::this_thread::yield();
    }
  }
  Jobs(const Jobs&) = delete;
  Jobs& operator=(const Jobs&) = delete;

  void fill() {
    for (std::size_t slot = 1; slot < kSlots; ++slot) {
      if (!outcomes_[slot].is_done()) continue;
      outcomes_[slot].wait();
      DeviceJob job{&steps_, in_.view(), out_[slot].view(), outcomes_[slot].expect()};
      job.priority = DevicePriority::Patient;
      require_accepted(worker_.submit(static_cast<int>(slot), job));
    }
  }

 private:
  // Given.
  CudaWorker& worker_;
  const Picture& in_;
  const DeviceSteps& steps_;
  // Owned.
  std::vector<Picture> out_;
  std::array<Outcome, kSlots> outcomes_;
};

struct Latency {
  double median_us;
  double p99_us;
};

/// meanwhile() is called before each frame, and as long as it is under way. One thread does all, as a worker
/// asks for; what it does for jobs is in the time of the frame only where it comes first.
template <typename Meanwhile>
Latency measure(CudaWorker& worker, const Picture& in, const DeviceSteps& steps, int frames,
                Meanwhile meanwhile) {
  Picture out(in.shape);
  Outcome outcome;
  std::vector<double> us;
  for (int frame = 0; frame < frames; ++frame) {
    meanwhile();
    const auto start = Clock::now();
    require_accepted(worker.submit(0, {&steps, in.view(), out.view(), outcome.expect()}));
    while (!outcome.is_done()) meanwhile();
    outcome.wait();
    us.push_back(1e6 * std::chrono::duration<double>(outcome.ended() - start).count());
  }
  std::sort(us.begin(), us.end());
  return {us[us.size() / 2], us[us.size() * 99 / 100]};
}

}  // namespace

void print_latency(const Scale& scale) {
  const Picture in = noise(scale.hd);
  const DeviceSteps steps = steps_of({gaussian(5)});
  const auto worker = make_worker(scale.device_index, kSlots, in.bytes.size());
  std::printf("\nOne frame of %dx%d, RGB, gaussian_5, from submitting it until it has come down.\n\n",
              in.shape.width_px, in.shape.height_px);
  std::printf("| device | median us | p99 us | times idle | target |\n| --- | ---: | ---: | ---: | ---: |\n");
  const Latency idle = measure(*worker, in, steps, scale.frames, [] {});
  std::printf("| idle | %.0f | %.0f |  |  |\n", idle.median_us, idle.p99_us);
  Jobs jobs(*worker, in, steps);
  const Latency busy = measure(*worker, in, steps, scale.frames, [&] { jobs.fill(); });
  std::printf("| kept busy by jobs | %.0f | %.0f | %.2f | %.2f |\n", busy.median_us, busy.p99_us,
              busy.p99_us / idle.p99_us, kTarget);
}

}  // namespace framewright::kernels
