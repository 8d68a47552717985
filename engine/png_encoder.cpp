#include "engine/png_encoder.hpp"

#include <libdeflate.h>

#include <algorithm>
#include <array>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "engine/check.hpp"
#include "engine/fast_deflate.hpp"
#include "engine/png_chunks.hpp"
#include "engine/png_shape.hpp"
#include "kernels/png_filters.hpp"

namespace framewright::engine {
namespace {

constexpr int kSmallLevel = 9;
// What libdeflate 1.14 allocates for that level, and a little more.
constexpr std::uint64_t kCompressorBytes = 1 << 20;

constexpr std::size_t kChunkFrameBytes = 12;  // Length, type and checksum.
constexpr std::size_t kHeaderBytes = 13;
constexpr std::size_t kPixelsAt = kPngSignatureBytes + kChunkFrameBytes + kHeaderBytes;

struct CompressorEnd {
  void operator()(libdeflate_compressor* compressor) const noexcept {
    libdeflate_free_compressor(compressor);
  }
};

PngColor color_of(int channels) noexcept {
  switch (channels) {
    case 1: return PngColor::Gray;
    case 3: return PngColor::Rgb;
    case 4: return PngColor::Rgba;
    default: check_failed("a frame has 1, 3 or 4 channels", __FILE__, __LINE__);
  }
}

/// Filter and bytes of one row.
std::uint64_t filtered_row_bytes(int width_px, int channels) noexcept {
  return 1 + static_cast<std::uint64_t>(width_px) * static_cast<std::uint64_t>(channels);
}

std::uint64_t filtered_bytes(const Geometry& geometry) noexcept {
  return filtered_row_bytes(geometry.width_px, geometry.channels) *
         static_cast<std::uint64_t>(geometry.height_px);
}

void put_u32(std::uint8_t* to, std::size_t value) noexcept {
  for (int i = 0; i < 4; ++i) to[i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
}

/// Frames a payload that already lies eight bytes behind `chunk`. Returns the end of the chunk.
std::uint8_t* close_chunk(std::uint8_t* chunk, std::string_view type, std::size_t payload_bytes) noexcept {
  put_u32(chunk, payload_bytes);
  std::ranges::copy(type, chunk + 4);
  put_u32(chunk + 8 + payload_bytes, libdeflate_crc32(0, chunk + 4, 4 + payload_bytes));
  return chunk + kChunkFrameBytes + payload_bytes;
}

void write_header(const kernels::ConstImageView& pixels, std::uint8_t* out) noexcept {
  constexpr std::array<std::uint8_t, kPngSignatureBytes> kSignature = {0x89, 'P',  'N',  'G',
                                                                       '\r', '\n', 0x1A, '\n'};
  std::uint8_t* const chunk = std::ranges::copy(kSignature, out).out;
  std::uint8_t* const payload = chunk + 8;
  put_u32(payload, static_cast<std::size_t>(pixels.width_px));
  put_u32(payload + 4, static_cast<std::size_t>(pixels.height_px));
  const std::uint8_t rest[5] = {8, static_cast<std::uint8_t>(color_of(pixels.channels)), 0, 0, 0};
  std::ranges::copy(rest, payload + 8);
  close_chunk(chunk, "IHDR", kHeaderBytes);
}

/// Calls room() for each row and fills what it returns with filter and bytes.
template <typename Room>
void filter_rows(const kernels::ConstImageView& pixels, Room room) {
  const auto channels = static_cast<std::size_t>(pixels.channels);
  kernels::PngRow row{nullptr, nullptr, static_cast<std::size_t>(pixels.width_px) * channels, channels};
  for (int y = 0; y < pixels.height_px; ++y) {
    row.bytes = pixels.row(y);
    std::uint8_t* const to = room();
    const auto filter = kernels::lightest_png_filter(row);
    to[0] = static_cast<std::uint8_t>(filter);
    FW_CHECK(kernels::png_filter(filter, row, to + 1) == kernels::Status::Ok);
    row.above = row.bytes;
  }
}

}  // namespace

PngEffort png_effort_of(int quality) noexcept {
  constexpr int kMostForFast = 80;
  return quality <= kMostForFast ? PngEffort::Fast : PngEffort::Small;
}

std::uint64_t worst_png_bytes(const Geometry& geometry) noexcept {
  const auto bytes = filtered_bytes(geometry);
  const auto deflated_bytes =
      std::max<std::uint64_t>(FastDeflate::worst_bytes(bytes),
                              libdeflate_zlib_compress_bound(nullptr, static_cast<std::size_t>(bytes)));
  return kPixelsAt + kChunkFrameBytes + deflated_bytes + kChunkFrameBytes;
}

std::uint64_t png_encoder_bytes(const Geometry& geometry, PngEffort effort) noexcept {
  const auto row_bytes = filtered_row_bytes(geometry.width_px, geometry.channels);
  switch (effort) {
    case PngEffort::Fast: return FramePool::rounded_bytes(FastDeflate::scratch_bytes(row_bytes));
    case PngEffort::Small: return FramePool::rounded_bytes(filtered_bytes(geometry)) + kCompressorBytes;
  }
  check_failed("a PngEffort outside its list", __FILE__, __LINE__);
}

Result<std::size_t> PngEncoder::encode(const kernels::ConstImageView& pixels, PngEffort effort,
                                       std::span<std::uint8_t> out, Reservation& library) {
  const Geometry geometry{pixels.width_px, pixels.height_px, pixels.channels};
  if (worst_png_bytes(geometry) > std::numeric_limits<std::int32_t>::max()) {
    return unexpected(ErrorCode::ImageTooLarge,
                      "PNG: the picture has more bytes than are written in one piece");
  }
  write_header(pixels, out.data());
  std::uint8_t* const chunk = out.data() + kPixelsAt;
  const auto room = out.subspan(kPixelsAt + 8);
  const auto deflated =
      effort == PngEffort::Fast ? deflate_fast(pixels, room, library) : deflate_small(pixels, room, library);
  if (!deflated) return deflated;
  std::uint8_t* const last = close_chunk(chunk, "IDAT", *deflated);
  return static_cast<std::size_t>(close_chunk(last, "IEND", 0) - out.data());
}

Result<std::size_t> PngEncoder::deflate_fast(const kernels::ConstImageView& pixels,
                                             std::span<std::uint8_t> out, Reservation& library) {
  const auto row_bytes = filtered_row_bytes(pixels.width_px, pixels.channels);
  const auto scratch = pool_.lend(static_cast<std::size_t>(FastDeflate::scratch_bytes(row_bytes)), library);
  if (!scratch) return unexpected(scratch.error());
  FastDeflate deflate(row_bytes, scratch->bytes(), out);
  filter_rows(pixels, [&deflate] { return deflate.add_row().data(); });
  return deflate.finish();
}

Result<std::size_t> PngEncoder::deflate_small(const kernels::ConstImageView& pixels,
                                              std::span<std::uint8_t> out, Reservation& library) {
  const auto size =
      static_cast<std::size_t>(filtered_bytes({pixels.width_px, pixels.height_px, pixels.channels}));
  const auto filtered = pool_.lend(size, library);
  if (!filtered) return unexpected(filtered.error());
  const std::unique_ptr<libdeflate_compressor, CompressorEnd> compressor(
      libdeflate_alloc_compressor(kSmallLevel));
  if (compressor == nullptr) return unexpected(ErrorCode::Overloaded, "PNG: no memory to compress");
  std::uint8_t* to = filtered->data();
  filter_rows(pixels, [&to, row_bytes = filtered_row_bytes(pixels.width_px, pixels.channels)] {
    return std::exchange(to, to + row_bytes);
  });
  const auto deflated =
      libdeflate_zlib_compress(compressor.get(), filtered->data(), size, out.data(), out.size());
  FW_CHECK(deflated != 0);
  return deflated;
}

}  // namespace framewright::engine
