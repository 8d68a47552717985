// Raw pixels: gray8, rgb8 and rgba8 are used where they lie, nv12 becomes RGB. Internal to the codecs.
#pragma once

#include "engine/frame.hpp"
#include "engine/media.hpp"
#include "engine/result.hpp"

namespace framewright::engine {

/// Errors   InvalidArgument (no size), ImageTooLarge, CorruptMedia (another number of bytes than the size
///          says).
Result<ImageHeader> read_raw_header(const EncodedFrame& frame, const ImageLimits& limits);

/// `input` was checked by read_raw_header(), `geometry` is what it said.
///
/// Errors   Overloaded (memory, nv12 only).
Result<Frame> decode_raw(EncodedFrame input, const Geometry& geometry, FramePool& pool,
                         Reservation& reservation);

/// Rows that are not tightly packed are moved together within the frame's own buffer.
EncodedFrame encode_raw(Frame frame) noexcept;

}  // namespace framewright::engine
