// PngColors: how the samples of a PNG file become the pixels of a frame.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/png_shape.hpp"
#include "engine/result.hpp"

namespace framewright::engine {

/// Pixels of a frame that one row of a file becomes: `count` of them, `step_bytes` from one to the next.
struct PixelRun {
  std::uint8_t* first = nullptr;
  std::size_t count = 0;
  std::size_t step_bytes = 0;
};

class PngColors {
 public:
  explicit PngColors(const PngShape& shape) noexcept : shape_(shape) {}

  /// Of a chunk before the pixels; most have nothing to say about colours. Transparency is ignored where
  /// libpng ignores it: with a wrong checksum or size, before its palette or a second time, and beside an
  /// alpha channel.
  ///
  /// Errors   CorruptMedia: of a palette.
  Result<void> read(const PngChunk& chunk);

  /// Of a frame with these colours, once all chunks before the pixels are read.
  int channels() const noexcept;
  bool lacks_palette() const noexcept { return shape_.color == PngColor::Palette && palette_entries_ == 0; }
  /// Whether rows of the file are pixels of the frame as they are.
  bool are_those_of_the_frame() const noexcept;
  /// `row` is without filter. An index beyond the palette is black, as libpng has it.
  void expand(const std::uint8_t* row, const PixelRun& run) const noexcept;

 private:
  Result<void> read_palette(std::span<const std::uint8_t> payload);
  void read_transparency(std::span<const std::uint8_t> payload);
  template <int kDepth>
  void expand_depth(const std::uint8_t* row, const PixelRun& run) const noexcept;
  template <int kDepth, int kSamples>
  void expand_keyed(const std::uint8_t* row, const PixelRun& run) const noexcept;
  template <int kDepth>
  void expand_palette(const std::uint8_t* row, const PixelRun& run) const noexcept;

  // Given.
  PngShape shape_;
  // Read.
  std::array<std::array<std::uint8_t, 4>, 256> palette_ = {};
  std::size_t palette_entries_ = 0;
  std::array<std::uint16_t, 3> transparent_ = {};  ///< samples of the one colour that is
  bool has_transparency_ = false;
  bool is_transparency_taken_back_ = false;  ///< and so has no second chance
};

}  // namespace framewright::engine
