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

  // Each takes a picture whose header read_jpeg_header() accepted. Every warning of the library is an error:
  // a truncated picture is not half a picture.
  //
  // Errors   CorruptMedia, UnsupportedMedia (a chroma sampling that the library does not know).

  /// Decodes at full size or reduced: `pixels` is ceil(size * eighths / 8) for one `eighths` of 1, 2, 4 and
  /// 8, and has 3 channels, or 1 for gray pictures and for the luma of those in YCbCr.
  Result<void> decode(std::span<const std::uint8_t> bytes, const Geometry& size,
                      const kernels::ImageView& pixels);
  /// Decodes a picture of ColourPlanes::Ycbcr420 without converting it.
  Result<void> decode_planes(std::span<const std::uint8_t> bytes, const PlanarViews& planes);
  /// Reads all coefficients and makes no pixels of them.
  Result<void> check(std::span<const std::uint8_t> bytes, const Geometry& size);

  JpegReader& reader() noexcept { return *reader_; }

 private:
  std::unique_ptr<JpegReader> reader_;
};

class JpegEncoder {
 public:
  JpegEncoder();
  ~JpegEncoder();
  JpegEncoder(JpegEncoder&&) noexcept;

  /// Room that encoding may need for such a picture, whatever is in it.
  static std::uint64_t worst_bytes(const Geometry& geometry) noexcept;

  // Each writes a JPEG with 4:2:0 chroma into `out` of at least worst_bytes(), and returns its size.
  //
  // Errors   ImageTooLarge (a side beyond what JPEG holds), Internal.

  /// Gray for one channel, without alpha.
  Result<std::size_t> encode(const kernels::ConstImageView& pixels, int quality, std::span<std::uint8_t> out);
  /// Takes planes of YCbCr as they are. What lies behind their rows is overwritten.
  Result<std::size_t> encode_planes(const PlanarViews& planes, int quality, std::span<std::uint8_t> out);

  JpegWriter& writer() noexcept { return *writer_; }

 private:
  std::unique_ptr<JpegWriter> writer_;
};

}  // namespace framewright::engine
