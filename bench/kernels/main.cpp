#include <benchmark/benchmark.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <random>

#include <hwy/highway.h>

#include "bench/kernels/rows.hpp"

namespace framewright::kernels::bench {
namespace {

using Work = std::function<void(Picture& in, Picture& out)>;

void register_row(const std::string& name, const Row& row, const Work& work) {
  benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) {
    Picture out = row.make_output();
    for (auto _ : state) {
      work(row.input(), out);
      benchmark::ClobberMemory();
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(row.input().size() + out.size()));
  })->Unit(benchmark::kMicrosecond);
}

/// FRAMEWRIGHT_BENCH_SIMD=avx2 measures what a processor without AVX-512 would run.
void limit_simd() {
  const char* limit = std::getenv("FRAMEWRIGHT_BENCH_SIMD");
  if (limit != nullptr && std::strcmp(limit, "avx2") == 0) hwy::SetSupportedTargetsForTest(HWY_AVX2);
}

}  // namespace

Memory allocate(std::size_t bytes) {
  constexpr std::size_t kHugePageBytes = std::size_t{2} << 20;
  const std::size_t whole = (bytes + kHugePageBytes - 1) / kHugePageBytes * kHugePageBytes;
  Memory memory(static_cast<std::uint8_t*>(std::aligned_alloc(kHugePageBytes, whole)));
  if (memory == nullptr) std::abort();
  ::madvise(memory.get(), whole, MADV_HUGEPAGE);  // A wish, as in the server.
  return memory;
}

Picture::Picture(int width_px, int height_px, int channels)
    : width_px_(width_px), height_px_(height_px), channels_(channels), bytes_(allocate(size())) {
  std::mt19937 random(1);
  std::generate_n(bytes_.get(), size(), [&] { return static_cast<std::uint8_t>(random() >> 24); });
}

Picture& rgb_input() {
  static Picture picture(kWidth, kHeight, 3);
  return picture;
}

Picture& gray_input() {
  static Picture picture(kWidth, kHeight, 1);
  return picture;
}

Picture rgb_output() { return {kWidth, kHeight, 3}; }
Picture gray_output() { return {kWidth, kHeight, 1}; }

Scratch scratch() {
  constexpr std::size_t kBytes = std::size_t{16} << 20;
  static const Memory memory = allocate(kBytes);
  return {reinterpret_cast<std::byte*>(memory.get()), kBytes};
}

void add_row(const Row& row) {
  // A kernel that fails, or an OpenCV that writes elsewhere because it makes another shape, measures nothing.
  register_row(row.kernel + "/framewright", row, [ours = row.ours](Picture& in, Picture& out) {
    if (ours(in.view(), out.view()) != Status::Ok) std::abort();
  });
  if (!row.opencv) return;
  register_row(row.kernel + "/opencv", row, [opencv = row.opencv](Picture& in, Picture& out) {
    cv::Mat mat = out.mat();
    opencv(in.mat(), mat);
    if (mat.data != out.view().pixels) std::abort();
  });
}

}  // namespace framewright::kernels::bench

int main(int argc, char** argv) {
  using namespace framewright::kernels::bench;
  cv::setNumThreads(1);
  limit_simd();
  add_point_rows();
  add_colour_rows();
  add_neighbourhood_rows();
  add_edge_rows();
  add_morphology_rows();
  add_geometry_rows();
  add_edge_preserving_rows();
  add_histogram_rows();
  add_two_thread_rows();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
