// PNG files from pixels. Internal to the codecs.
//
// Memory    everything is lent from the pool, and stated beforehand.
// Threads   any; nothing is kept between pictures.
#pragma once

#include <cstdint>
#include <span>

#include "engine/frame_pool.hpp"
#include "engine/media.hpp"
#include "engine/result.hpp"
#include "kernels/image_view.hpp"

namespace framewright::engine {

/// PNG loses nothing: what a request's quality chooses is how long it may take to be small.
enum class PngEffort : std::uint8_t {
  Fast,   ///< up to quality 80
  Small,  ///< beyond: a dozen times the time
};
PngEffort png_effort_of(int quality) noexcept;

/// Room that encode_png() may need for such a picture, whatever is in it.
std::uint64_t worst_png_bytes(const Geometry& geometry) noexcept;

/// Most memory that it takes beside.
std::uint64_t png_encoder_bytes(const Geometry& geometry, PngEffort effort) noexcept;

class PngEncoder {
 public:
  explicit PngEncoder(FramePool& pool) noexcept : pool_(pool) {}

  /// Writes a PNG into `out` of at least worst_png_bytes(). Returns its size. `library` is at least
  /// png_encoder_bytes().
  ///
  /// Errors   ImageTooLarge (more than a chunk holds), Overloaded (memory).
  Result<std::size_t> encode(const kernels::ConstImageView& pixels, PngEffort effort,
                             std::span<std::uint8_t> out, Reservation& library);

 private:
  Result<std::size_t> deflate_fast(const kernels::ConstImageView& pixels, std::span<std::uint8_t> out,
                                   Reservation& library);
  Result<std::size_t> deflate_small(const kernels::ConstImageView& pixels, std::span<std::uint8_t> out,
                                    Reservation& library);

  FramePool& pool_;
};

}  // namespace framewright::engine
