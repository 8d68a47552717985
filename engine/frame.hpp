// Frame: decoded pixels in a pooled buffer. EncodedFrame: the bytes of one picture in a pooled buffer.
//
// Lifetime  both own their buffer; views borrow from them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "engine/frame_pool.hpp"
#include "engine/media.hpp"
#include "kernels/image_view.hpp"

namespace framewright::engine {

/// Decoded pixels, u8[height, width, channels], rows `pitch_bytes` apart, starting `offset_bytes` into the
/// buffer.
struct Frame {
  BufferLease buffer;
  std::size_t offset_bytes = 0;
  Geometry geometry = {};
  std::ptrdiff_t pitch_bytes = 0;
  /// The picture's own size, where it was decoded at a part of it. The first step of a plan makes of these
  /// pixels what it would have made of that picture.
  std::optional<Geometry> reduced_from = {};

  const Geometry& picture_geometry() const noexcept { return reduced_from ? *reduced_from : geometry; }
  kernels::ImageView view() const noexcept {
    return {buffer.data() + offset_bytes, geometry.width_px, geometry.height_px, geometry.channels,
            pitch_bytes};
  }
};

/// A frame with tightly packed rows in a buffer of `pool`, pixels undefined.
///
/// Errors   Overloaded, ImageTooLarge (memory).
Result<Frame> lend_frame(const Geometry& geometry, FramePool& pool, Reservation& reservation);

/// An encoded (or raw) picture. Raw pictures are tightly packed and carry format, width and height; for the
/// others width_px and height_px are 0 until something has looked at the header.
struct EncodedFrame {
  BufferLease buffer;
  std::size_t offset_bytes = 0;
  std::size_t size_bytes = 0;
  ImageEncoding encoding = ImageEncoding::Raw;
  PixelFormat pixel_format = PixelFormat::Gray8;
  int width_px = 0;
  int height_px = 0;

  std::span<const std::uint8_t> payload() const noexcept {
    return {buffer.data() + offset_bytes, size_bytes};
  }
};

}  // namespace framewright::engine
