#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>

#include <jpeglib.h>  // needs <cstdio>

#include "bench/hand/job.hpp"

namespace framewright::bench {
namespace {

/// In units of 1/256, from the centre outwards.
struct Weights {
  int centre;
  int next;
  int last;
};
constexpr Weights kSigma1{104, 62, 14};
constexpr Weights kSigmaHalf{202, 27, 0};

using Byte = std::uint8_t;

inline Byte weigh(int centre, int next, int last, Weights weights) {
  return static_cast<Byte>((weights.centre * centre + weights.next * next + weights.last * last + 128) >> 8);
}

/// Both written so that the compiler makes vectors of them, for whichever processor there is.
#define FRAMEWRIGHT_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))

FRAMEWRIGHT_CLONES void down(const std::array<const Byte*, 5>& rows, Byte* __restrict out, int count,
                             Weights weights) {
  const auto [a, b, c, d, e] = rows;
  for (int x = 0; x < count; ++x) out[x] = weigh(c[x], b[x] + d[x], a[x] + e[x], weights);
}

FRAMEWRIGHT_CLONES void along(const Byte* in, Byte* __restrict out, int count, Weights weights) {
  for (int x = 0; x < count; ++x)
    out[x] = weigh(in[x], in[x - 1] + in[x + 1], in[x - 2] + in[x + 2], weights);
}

/// The last rows of blocks of one plane, and a row of blocks of what becomes of them.
class Strip {
 public:
  Strip(int width, int lines, int rows, Weights weights)
      : width_(width),
        lines_(lines),
        last_(rows * lines - 1),
        weights_(weights),
        pitch_(static_cast<std::size_t>(width) + 2 * kMargin),
        ring_(pitch_ * kRing),
        made_(pitch_ * static_cast<std::size_t>(lines)),
        line_(pitch_) {}

  /// Where the rows of the i-th row of blocks are to be read.
  JSAMPARRAY to_read(int i) {
    for (int r = 0; r < lines_; ++r) rows_[static_cast<std::size_t>(r)] = row(i * lines_ + r);
    return rows_.data();
  }
  /// The blurred i-th row of blocks.
  JSAMPARRAY blurred(int i) {
    for (int r = 0; r < lines_; ++r) {
      const int y = i * lines_ + r;
      auto* const line = line_.data() + kMargin;
      auto* const out = made_.data() + static_cast<std::size_t>(r) * pitch_ + kMargin;
      down({row(y - 2), row(y - 1), row(y), row(y + 1), row(y + 2)}, line, width_, weights_);
      std::memset(line - 2, line[0], 2);
      std::memset(line + width_, line[width_ - 1], 2);
      along(line, out, width_, weights_);
      rows_[static_cast<std::size_t>(r)] = out;
    }
    return rows_.data();
  }

 private:
  static constexpr std::size_t kMargin = 64;
  static constexpr std::size_t kRing = 64;  ///< rows

  Byte* row(int y) {
    const auto place = static_cast<std::size_t>(std::clamp(y, 0, last_)) % kRing;
    return ring_.data() + place * pitch_ + kMargin;
  }

  // Given.
  const int width_;
  const int lines_;
  const int last_;
  const Weights weights_;
  const std::size_t pitch_;
  // Owned.
  Bytes ring_;
  Bytes made_;
  Bytes line_;
  std::array<JSAMPROW, 16> rows_{};
};

class StripJob final : public Job {
 public:
  explicit StripJob(const Bytes& jpeg) : jpeg_(jpeg), size_(size_to_use(jpeg)) {
    reader_.err = writer_.err = jpeg_std_error(&errors_);
    jpeg_create_decompress(&reader_);
    jpeg_create_compress(&writer_);
    encoded_.resize(tjBufSize(size_.width_px, size_.height_px, TJSAMP_420));
  }
  ~StripJob() override {
    jpeg_destroy_decompress(&reader_);
    jpeg_destroy_compress(&writer_);
  }

  void run() override {
    begin();
    for (int i = 0; i < rows_; ++i) {
      std::array<JSAMPARRAY, 3> to{luma_.to_read(i), cb_.to_read(i), cr_.to_read(i)};
      jpeg_read_raw_data(&reader_, to.data(), 2 * DCTSIZE);
      if (i > 0) write(i - 1);
    }
    write(rows_ - 1);
    jpeg_finish_decompress(&reader_);
    jpeg_finish_compress(&writer_);
    must(errors_.num_warnings == 0, "decoding");
  }

 private:
  static Size size_to_use(const Bytes& jpeg) {
    const auto handle = tjInitDecompress();
    const auto size = size_of(handle, jpeg);
    tjDestroy(handle);
    must(size.width_px % 16 == 0, "cutting into whole blocks");
    return size;
  }

  void begin() {
    jpeg_mem_src(&reader_, jpeg_.data(), jpeg_.size());
    jpeg_read_header(&reader_, TRUE);
    reader_.raw_data_out = TRUE;
    jpeg_start_decompress(&reader_);
    auto* bytes = encoded_.data();
    room_ = encoded_.size();
    jpeg_mem_dest(&writer_, &bytes, &room_);
    writer_.image_width = reader_.image_width;
    writer_.image_height = reader_.image_height;
    writer_.input_components = 3;
    writer_.in_color_space = JCS_YCbCr;
    jpeg_set_defaults(&writer_);
    jpeg_set_quality(&writer_, kQuality, TRUE);
    writer_.raw_data_in = TRUE;
    jpeg_start_compress(&writer_, TRUE);
  }
  void write(int i) {
    std::array<JSAMPARRAY, 3> from{luma_.blurred(i), cb_.blurred(i), cr_.blurred(i)};
    jpeg_write_raw_data(&writer_, from.data(), 2 * DCTSIZE);
  }

  // Given.
  const Bytes& jpeg_;
  const Size size_;
  const int rows_ = (size_.height_px + 15) / 16;
  // Owned.
  jpeg_error_mgr errors_;
  jpeg_decompress_struct reader_;
  jpeg_compress_struct writer_;
  Strip luma_{size_.width_px, 16, rows_, kSigma1};
  Strip cb_{size_.width_px / 2, 8, rows_, kSigmaHalf};
  Strip cr_{size_.width_px / 2, 8, rows_, kSigmaHalf};
  Bytes encoded_;
  unsigned long room_ = 0;
};

}  // namespace

std::unique_ptr<Job> make_strip_job(const Bytes& jpeg) { return std::make_unique<StripJob>(jpeg); }

}  // namespace framewright::bench
