#include <condition_variable>
#include <mutex>
#include <thread>

#include <benchmark/benchmark.h>

#include "bench/kernels/rows.hpp"
#include "kernels/apply_table.hpp"
#include "kernels/gaussian_blur.hpp"
#include "kernels/resize.hpp"
#include "kernels/sobel.hpp"

namespace framewright::kernels::bench {
namespace {

using Kernel = std::function<Status(const ConstImageView& in, const OutputRows& out, Scratch scratch)>;

/// A thread that runs one piece of work after the other, as an idle worker would. Handing it over is part of
/// what is measured.
class Worker {
 public:
  Worker() : thread_([this] { serve(); }) {}
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  ~Worker() {
    start(nullptr);
    thread_.join();
  }

  /// `work` is borrowed until finish() has returned; none ends the thread.
  void start(const std::function<void()>* work) {
    {
      const std::lock_guard lock(mutex_);
      work_ = work;
      has_work_ = true;
    }
    changed_.notify_one();
  }
  void finish() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !has_work_; });
  }

 private:
  void serve() {
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [this] { return has_work_; });
      if (work_ == nullptr) return;
      lock.unlock();
      (*work_)();
      lock.lock();
      has_work_ = false;
      changed_.notify_one();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  const std::function<void()>* work_ = nullptr;
  bool has_work_ = false;
  std::thread thread_;
};

Scratch second_scratch() {
  alignas(kScratchAlignment) static std::byte bytes[16 << 20];
  return {bytes, sizeof bytes};
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
        ->UseRealTime();
  };
  add("framewright", [](const Kernel& run, Worker& worker, const ImageView& out) {
    const int half = out.height_px / 2;
    const std::function<void()> lower = [&] {
      must(run(rgb_input().view(), {out, half, out.height_px}, second_scratch()));
    };
    worker.start(&lower);
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
