// JPEG pixels by libjpeg-turbo. Internal to the codecs and the thumbnails.
//
// Memory    the library's objects are made once and kept; pixels and bytes are the caller's.
// Threads   an object belongs to one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "engine/media.hpp"
#include "engine/planar_frame.hpp"
#include "engine/result.hpp"
#include "kernels/image_view.hpp"

namespace framewright::engine {

class JpegReader;
class JpegWriter;

class JpegDecoder {
 public:
  JpegDecoder();
  ~JpegDecoder();
  JpegDecoder(JpegDecoder&&) noexcept;

  // Each takes a picture and the header that read_jpeg_header() has read from it. Every warning of the
  // library is an error: a truncated picture is not half a picture.
  //
  // Errors   CorruptMedia, UnsupportedMedia (a chroma sampling that the library does not know).

  /// Decodes at full size or reduced: `pixels` is of decoded_geometry(), and has 3 channels, or 1 for gray
  /// pictures and for the luma of those in YCbCr.
  Result<void> decode(std::span<const std::uint8_t> bytes, const ImageHeader& header,
                      const kernels::ImageView& pixels);
  /// Decodes a picture that can_stay_in_planes(), as above, without converting it: to planes of 4:2:0.
  Result<void> decode_planes(std::span<const std::uint8_t> bytes, const ImageHeader& header,
                             const PlanarViews& planes);
  /// Reads all coefficients and makes no pixels of them.
  Result<void> check(std::span<const std::uint8_t> bytes, const Geometry& size);

  JpegReader& reader() noexcept { return *reader_; }

 private:
  std::unique_ptr<JpegReader> reader_;
};

/// Bits of a JPEG, the first highest in its byte, without headers and without the 0 behind each 255.
struct JpegScan {
  std::uint8_t* bytes = nullptr;
  std::uint64_t bits = 0;

  std::span<std::uint8_t> whole_bytes() const noexcept {
    return {bytes, static_cast<std::size_t>((bits + 7) / 8)};
  }
};

class JpegEncoder {
 public:
  JpegEncoder();
  ~JpegEncoder();
  JpegEncoder(JpegEncoder&&) noexcept;

  /// Room that encoding may need for such a picture, whatever is in it but for what was made to need more.
  static std::uint64_t worst_bytes(const Geometry& geometry) noexcept;

  // Each writes a JPEG with 4:2:0 chroma into `out` of at least worst_bytes(), and returns its size.
  //
  // Errors   ImageTooLarge (a side beyond what JPEG holds, more than worst_bytes()), Internal.

  /// Gray for one channel, without alpha.
  Result<std::size_t> encode(const kernels::ConstImageView& pixels, int quality, std::span<std::uint8_t> out);
  /// Takes planes of YCbCr as they are. What lies behind their rows is overwritten.
  Result<std::size_t> encode_planes(const PlanarViews& planes, int quality, std::span<std::uint8_t> out);

  /// Room for the JPEG of a scan, to within a kilobyte.
  static std::uint64_t bytes_around(std::span<const std::uint8_t> scan) noexcept;
  /// Makes a JPEG of a scan that was coded by kernels/jpeg_scan.hpp for such a picture and quality, and which
  /// is changed: what is left of its last byte is filled. `out` has at least bytes_around().
  Result<std::size_t> encode_scan(const JpegScan& scan, const Geometry& geometry, int quality,
                                  std::span<std::uint8_t> out);

  JpegWriter& writer() noexcept { return *writer_; }

 private:
  std::unique_ptr<JpegWriter> writer_;
};

}  // namespace framewright::engine
