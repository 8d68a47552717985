// The reference for whole frames: decode, blur and encode in a loop, as one would write it by hand, with the
// same codec, settings and kernel as the program, and no queue, socket or actor.
//
// usage: hand_loop FILE.jpg THREADS SECONDS
//
// Gaussian 5x5, sigma 1, RGB, JPEG quality 80 4:2:0. Prints one line of JSON.
#include <turbojpeg.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <thread>
#include <vector>

#include "kernels/gaussian_blur.hpp"

namespace framewright::bench {
namespace {

using Clock = std::chrono::steady_clock;

void must(bool good, const char* what) {
  if (good) return;
  std::fprintf(stderr, "hand_loop: %s failed\n", what);
  std::exit(1);
}

class Loop {
 public:
  explicit Loop(const std::vector<std::uint8_t>& jpeg) : jpeg_(jpeg) {
    int subsampling = 0;
    int colours = 0;
    must(tjDecompressHeader3(decoder_, jpeg_.data(), jpeg_.size(), &width_px_, &height_px_, &subsampling,
                             &colours) == 0,
         "reading the header");
    pixels_.resize(static_cast<std::size_t>(width_px_) * static_cast<std::size_t>(height_px_) * 3);
    blurred_.resize(pixels_.size());
    encoded_.resize(tjBufSize(width_px_, height_px_, TJSAMP_420));
    scratch_.resize(kernels::gaussian_blur_scratch_bytes(width_px_, 3, kernel_) + kernels::kScratchAlignment);
  }
  ~Loop() {
    tjDestroy(decoder_);
    tjDestroy(encoder_);
  }

  void run_one() {
    must(tjDecompress2(decoder_, jpeg_.data(), jpeg_.size(), pixels_.data(), width_px_, 0, height_px_,
                       TJPF_RGB, TJFLAG_STOPONWARNING) == 0,
         "decoding");
    const auto pitch = static_cast<std::ptrdiff_t>(width_px_) * 3;
    const kernels::ImageView in{pixels_.data(), width_px_, height_px_, 3, pitch};
    const kernels::ImageView out{blurred_.data(), width_px_, height_px_, 3, pitch};
    must(kernels::gaussian_blur(in, kernel_, kernels::Border::Reflect, out, aligned_scratch()) ==
             kernels::Status::Ok,
         "blurring");
    auto* bytes = encoded_.data();
    unsigned long size = encoded_.size();
    must(tjCompress2(encoder_, blurred_.data(), width_px_, 0, height_px_, TJPF_RGB, &bytes, &size, TJSAMP_420,
                     80, TJFLAG_NOREALLOC | TJFLAG_ACCURATEDCT) == 0,
         "encoding");
  }

 private:
  kernels::Scratch aligned_scratch() {
    const auto address = reinterpret_cast<std::uintptr_t>(scratch_.data());
    const auto shift =
        (kernels::kScratchAlignment - address % kernels::kScratchAlignment) % kernels::kScratchAlignment;
    return {scratch_.data() + shift, scratch_.size() - kernels::kScratchAlignment};
  }

  // Given.
  const std::vector<std::uint8_t>& jpeg_;
  const kernels::GaussianKernel kernel_ = *kernels::make_gaussian_kernel(5, 1.0);
  // Owned.
  tjhandle decoder_ = tjInitDecompress();
  tjhandle encoder_ = tjInitCompress();
  int width_px_ = 0;
  int height_px_ = 0;
  std::vector<std::uint8_t> pixels_;
  std::vector<std::uint8_t> blurred_;
  std::vector<std::uint8_t> encoded_;
  std::vector<std::byte> scratch_;
};

std::vector<double> run_until(Clock::time_point end, const std::vector<std::uint8_t>& jpeg) {
  Loop loop(jpeg);
  std::vector<double> times_us;
  for (auto before = Clock::now(); before < end;) {
    loop.run_one();
    const auto after = Clock::now();
    times_us.push_back(std::chrono::duration<double, std::micro>(after - before).count());
    before = after;
  }
  return times_us;
}

void run(const char* path, std::size_t thread_count, double seconds) {
  std::ifstream file(path, std::ios::binary);
  must(file.good(), "opening the picture");
  const std::vector<std::uint8_t> jpeg(std::istreambuf_iterator<char>(file), {});
  const auto begin = Clock::now();
  const auto end =
      begin + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
  std::vector<std::vector<double>> times(thread_count);
  std::vector<std::thread> threads;
  for (auto& mine : times) threads.emplace_back([&] { mine = run_until(end, jpeg); });
  for (auto& thread : threads) thread.join();
  const double took = std::chrono::duration<double>(Clock::now() - begin).count();
  std::vector<double> all;
  for (const auto& one : times) all.insert(all.end(), one.begin(), one.end());
  std::sort(all.begin(), all.end());
  std::printf("{\"frames_per_second\": %.1f, \"p50_us\": %.0f}\n", static_cast<double>(all.size()) / took,
              all[all.size() / 2]);
}

}  // namespace
}  // namespace framewright::bench

int main(int count, char** words) {
  if (count != 4) {
    std::fprintf(stderr, "usage: hand_loop FILE.jpg THREADS SECONDS\n");
    return 2;
  }
  framewright::bench::run(words[1], static_cast<std::size_t>(std::max(1, std::atoi(words[2]))),
                          std::atof(words[3]));
  return 0;
}
