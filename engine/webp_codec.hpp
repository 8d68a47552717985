// WebP pixels by libwebp. Internal to the codecs.
//
// Threads   any; the library keeps nothing between pictures.
#pragma once

#include <cstdint>
#include <span>

#include "engine/media.hpp"
#include "engine/result.hpp"
#include "kernels/image_view.hpp"

namespace framewright::engine {

/// Decodes a still picture whose header read_webp_header() accepted into `pixels` of that geometry.
///
/// Errors   CorruptMedia, Overloaded (memory).
Result<void> decode_webp(std::span<const std::uint8_t> bytes, const kernels::ImageView& pixels);

/// Room that encode_webp() may need for such a picture, as noise does.
std::uint64_t worst_webp_bytes(const Geometry& geometry) noexcept;

/// Most memory that the library takes by itself to encode such a picture.
std::uint64_t webp_encoder_bytes(const Geometry& geometry, WebpMethod method) noexcept;

struct WebpEffort {
  int quality = OutputOptions::kDefaultQuality;  ///< 1 to 100
  WebpMethod method = WebpMethod::Usual;
};

/// Writes a lossy WebP, with alpha for four channels, into `out`, of worst_webp_bytes() as a rule. Returns
/// its size.
///
/// Errors   ImageTooLarge (a side beyond what WebP holds, or more bytes than `out` has), Overloaded (memory),
///          Internal.
Result<std::size_t> encode_webp(const kernels::ConstImageView& pixels, const WebpEffort& effort,
                                std::span<std::uint8_t> out);

}  // namespace framewright::engine
