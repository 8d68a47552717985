#include "engine/png_shape.hpp"

#include <limits>
#include <span>
#include <string>

#include "engine/byte_reader.hpp"
#include "engine/check.hpp"

namespace framewright::engine {
namespace {

Unexpected corrupt(const std::string& what) { return unexpected(ErrorCode::CorruptMedia, "PNG: " + what); }

// ISO/IEC 15948, table 11.1.
bool is_legal(int color_type, int bit_depth) noexcept {
  switch (color_type) {
    case 0: return bit_depth == 1 || bit_depth == 2 || bit_depth == 4 || bit_depth == 8 || bit_depth == 16;
    case 3: return bit_depth == 1 || bit_depth == 2 || bit_depth == 4 || bit_depth == 8;
    case 2:
    case 4:
    case 6: return bit_depth == 8 || bit_depth == 16;
    default: return false;
  }
}

/// How many of `size` pixels there are from `first` on in steps.
std::uint64_t count(std::uint64_t size, std::uint64_t first, std::uint64_t step) noexcept {
  return size > first ? (size - first + step - 1) / step : 0;
}

template <typename Passes>
std::uint64_t filtered_bytes(const PngShape& shape, const Passes& passes) noexcept {
  std::uint64_t sum = 0;
  for (const auto& pass : passes) {
    const auto row_px = shape.width_of(pass);
    if (row_px != 0) sum += shape.height_of(pass) * (1 + shape.row_bytes(row_px));
  }
  return sum;
}

}  // namespace

std::size_t PngShape::samples() const noexcept {
  switch (color) {
    case PngColor::Gray:
    case PngColor::Palette: return 1;
    case PngColor::GrayAlpha: return 2;
    case PngColor::Rgb: return 3;
    case PngColor::Rgba: return 4;
  }
  check_failed("a PngColor outside its list", __FILE__, __LINE__);
}

std::size_t PngShape::pixel_bytes() const noexcept {
  return bit_depth < 8 ? 1 : samples() * static_cast<std::size_t>(bit_depth) / 8;
}

std::uint64_t PngShape::row_bytes(std::uint64_t row_px) const noexcept {
  return (row_px * samples() * static_cast<std::uint64_t>(bit_depth) + 7) / 8;
}

std::uint64_t PngShape::width_of(const PngPass& pass) const noexcept {
  return count(width_px, pass.x, pass.dx);
}

std::uint64_t PngShape::height_of(const PngPass& pass) const noexcept {
  return count(height_px, pass.y, pass.dy);
}

std::uint64_t PngShape::filtered_bytes() const noexcept {
  return is_interlaced ? engine::filtered_bytes(*this, kPngAdam7) : engine::filtered_bytes(*this, kPngWhole);
}

Result<PngShape> parse_png_shape(const PngChunk& chunk) {
  if (chunk.type != "IHDR" || chunk.payload.size() != 13) return corrupt("the first chunk is no header");
  const auto width_px = *read_number<std::uint32_t>(chunk.payload, 0, ByteOrder::Big);
  const auto height_px = *read_number<std::uint32_t>(chunk.payload, 4, ByteOrder::Big);
  const int bit_depth = chunk.payload[8];
  const int color_type = chunk.payload[9];
  constexpr std::uint32_t kMaxSide = std::numeric_limits<std::int32_t>::max();
  if (width_px == 0 || height_px == 0) return corrupt("the picture has no size");
  if (width_px > kMaxSide || height_px > kMaxSide) return corrupt("a side is beyond what PNG allows");
  if (!is_legal(color_type, bit_depth)) return corrupt("a colour type or bit depth that there is not");
  if (chunk.payload[10] != 0 || chunk.payload[11] != 0 || chunk.payload[12] > 1) {
    return corrupt("a compression, filter or interlace method that there is not");
  }
  return PngShape{width_px, height_px, bit_depth, static_cast<PngColor>(color_type), chunk.payload[12] == 1};
}

}  // namespace framewright::engine
