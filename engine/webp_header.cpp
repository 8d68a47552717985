#include <webp/decode.h>

#include <string>

#include "engine/exif.hpp"
#include "engine/picture_header.hpp"
#include "engine/riff_chunks.hpp"

namespace framewright::engine {
namespace {

using Bytes = std::span<const std::uint8_t>;

// Measured on libwebp 1.2: a lossless picture is held as ARGB; so is the alpha of a lossy one, beside two
// planes.
std::uint64_t library_bytes(const WebPBitstreamFeatures& features) noexcept {
  constexpr std::uint64_t kTablesBytes = 64 << 10;
  constexpr std::uint64_t kLosslessTablesBytes = 256 << 10;
  constexpr int kLossy = 1;
  const auto pixels =
      static_cast<std::uint64_t>(features.width) * static_cast<std::uint64_t>(features.height);
  const std::uint64_t rows_bytes = static_cast<std::uint64_t>(features.width) * 160;
  if (features.format != kLossy) return kLosslessTablesBytes + rows_bytes + 4 * pixels;
  return kTablesBytes + rows_bytes + (features.has_alpha != 0 ? kLosslessTablesBytes + 7 * pixels : 0);
}

}  // namespace

Result<ImageHeader> read_webp_header(Bytes bytes, const ImageLimits& limits) {
  const auto extent = riff_extent(bytes);
  if (!extent) return unexpected(extent.error());
  WebPBitstreamFeatures features;
  if (WebPGetFeatures(extent->data(), extent->size(), &features) != VP8_STATUS_OK) {
    return unexpected(ErrorCode::CorruptMedia, "WebP: the header is malformed or incomplete");
  }
  const auto within = check_limits(static_cast<std::uint64_t>(features.width),
                                   static_cast<std::uint64_t>(features.height), limits);
  if (!within) return unexpected(within.error());
  if (features.has_animation != 0) {
    return unexpected(ErrorCode::UnsupportedMedia,
                      "WebP: an animation is not supported, only still pictures");
  }
  ImageHeader header{ImageEncoding::Webp};
  header.geometry = {features.width, features.height, features.has_alpha != 0 ? 4 : 3};
  header.orientation = parse_exif(find_webp_exif(*extent)).orientation;
  header.library_bytes = library_bytes(features);
  return header;
}

Bytes find_webp_exif(Bytes bytes) {
  for (RiffChunks chunks(bytes); !chunks.at_end();) {
    const auto chunk = chunks.next();
    if (!chunk) return {};
    if (chunk->type == "EXIF") return chunk->payload;
  }
  return {};
}

}  // namespace framewright::engine
