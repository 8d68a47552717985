#include <string>
#include <utility>

#include "engine/exif.hpp"
#include "engine/picture_header.hpp"
#include "engine/png_chunks.hpp"
#include "engine/png_colors.hpp"
#include "engine/png_decoder.hpp"
#include "engine/png_shape.hpp"

namespace framewright::engine {
namespace {

using Bytes = std::span<const std::uint8_t>;

Unexpected corrupt(const std::string& what) { return unexpected(ErrorCode::CorruptMedia, "PNG: " + what); }

/// Pixels in several chunks are gathered into one: at most what the file goes on for.
std::uint64_t gathered_bytes(Bytes file, const PngChunk& first, PngChunks rest) {
  const auto second = rest.next();
  if (!second || second->type != "IDAT") return 0;
  return static_cast<std::uint64_t>(file.data() + file.size() - first.payload.data());
}

}  // namespace

Result<ImageHeader> read_png_header(Bytes bytes, const ImageLimits& limits) {
  PngChunks chunks(bytes);
  const auto first = chunks.next();
  if (!first) return unexpected(first.error());
  const auto shape = parse_png_shape(*first);
  if (!shape) return unexpected(shape.error());
  const auto within = check_limits(shape->width_px, shape->height_px, limits);
  if (!within) return unexpected(within.error());

  ImageHeader header{ImageEncoding::Png};
  PngColors colors(*shape);
  for (;;) {
    const auto chunk = chunks.next();
    if (!chunk) return unexpected(chunk.error());
    if (chunk->type == "IDAT") {
      header.library_bytes = png_decoder_bytes(*shape, gathered_bytes(bytes, *chunk, chunks));
      break;
    }
    if (chunk->type == "IEND") return corrupt("the file has no pixels");
    if (auto read = colors.read(*chunk); !read) return unexpected(std::move(read).error());
  }
  header.orientation = parse_exif(find_png_exif(bytes)).orientation;
  header.geometry = {static_cast<int>(shape->width_px), static_cast<int>(shape->height_px),
                     colors.channels()};
  return header;
}

Bytes find_png_exif(Bytes bytes) {
  for (PngChunks chunks(bytes);;) {
    const auto chunk = chunks.next();
    if (!chunk || chunk->type == "IEND") return {};
    if (chunk->type == "eXIf" && chunk->has_right_checksum()) return chunk->payload;
  }
}

}  // namespace framewright::engine
