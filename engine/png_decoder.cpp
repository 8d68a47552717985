#include "engine/png_decoder.hpp"

#include <libdeflate.h>
#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include "engine/byte_reader.hpp"
#include "engine/check.hpp"
#include "engine/png_colors.hpp"
#include "kernels/png_filters.hpp"

namespace framewright::engine {
namespace {

using Bytes = std::span<const std::uint8_t>;

Unexpected corrupt(const std::string& what) { return unexpected(ErrorCode::CorruptMedia, "PNG: " + what); }

/// An ancillary chunk is for its reader to check, because it may be ignored.
Result<PngChunk> next_checked(PngChunks& chunks) {
  auto chunk = chunks.next();
  if (chunk && chunk->is_critical() && !chunk->has_right_checksum()) {
    return corrupt("a wrong checksum in chunk " + std::string(chunk->type));
  }
  return chunk;
}

/// What the chunks before the end say: the colours, and where the compressed pixels lie.
struct Contents {
  PngColors colors;
  PngChunks from_pixels{Bytes{}};  ///< begins with the first chunk of pixels
  std::size_t pixel_chunks = 0;
  Bytes first = {};  ///< payload of that chunk
  std::size_t compressed_bytes = 0;
};

Result<void> read_pixels_chunk(const PngChunk& chunk, Contents& contents) {
  if (contents.colors.lacks_palette()) return corrupt("the palette is missing");
  if (contents.pixel_chunks++ == 0) contents.first = chunk.payload;
  contents.compressed_bytes += chunk.payload.size();
  return {};
}

/// Reads every chunk to the end of the file. Of chunks that lie where they should not, those are passed over
/// that libpng passes over: colours behind the pixels, and more pixels behind those that were in one piece.
Result<Contents> read_contents(PngChunks chunks, const PngShape& shape) {
  Contents contents{PngColors(shape)};
  bool after_pixels = false;
  for (;;) {
    const PngChunks here = chunks;
    const auto chunk = next_checked(chunks);
    if (!chunk) return unexpected(chunk.error());
    const bool before_pixels = contents.pixel_chunks == 0;
    Result<void> read;
    if (chunk->type == "IDAT") {
      if (after_pixels) continue;
      if (before_pixels) contents.from_pixels = here;
      read = read_pixels_chunk(*chunk, contents);
    } else {
      after_pixels = !before_pixels;
      if (chunk->type == "IEND") return contents;
      if (chunk->is_critical() && chunk->type != "PLTE") {
        return corrupt("chunk " + std::string(chunk->type) + " is not known, or not there");
      }
      if (before_pixels) read = contents.colors.read(*chunk);
    }
    if (!read) return unexpected(read.error());
  }
}

void gather(const Contents& contents, std::uint8_t* to) {
  PngChunks chunks = contents.from_pixels;
  for (std::size_t i = 0; i < contents.pixel_chunks; ++i) {
    const auto chunk = chunks.next();
    std::memcpy(to, chunk->payload.data(), chunk->payload.size());
    to += chunk->payload.size();
  }
}

/// Undoes the filters of one pass in place, or into the frame where that has the same pixels.
class PassReader {
 public:
  PassReader(const PngShape& shape, const PngColors& colors, const kernels::ImageView& pixels) noexcept
      : shape_(shape), colors_(colors), pixels_(pixels) {}

  /// Takes the bytes of the pass off the front of `filtered`.
  Result<void> read(const PngPass& pass, std::span<std::uint8_t>& filtered) const {
    const auto width = static_cast<std::size_t>(shape_.width_of(pass));
    if (width == 0) return {};
    const bool into_frame = pass.dx == 1 && pass.dy == 1 && colors_.are_those_of_the_frame();
    const auto channels = static_cast<std::size_t>(pixels_.channels);
    kernels::PngRow row{nullptr, nullptr, static_cast<std::size_t>(shape_.row_bytes(width)),
                        shape_.pixel_bytes()};
    for (auto y = static_cast<int>(pass.y); y < pixels_.height_px; y += static_cast<int>(pass.dy)) {
      std::uint8_t* const begin = filtered.data();
      std::uint8_t* const to = into_frame ? pixels_.row(y) : begin + 1;
      row.bytes = begin + 1;
      if (kernels::png_unfilter(static_cast<kernels::PngFilter>(*begin), row, to) != kernels::Status::Ok) {
        return corrupt("row " + std::to_string(y) + " has a filter that there is not");
      }
      if (!into_frame) colors_.expand(to, {pixels_.row(y) + pass.x * channels, width, pass.dx * channels});
      row.above = to;
      filtered = filtered.subspan(1 + row.size_bytes);
    }
    return {};
  }

 private:
  const PngShape& shape_;
  const PngColors& colors_;
  const kernels::ImageView& pixels_;
};

Result<void> read_passes(const PngShape& shape, const PngColors& colors, const kernels::ImageView& pixels,
                         std::span<std::uint8_t> filtered) {
  const PassReader reader(shape, colors, pixels);
  if (!shape.is_interlaced) return reader.read(kPngWhole[0], filtered);
  for (const auto& pass : kPngAdam7) {
    if (auto read = reader.read(pass, filtered); !read) return read;
  }
  return {};
}

/// Fills `filtered` by zlib, which gives what is right before a mistake; libdeflate gives nothing. What comes
/// behind the pixels does not matter; nor does it to libpng, unless it reads that with the last of them.
Result<void> inflate_leniently(Bytes compressed, std::span<std::uint8_t> filtered) {
  constexpr std::size_t kMostAtOnce = 1 << 30;  // zlib counts by 32 bits.
  z_stream stream = {};
  stream.next_in = const_cast<Bytef*>(compressed.data());  // zlib's interface is older than const.
  stream.next_out = filtered.data();
  int status = inflateInit(&stream);
  while (status == Z_OK && stream.total_out < filtered.size()) {
    stream.avail_in = static_cast<uInt>(std::min(compressed.size() - stream.total_in, kMostAtOnce));
    stream.avail_out = static_cast<uInt>(std::min(filtered.size() - stream.total_out, kMostAtOnce));
    status = ::inflate(&stream, Z_NO_FLUSH);
  }
  inflateEnd(&stream);
  if (status == Z_MEM_ERROR) return unexpected(ErrorCode::Overloaded, "PNG: no memory to inflate");
  if (stream.total_out != filtered.size()) return corrupt("the compressed pixels are malformed");
  return {};
}

}  // namespace

std::uint64_t png_decoder_bytes(const PngShape& shape, std::uint64_t gathered_bytes) noexcept {
  // libdeflate takes 11 KiB; zlib 7 KiB and a window of 32 KiB.
  constexpr std::uint64_t kDecompressorBytes = 64 << 10;
  return kDecompressorBytes + FramePool::rounded_bytes(shape.filtered_bytes()) +
         (gathered_bytes == 0 ? 0 : FramePool::rounded_bytes(gathered_bytes));
}

void PngDecoder::DecompressorEnd::operator()(libdeflate_decompressor* decompressor) const noexcept {
  libdeflate_free_decompressor(decompressor);
}

PngDecoder::PngDecoder(FramePool& pool) : pool_(pool), decompressor_(libdeflate_alloc_decompressor()) {
  FW_CHECK(decompressor_ != nullptr);
}

Result<void> PngDecoder::decode(Bytes bytes, const kernels::ImageView& pixels, Reservation& library) {
  PngChunks chunks(bytes);
  const auto header = next_checked(chunks);
  if (!header) return unexpected(header.error());
  const auto shape = parse_png_shape(*header);
  if (!shape) return unexpected(shape.error());
  const auto contents = read_contents(chunks, *shape);
  if (!contents) return unexpected(contents.error());
  FW_CHECK(contents->colors.channels() == pixels.channels);

  auto filtered = pool_.lend(static_cast<std::size_t>(shape->filtered_bytes()), library);
  if (!filtered) return unexpected(std::move(filtered).error());
  const auto rows = filtered->bytes().first(static_cast<std::size_t>(shape->filtered_bytes()));
  if (contents->pixel_chunks == 1) {
    if (auto inflated = inflate(contents->first, rows); !inflated) return inflated;
  } else {
    const auto gathered = pool_.lend(contents->compressed_bytes, library);
    if (!gathered) return unexpected(gathered.error());
    gather(*contents, gathered->data());
    const auto compressed = gathered->bytes().first(contents->compressed_bytes);
    if (auto inflated = inflate(compressed, rows); !inflated) return inflated;
  }
  return read_passes(*shape, contents->colors, pixels, rows);
}

Result<void> PngDecoder::inflate(Bytes compressed, std::span<std::uint8_t> filtered) {
  switch (libdeflate_zlib_decompress(decompressor_.get(), compressed.data(), compressed.size(),
                                     filtered.data(), filtered.size(), nullptr)) {
    case LIBDEFLATE_SUCCESS: return {};
    case LIBDEFLATE_SHORT_OUTPUT: return corrupt("the pixels are fewer than the header says");
    default: return inflate_leniently(compressed, filtered);
  }
}

}  // namespace framewright::engine
