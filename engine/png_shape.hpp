// PngShape: what the header of a PNG file says, and the sizes that follow from it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "engine/png_chunks.hpp"
#include "engine/result.hpp"

namespace framewright::engine {

/// Numbered as in the file.
enum class PngColor : std::uint8_t { Gray = 0, Rgb = 2, Palette = 3, GrayAlpha = 4, Rgba = 6 };

/// One of the pictures that an interlaced file consists of: every dx-th pixel from x, every dy-th row from y.
struct PngPass {
  std::uint64_t x = 0;
  std::uint64_t y = 0;
  std::uint64_t dx = 1;
  std::uint64_t dy = 1;
};

inline constexpr std::array<PngPass, 1> kPngWhole = {{{0, 0, 1, 1}}};
inline constexpr std::array<PngPass, 7> kPngAdam7 = {
    {{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}}};

struct PngShape {
  std::uint64_t width_px = 0;
  std::uint64_t height_px = 0;
  int bit_depth = 8;
  PngColor color = PngColor::Rgb;
  bool is_interlaced = false;

  std::size_t samples() const noexcept;      ///< of a pixel in the file
  std::size_t pixel_bytes() const noexcept;  ///< whole bytes of a pixel, 1 where it has less
  std::uint64_t row_bytes(std::uint64_t row_px) const noexcept;
  std::uint64_t width_of(const PngPass& pass) const noexcept;
  std::uint64_t height_of(const PngPass& pass) const noexcept;
  /// Filter bytes and rows of all passes: what the compressed pixels unfold to.
  std::uint64_t filtered_bytes() const noexcept;
};

/// `chunk` is the first of the file. At most 2^31 - 1 pixels a side, so that sizes in bytes fit 64 bits once
/// the limits on pictures are checked.
///
/// Errors   CorruptMedia.
Result<PngShape> parse_png_shape(const PngChunk& chunk);

}  // namespace framewright::engine
