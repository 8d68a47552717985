// PNG pixels: inflated whole by libdeflate, then row by row without filter into the frame. Internal to the
// codecs.
//
// Memory    the library's state is kept; what a picture takes is lent from the pool, and stated beforehand.
// Threads   an object belongs to one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "engine/frame_pool.hpp"
#include "engine/png_shape.hpp"
#include "engine/result.hpp"
#include "kernels/image_view.hpp"

struct libdeflate_decompressor;

namespace framewright::engine {

/// Most memory that decoding such a picture takes beside its pixels, where `gathered_bytes` of compressed
/// pixels lie in more than one chunk.
std::uint64_t png_decoder_bytes(const PngShape& shape, std::uint64_t gathered_bytes) noexcept;

class PngDecoder {
 public:
  explicit PngDecoder(FramePool& pool);

  /// Decodes a picture whose header read_png_header() accepted into `pixels` of that geometry: palettes are
  /// expanded, 16 bits reduced to their upper 8, transparency becomes an alpha channel. Takes what libpng
  /// takes: a wrong checksum is an error in a critical chunk, and makes others ignored; more pixels than the
  /// header says are cut off, whatever follows them. `library` is what the header said.
  ///
  /// Errors   CorruptMedia, Overloaded (memory).
  Result<void> decode(std::span<const std::uint8_t> bytes, const kernels::ImageView& pixels,
                      Reservation& library);

 private:
  struct DecompressorEnd {
    void operator()(libdeflate_decompressor* decompressor) const noexcept;
  };

  Result<void> inflate(std::span<const std::uint8_t> compressed, std::span<std::uint8_t> filtered);

  // Given.
  FramePool& pool_;
  // Owned.
  std::unique_ptr<libdeflate_decompressor, DecompressorEnd> decompressor_;
};

}  // namespace framewright::engine
