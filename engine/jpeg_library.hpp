// The libjpeg side of the JPEG codec: objects that are made once and used for one picture after the other,
// and errors as values. Internal to the engine/jpeg_*.cpp files.
//
// The library reports an error by leaving through longjmp. So its functions are called inside guarded() only,
// and nothing that has a destructor is made there.
//
// Threads   an object belongs to one thread at a time.
#pragma once

#include <csetjmp>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <span>

#include <jpeglib.h>  // needs <cstdio>

#include "engine/media.hpp"
#include "engine/result.hpp"

namespace framewright::engine {

struct JpegErrors : jpeg_error_mgr {
  std::jmp_buf escape;
  char message[JMSG_LENGTH_MAX];

  /// What the library said last, as an error of this kind.
  Unexpected error(ErrorCode code) const;
};

/// Runs calls of the library; false when one of them ended in an error, which `errors` then holds.
template <class Work>
bool guarded(JpegErrors& errors, const Work& work) {
  if (setjmp(errors.escape) != 0) return false;
  work();
  return true;
}

/// Reads pictures. Every warning is an error: a truncated picture is not half a picture.
class JpegReader {
 public:
  JpegReader();
  ~JpegReader();
  JpegReader(const JpegReader&) = delete;
  JpegReader& operator=(const JpegReader&) = delete;

  /// Reads the header of `bytes`, which must stay until the picture is done, and then runs `work`, which
  /// calls the library on `info`. In the end nothing of the picture is held.
  ///
  /// Errors   CorruptMedia, UnsupportedMedia.
  template <class Work>
  Result<void> read(std::span<const std::uint8_t> bytes, const Work& work) {
    begin(bytes);
    const bool done = guarded(errors, [&] {
      jpeg_read_header(&info, TRUE);
      work();
    });
    return end(done);
  }

  // What read() is made of, for a picture that is read piece by piece; between the two every call of the
  // library is guarded(). `done` is whether none of them ended in an error.
  void begin(std::span<const std::uint8_t> bytes) noexcept;
  Result<void> end(bool done);

  jpeg_decompress_struct info;
  JpegErrors errors;

 private:
  jpeg_source_mgr source_;
  jpeg_progress_mgr progress_;
};

/// Writes pictures into memory that is lent to it.
class JpegWriter {
 public:
  JpegWriter();
  ~JpegWriter();
  JpegWriter(const JpegWriter&) = delete;
  JpegWriter& operator=(const JpegWriter&) = delete;

  /// Runs `work`, which calls the library on `info`, to write one picture into `out`. Returns its size.
  ///
  /// Errors   ImageTooLarge when `out` is too small, Internal.
  template <class Work>
  Result<std::size_t> write(std::span<std::uint8_t> out, const Work& work) {
    begin(out);
    return end(guarded(errors, work));
  }

  // What write() is made of, as with JpegReader.
  void begin(std::span<std::uint8_t> out) noexcept;
  Result<std::size_t> end(bool done);

  jpeg_compress_struct info;
  JpegErrors errors;

 private:
  jpeg_destination_mgr destination_;
  std::size_t room_bytes_ = 0;
};

// Only within guarded() of the object that `info` belongs to:

/// What a picture to be written is given as, and how well it is kept.
struct JpegForm {
  J_COLOR_SPACE given;
  int quality;
};

/// Prepares the writing of a picture: gray of gray, otherwise YCbCr 4:2:0.
void describe(jpeg_compress_struct& info, int width_px, int height_px, JpegForm form);
/// At how many eighths of its size a picture whose header was read will be decoded: 8, 4, 2 or 1.
void scale_to(jpeg_decompress_struct& info, int eighths) noexcept;
/// Whether the library has read a header of the same width and height.
bool is_of_size(const jpeg_decompress_struct& info, const Geometry& size) noexcept;

/// Of pixels with so many channels: gray, RGB, or RGB and a byte that does not count.
J_COLOR_SPACE color_space_of(int channels) noexcept;

/// The error where the library reads another picture in a header than we did. Were it to be decoded, a part
/// of the buffer would stay as the frame before left it.
Unexpected two_jpeg_headers();

/// Errors   ImageTooLarge: a side beyond what JPEG holds.
Result<void> check_sides(int width_px, int height_px);

/// What the library may need for a picture of this size and so many components of 4:2:0, whatever is in it
/// but for what was made to need more.
std::uint64_t worst_jpeg_bytes(int width_px, int height_px, int channels) noexcept;

}  // namespace framewright::engine
