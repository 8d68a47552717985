#include <limits>
#include <string>

#include "engine/byte_reader.hpp"
#include "engine/exif.hpp"
#include "engine/frame_pool.hpp"
#include "engine/picture_header.hpp"
#include "engine/png_chunks.hpp"

namespace framewright::engine {
namespace {

using Bytes = std::span<const std::uint8_t>;

Unexpected corrupt(const std::string& what) { return unexpected(ErrorCode::CorruptMedia, "PNG: " + what); }

struct PngShape {
  std::uint64_t width_px = 0;
  std::uint64_t height_px = 0;
  std::uint8_t bit_depth = 0;
  std::uint8_t color_type = 0;
};

// ISO/IEC 15948, table 11.1.
bool is_legal(std::uint8_t color_type, std::uint8_t bit_depth) noexcept {
  switch (color_type) {
    case 0: return bit_depth == 1 || bit_depth == 2 || bit_depth == 4 || bit_depth == 8 || bit_depth == 16;
    case 3: return bit_depth == 1 || bit_depth == 2 || bit_depth == 4 || bit_depth == 8;
    case 2:
    case 4:
    case 6: return bit_depth == 8 || bit_depth == 16;
    default: return false;
  }
}

Result<PngShape> parse_ihdr(const PngChunk& chunk) {
  if (chunk.type != "IHDR" || chunk.payload.size() != 13) return corrupt("the first chunk is no header");
  const PngShape shape{*read_number<std::uint32_t>(chunk.payload, 0, ByteOrder::Big),
                       *read_number<std::uint32_t>(chunk.payload, 4, ByteOrder::Big), chunk.payload[8],
                       chunk.payload[9]};
  constexpr std::uint64_t kMaxSide = std::numeric_limits<std::int32_t>::max();
  if (shape.width_px == 0 || shape.height_px == 0) return corrupt("the picture has no size");
  if (shape.width_px > kMaxSide || shape.height_px > kMaxSide)
    return corrupt("a side is beyond what PNG allows");
  if (!is_legal(shape.color_type, shape.bit_depth))
    return corrupt("a colour type or bit depth that there is not");
  return shape;
}

int channels_of(const PngShape& shape, bool transparent) noexcept {
  if (transparent || shape.color_type == 4 || shape.color_type == 6) return 4;
  return shape.color_type == 0 ? 1 : 3;
}

std::uint64_t library_bytes(const PngShape& shape, int channels) noexcept {
  constexpr std::uint64_t kInflateBytes = 64 << 10;
  const std::uint64_t rows_bytes = 4 * (shape.width_px * 8 + 64);
  // Gray of 16 bits is decoded aside and then reduced.
  const bool aside = channels == 1 && shape.bit_depth == 16;
  return kInflateBytes + rows_bytes +
         (aside ? FramePool::rounded_bytes(2 * shape.width_px * shape.height_px) : 0);
}

}  // namespace

Result<ImageHeader> read_png_header(Bytes bytes, const ImageLimits& limits) {
  PngChunks chunks(bytes);
  const auto first = chunks.next();
  if (!first) return unexpected(first.error());
  const auto shape = parse_ihdr(*first);
  if (!shape) return unexpected(shape.error());
  const auto within = check_limits(shape->width_px, shape->height_px, limits);
  if (!within) return unexpected(within.error());

  ImageHeader header{ImageEncoding::Png};
  bool transparent = false;
  for (;;) {
    const auto chunk = chunks.next();
    if (!chunk) return unexpected(chunk.error());
    if (chunk->type == "IDAT") break;
    if (chunk->type == "IEND") return corrupt("the file has no pixels");
    if (chunk->type == "tRNS") transparent = true;
    if (chunk->type == "eXIf") header.orientation = parse_exif(chunk->payload).orientation;
  }
  const int channels = channels_of(*shape, transparent);
  header.geometry = {static_cast<int>(shape->width_px), static_cast<int>(shape->height_px), channels};
  header.library_bytes = library_bytes(*shape, channels);
  return header;
}

Bytes find_png_exif(Bytes bytes) {
  for (PngChunks chunks(bytes);;) {
    const auto chunk = chunks.next();
    if (!chunk || chunk->type == "IEND") return {};
    if (chunk->type == "eXIf") return chunk->payload;
  }
}

}  // namespace framewright::engine
