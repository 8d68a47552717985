// Filters of luma, a few rows at a time: gray pictures are their own luma, colours move with theirs.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "kernels/grayscale.hpp"
#include "kernels/image_view.hpp"
#include "kernels/scratch.hpp"
#include "kernels/shift_luma.hpp"

namespace framewright::kernels {

/// Few enough to stay in the cache, and enough to pay for a call.
inline constexpr int kBandRows = 8;

class LumaBands {
 public:
  static std::size_t bytes(int width_px, int channels) {
    return channels == 1 ? 0 : 2 * band_bytes(width_px);
  }

  LumaBands(const ConstImageView& in, std::byte* memory) : in_(in), memory_(memory) {}

  /// Calls read(luma, y) for each band from the top; y is its first row.
  template <typename Read>
  void read(Read read) const {
    for (int y = 0; y < in_.height_px; y += kBandRows) read(luma(y), y);
  }

  /// Calls tone(luma, y, toned), which gives `toned` its values, and puts pixels of that luma into out. `out`
  /// may be the picture itself.
  template <typename Tone>
  void change(const ImageView& out, Tone tone) const {
    for (int y = 0; y < in_.height_px; y += kBandRows) {
      const ConstImageView from = luma(y);
      const ImageView to = rows_of(out, y, from.height_px);
      if (in_.channels == 1) {
        tone(from, y, to);
        continue;
      }
      const ImageView toned = own_band(1, from.height_px);
      tone(from, y, toned);
      shift_luma(rows_of(in_, y, from.height_px), from, toned, to);
    }
  }

 private:
  static std::size_t band_bytes(int width_px) {
    return scratch_row_bytes<std::uint8_t>(static_cast<std::size_t>(width_px) * kBandRows);
  }

  ImageView own_band(std::size_t index, int rows) const {
    auto* pixels = reinterpret_cast<std::uint8_t*>(memory_ + index * band_bytes(in_.width_px));
    return {pixels, in_.width_px, rows, 1, in_.width_px};
  }

  ConstImageView luma(int y) const {
    const ConstImageView band = rows_of(in_, y, std::min(kBandRows, in_.height_px - y));
    if (in_.channels == 1) return band;
    const ImageView gray = own_band(0, band.height_px);
    grayscale(band, GrayscaleAlgorithm::Bt601, gray);
    return gray;
  }

  // Given.
  const ConstImageView in_;
  std::byte* const memory_;
};

}  // namespace framewright::kernels
