// JPEG pixels by turbojpeg. Internal to the codecs and the thumbnails.
//
// Memory    the library's handles are made once and kept; pixels and bytes are the caller's.
// Threads   an object belongs to one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "engine/media.hpp"
#include "engine/result.hpp"
#include "kernels/image_view.hpp"

namespace framewright::engine {

struct TurboJpegEnd {
  void operator()(void* handle) const noexcept;
};
using TurboJpegHandle = std::unique_ptr<void, TurboJpegEnd>;

class JpegDecoder {
 public:
  JpegDecoder();

  /// Decodes a picture whose header read_jpeg_header() accepted, at full size or reduced: `pixels` is
  /// ceil(size * eighths / 8) for one `eighths` of 1, 2, 4 and 8, and has 1 channel for gray, 3 for colour.
  /// Every warning of the library is an error: a truncated picture is not half a picture.
  ///
  /// Errors   CorruptMedia, UnsupportedMedia (a chroma sampling that the library does not know).
  Result<void> decode(std::span<const std::uint8_t> bytes, const Geometry& size,
                      const kernels::ImageView& pixels);

 private:
  TurboJpegHandle handle_;
};

class JpegEncoder {
 public:
  JpegEncoder();

  /// Room that encode() may need for such a picture, whatever is in it.
  static std::uint64_t worst_bytes(const Geometry& geometry) noexcept;

  /// Writes a JPEG with 4:2:0 chroma, gray for one channel, without alpha, into `out` of at least
  /// worst_bytes(). Returns its size.
  ///
  /// Errors   ImageTooLarge (a side beyond what JPEG holds), Internal.
  Result<std::size_t> encode(const kernels::ConstImageView& pixels, int quality, std::span<std::uint8_t> out);

 private:
  TurboJpegHandle handle_;
};

}  // namespace framewright::engine
