// A thumbnail: a JPEG that fits 256 x 256, upright, transparent parts on white.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/frame_pool.hpp"
#include "engine/media.hpp"
#include "engine/result.hpp"

namespace framewright::engine {

inline constexpr int kThumbnailSide = 256;

/// Reads every byte of the picture, so that one that is truncated or broken is found; a JPEG is decoded at
/// the smallest size that is large enough. A picture that fits keeps its size.
///
/// Errors   CorruptMedia, UnsupportedMedia, ImageTooLarge, Overloaded (memory).
Result<std::vector<std::uint8_t>> make_thumbnail(std::span<const std::uint8_t> picture,
                                                 const ImageLimits& limits, FramePool& pool);

}  // namespace framewright::engine
