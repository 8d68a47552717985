// PNG pixels by libspng. Internal to the codecs.
//
// Threads   any; the library's context lives for one picture, because it cannot be used twice.
#pragma once

#include <cstdint>
#include <span>

#include "engine/frame_pool.hpp"
#include "engine/media.hpp"
#include "engine/result.hpp"
#include "kernels/image_view.hpp"

namespace framewright::engine {

/// Decodes a picture whose header read_png_header() accepted into `pixels` of that geometry: palettes are
/// expanded, 16 bits reduced to their upper 8, transparency becomes an alpha channel. `library` is what the
/// header said.
///
/// Errors   CorruptMedia, Overloaded (memory).
Result<void> decode_png(std::span<const std::uint8_t> bytes, const kernels::ImageView& pixels,
                        FramePool& pool, Reservation& library);

/// Room that encode_png() may need for such a picture, whatever is in it.
std::uint64_t worst_png_bytes(const Geometry& geometry) noexcept;

/// Writes a PNG into `out` of at least worst_png_bytes(), fast rather than small. Returns its size.
///
/// Errors   Internal.
Result<std::size_t> encode_png(const kernels::ConstImageView& pixels, std::span<std::uint8_t> out);

}  // namespace framewright::engine
