#include <atomic>
#include <chrono>
#include <functional>
#include <thread>
#include <utility>

#include <benchmark/benchmark.h>

#include <hwy/cache_control.h>

#include "bench/kernels/rows.hpp"
#include "kernels/apply_table.hpp"
#include "kernels/gaussian_blur.hpp"
#include "kernels/resize.hpp"
#include "kernels/sobel.hpp"

namespace framewright::kernels::bench {
namespace {

using Kernel = std::function<Status(const ConstImageView& in, const OutputRows& out, Scratch scratch)>;

/// In s: the first frames find a cold core.
constexpr double kSettled = 0.5;

/// Waits until `value` is no longer `from`: awake at first, as the pools of OpenMP and OpenCV do between two
/// frames, and then asleep.
template <class Value>
void wait_while(const std::atomic<Value>& value, Value from) {
  constexpr std::chrono::microseconds kAwake{200};
  const auto asleep_at = std::chrono::steady_clock::now() + kAwake;
  while (value.load(std::memory_order_acquire) == from) {
    if (std::chrono::steady_clock::now() >= asleep_at) return value.wait(from, std::memory_order_acquire);
    hwy::Pause();
  }
}

/// A thread that runs one piece of work after the other. Handing it over is part of what is measured.
class Worker {
 public:
  Worker() : thread_([this] { serve(); }) {}
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  ~Worker() {
    over_ = true;
    start({});
    thread_.join();
  }

  void start(std::function<void()> work) {
    work_ = std::move(work);
    tell(true);
  }
  void finish() { wait_while(busy_, true); }

 private:
  void serve() {
    for (;;) {
      wait_while(busy_, false);
      if (over_) return;
      work_();
      tell(false);
    }
  }
  void tell(bool busy) {
    busy_.store(busy, std::memory_order_release);
    busy_.notify_one();
  }

  std::function<void()> work_;  ///< of whoever `busy_` says
  bool over_ = false;           ///< as `work_`
  std::atomic<bool> busy_{false};
  std::thread thread_;
};

Scratch second_scratch() {
  static const Memory memory = allocate(scratch().size_bytes);
  return {reinterpret_cast<std::byte*>(memory.get()), scratch().size_bytes};
}

void must(Status status) {
  if (status != Status::Ok) std::abort();
}

/// Times of the wall, because two threads take as much of the processor's as one.
void add_two_threads(const std::string& name, const Kernel& kernel, Picture (*make_output)()) {
  const auto add = [&](const char* library, auto&& run) {
    benchmark::RegisterBenchmark(
        (name + "_two_threads/" + library).c_str(),
        [=](benchmark::State& state) {
          Picture out = make_output();
          Worker worker;
          for (auto _ : state) run(kernel, worker, out.view());
          state.SetBytesProcessed(state.iterations() *
                                  static_cast<std::int64_t>(rgb_input().size() + out.size()));
        })
        ->Unit(benchmark::kMicrosecond)
        ->MinTime(kSettled)
        ->UseRealTime();
  };
  add("framewright", [](const Kernel& run, Worker& worker, const ImageView& out) {
    const int half = out.height_px / 2;
    worker.start([&] { must(run(rgb_input().view(), {out, half, out.height_px}, second_scratch())); });
    must(run(rgb_input().view(), {out, 0, half}, scratch()));
    worker.finish();
  });
  add("one_thread", [](const Kernel& run, Worker&, const ImageView& out) {
    must(run(rgb_input().view(), out, scratch()));
  });
}

}  // namespace

void add_two_thread_rows() {
  add_two_threads(
      "gaussian_5",
      [kernel = *make_gaussian_kernel(5, 1.0)](const ConstImageView& in, const OutputRows& out,
                                               Scratch scratch) {
        return gaussian_blur(in, kernel, Border::Reflect, out, scratch);
      },
      rgb_output);
  add_two_threads("sobel", sobel, rgb_output);
  add_two_threads(
      "table",
      [table = *make_gamma_table(2.2)](const ConstImageView& in, const OutputRows& out, Scratch) {
        const int rows = out.end - out.first;
        return apply_table(rows_of(in, out.first, rows), table, rows_of(out.picture, out.first, rows));
      },
      rgb_output);
  add_two_threads(
      "resize_area_2_3",
      [](const ConstImageView& in, const OutputRows& out, Scratch scratch) {
        return resize(in, Interpolation::Area, out, scratch);
      },
      [] { return Picture(kWidth * 2 / 3, kHeight * 2 / 3, 3); });
}

}  // namespace framewright::kernels::bench
