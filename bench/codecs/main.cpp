// Codecs on a picture, one thread: ours beside the usual library in the same run.
//
// codecs_bench PICTURE.ppm [benchmark options]. Rows are named <work>/<codec>; file_bytes is the size of
// the encoded picture.
#include <benchmark/benchmark.h>
#include <webp/encode.h>

#include <cstdlib>
#include <functional>
#include <iostream>
#include <string>
#include <vector>

#include "bench/codecs/libpng.hpp"
#include "bench/codecs/ppm.hpp"
#include "engine/codec.hpp"
#include "engine/png_decoder.hpp"
#include "engine/png_encoder.hpp"
#include "engine/webp_codec.hpp"

namespace framewright::engine::bench {
namespace {

using Bytes = std::vector<std::uint8_t>;

/// Does the work once and returns the size of the encoded picture.
using Work = std::function<std::size_t()>;

void add_row(const std::string& name, Work work) {
  benchmark::RegisterBenchmark(name.c_str(), [work = std::move(work)](benchmark::State& state) {
    std::size_t file_bytes = 0;
    for (auto _ : state) file_bytes = work();
    state.counters["file_bytes"] = static_cast<double>(file_bytes);
  })->Unit(benchmark::kMicrosecond);
}

void require(bool condition) {
  if (!condition) std::abort();
}

class CodecRows {
 public:
  CodecRows(const std::string& path, FramePool& pool)
      : pool_(pool),
        picture_(read_ppm(path, pool)),
        decoder_(pool),
        encoder_(pool),
        out_(worst_png_bytes(picture_.geometry) + worst_webp_bytes(picture_.geometry)) {
    Reservation none;
    auto decoded = lend_frame(picture_.geometry, pool, none);
    require(decoded.has_value());
    decoded_ = std::move(decoded).value();
  }

  void add() {
    for (const int level : {1, 6})
      add_decoding("level" + std::to_string(level), libpng_encode(view(), level));
    const auto size = encode(PngEffort::Fast);
    add_decoding("ours", {out_.begin(), out_.begin() + static_cast<std::ptrdiff_t>(size)});
    add_row("png_encode_fast/framewright", [this] { return encode(PngEffort::Fast); });
    add_row("png_encode_fast/libpng", [this] { return libpng_size(1); });
    add_row("png_encode_small/framewright", [this] { return encode(PngEffort::Small); });
    add_row("png_encode_small/libpng", [this] { return libpng_size(6); });
    add_row("webp_encode_80/framewright", [this] { return *encode_webp(view(), {.quality = 80}, out_); });
    add_row("webp_encode_80/libwebp", [this] { return libwebp_size(); });
  }

 private:
  kernels::ConstImageView view() const { return picture_.view(); }

  void add_decoding(const std::string& name, Bytes bytes) {
    add_row("png_decode_" + name + "/framewright", [this, bytes] {
      Reservation none;
      require(decoder_.decode(bytes, decoded_.view(), none).has_value());
      return bytes.size();
    });
    add_row("png_decode_" + name + "/libpng", [this, bytes] {
      libpng_decode(bytes, decoded_.view());
      return bytes.size();
    });
  }

  std::size_t encode(PngEffort effort) {
    Reservation none;
    const auto size = encoder_.encode(view(), effort, out_, none);
    require(size.has_value());
    return *size;
  }

  std::size_t libpng_size(int level) {
    libpng_encode(view(), level, libpng_out_);
    return libpng_out_.size();
  }

  /// At the library's own settings.
  std::size_t libwebp_size() {
    std::uint8_t* out = nullptr;
    const auto size = WebPEncodeRGB(view().pixels, view().width_px, view().height_px,
                                    static_cast<int>(view().pitch_bytes), 80, &out);
    WebPFree(out);
    return size;
  }

  // Given.
  FramePool& pool_;
  // Owned.
  Frame picture_;
  Frame decoded_;
  PngDecoder decoder_;
  PngEncoder encoder_;
  Bytes out_;
  Bytes libpng_out_;
};

}  // namespace
}  // namespace framewright::engine::bench

int main(int argc, char** argv) {
  using namespace framewright::engine;
  benchmark::Initialize(&argc, argv);
  if (argc != 2) {
    std::cerr << "usage: codecs_bench PICTURE.ppm [benchmark options]\n";
    return 2;
  }
  FrameBudget budget(1u << 30);
  FramePool pool(budget);
  bench::CodecRows rows(argv[1], pool);
  rows.add();
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
