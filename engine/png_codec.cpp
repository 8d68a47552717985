#include "engine/png_codec.hpp"

#include <spng.h>
#include <zlib.h>

#include <cstring>
#include <memory>
#include <string>

#include "engine/check.hpp"
#include "engine/png_chunks.hpp"

namespace framewright::engine {
namespace {

struct ContextEnd {
  void operator()(spng_ctx* context) const noexcept { spng_ctx_free(context); }
};
using Context = std::unique_ptr<spng_ctx, ContextEnd>;

// A compressed text or profile may unfold to this much.
constexpr std::size_t kChunkLimitBytes = 4 << 20;
constexpr std::size_t kChunksLimitBytes = 8 << 20;

Unexpected corrupt(int error) {
  const auto code = error == SPNG_EMEM ? ErrorCode::Overloaded : ErrorCode::CorruptMedia;
  return unexpected(code, std::string("PNG: ") + spng_strerror(error));
}

Context open_decoder(std::span<const std::uint8_t> bytes, const kernels::ImageView& pixels) {
  Context context(spng_ctx_new(0));
  FW_CHECK(context != nullptr);
  FW_CHECK(spng_set_image_limits(context.get(), static_cast<std::uint32_t>(pixels.width_px),
                                 static_cast<std::uint32_t>(pixels.height_px)) == 0);
  FW_CHECK(spng_set_chunk_limits(context.get(), kChunkLimitBytes, kChunksLimitBytes) == 0);
  FW_CHECK(spng_set_png_buffer(context.get(), bytes.data(), bytes.size()) == 0);
  return context;
}

/// The picture as it is, two bytes a sample, aside; then the upper byte of each.
Result<void> decode_gray16(spng_ctx* context, const kernels::ImageView& pixels, FramePool& pool,
                           Reservation& library) {
  const auto count = static_cast<std::size_t>(pixels.width_px) * static_cast<std::size_t>(pixels.height_px);
  const auto aside = pool.lend(2 * count, library);
  if (!aside) return unexpected(aside.error());
  const int error = spng_decode_image(context, aside->data(), 2 * count, SPNG_FMT_RAW, 0);
  if (error != 0) return corrupt(error);
  const std::uint8_t* sample = aside->data();
  for (int y = 0; y < pixels.height_px; ++y) {
    for (int x = 0; x < pixels.width_px; ++x, sample += 2) pixels.row(y)[x] = *sample;
  }
  return {};
}

Result<void> decode_pixels(spng_ctx* context, const spng_ihdr& header, const kernels::ImageView& pixels,
                           FramePool& pool, Reservation& library) {
  if (pixels.channels == 1 && header.bit_depth == 16) return decode_gray16(context, pixels, pool, library);
  const int format = pixels.channels == 1   ? SPNG_FMT_G8
                     : pixels.channels == 3 ? SPNG_FMT_RGB8
                                            : SPNG_FMT_RGBA8;
  const int flags = pixels.channels == 4 ? SPNG_DECODE_TRNS : 0;
  const auto size_bytes =
      static_cast<std::size_t>(pixels.pitch_bytes) * static_cast<std::size_t>(pixels.height_px);
  const int error = spng_decode_image(context, pixels.pixels, size_bytes, format, flags);
  if (error != 0) return corrupt(error);
  return {};
}

/// The library reads no further than the type of the last chunk; the file must go on to its end.
Result<void> check_whole(std::span<const std::uint8_t> bytes) {
  for (PngChunks chunks(bytes);;) {
    const auto chunk = chunks.next();
    if (!chunk) return unexpected(chunk.error());
    if (chunk->type == "IEND") return {};
  }
}

/// Where the encoder writes; the library calls it for each piece.
struct Target {
  std::span<std::uint8_t> out;
  std::size_t size_bytes = 0;
};

int write_piece(spng_ctx*, void* user, void* piece, std::size_t piece_bytes) {
  auto& target = *static_cast<Target*>(user);
  if (piece_bytes > target.out.size() - target.size_bytes) return SPNG_IO_ERROR;
  std::memcpy(target.out.data() + target.size_bytes, piece, piece_bytes);
  target.size_bytes += piece_bytes;
  return 0;
}

std::uint8_t color_type_of(int channels) noexcept {
  switch (channels) {
    case 1: return SPNG_COLOR_TYPE_GRAYSCALE;
    case 3: return SPNG_COLOR_TYPE_TRUECOLOR;
    case 4: return SPNG_COLOR_TYPE_TRUECOLOR_ALPHA;
    default: check_failed("a frame has 1, 3 or 4 channels", __FILE__, __LINE__);
  }
}

int encode_rows(spng_ctx* context, const kernels::ConstImageView& pixels) {
  int error =
      spng_encode_image(context, nullptr, 0, SPNG_FMT_PNG, SPNG_ENCODE_PROGRESSIVE | SPNG_ENCODE_FINALIZE);
  const auto row_bytes =
      static_cast<std::size_t>(pixels.width_px) * static_cast<std::size_t>(pixels.channels);
  for (int y = 0; y < pixels.height_px && error == 0; ++y) {
    error = spng_encode_row(context, pixels.row(y), row_bytes);
  }
  return error == SPNG_EOI ? 0 : error;
}

}  // namespace

Result<void> decode_png(std::span<const std::uint8_t> bytes, const kernels::ImageView& pixels,
                        FramePool& pool, Reservation& library) {
  if (auto whole = check_whole(bytes); !whole) return whole;
  const auto context = open_decoder(bytes, pixels);
  spng_ihdr header{};
  int error = spng_get_ihdr(context.get(), &header);
  if (error != 0) return corrupt(error);
  auto decoded = decode_pixels(context.get(), header, pixels, pool, library);
  if (!decoded) return decoded;
  error = spng_decode_chunks(context.get());  // Checks the checksum of the last pixels, too.
  if (error != 0) return corrupt(error);
  return {};
}

std::uint64_t worst_png_bytes(const Geometry& geometry) noexcept {
  constexpr std::uint64_t kChunksBytes = 4096;
  const std::uint64_t filtered_bytes = geometry.bytes() + static_cast<std::uint64_t>(geometry.height_px);
  // zlib's own bound for any setting is below an eighth more; pieces of 8 KiB are framed by 12 bytes.
  return filtered_bytes + filtered_bytes / 8 + filtered_bytes / 512 + kChunksBytes;
}

Result<std::size_t> encode_png(const kernels::ConstImageView& pixels, std::span<std::uint8_t> out) {
  const Context context(spng_ctx_new(SPNG_CTX_ENCODER));
  FW_CHECK(context != nullptr);
  Target target{out};
  spng_ihdr header{};
  header.width = static_cast<std::uint32_t>(pixels.width_px);
  header.height = static_cast<std::uint32_t>(pixels.height_px);
  header.bit_depth = 8;
  header.color_type = color_type_of(pixels.channels);
  FW_CHECK(spng_set_png_stream(context.get(), write_piece, &target) == 0);
  FW_CHECK(spng_set_ihdr(context.get(), &header) == 0);
  // Rows as differences from the row above, compressed by run lengths alone: on a photograph three quarters
  // of the time of level 1 with any other filter and strategy, and a smaller file.
  FW_CHECK(spng_set_option(context.get(), SPNG_IMG_COMPRESSION_LEVEL, 1) == 0);
  FW_CHECK(spng_set_option(context.get(), SPNG_IMG_COMPRESSION_STRATEGY, Z_RLE) == 0);
  FW_CHECK(spng_set_option(context.get(), SPNG_FILTER_CHOICE, SPNG_FILTER_CHOICE_UP) == 0);
  const int error = encode_rows(context.get(), pixels);
  if (error != 0) return unexpected(ErrorCode::Internal, std::string("PNG: ") + spng_strerror(error));
  return target.size_bytes;
}

}  // namespace framewright::engine
