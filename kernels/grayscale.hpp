// Grayscale: one luma channel out of colour.
#pragma once

#include <cstdint>

#include "kernels/image_view.hpp"

namespace framewright::kernels {

enum class GrayscaleAlgorithm : std::uint8_t {
  Bt601,       ///< 0.299 R + 0.587 G + 0.114 B
  Bt709,       ///< 0.2126 R + 0.7152 G + 0.0722 B
  Average,     ///< (R + G + B) / 3
  Lightness,   ///< (max(R, G, B) + min(R, G, B)) / 2
  Luminosity,  ///< 0.21 R + 0.72 G + 0.07 B
};

/// Reduces colour to one channel; alpha is dropped, gray is copied.
///
/// Shapes   in u8[h, w, 1|3|4] -> out u8[h, w, 1]; the views may not overlap, but for gray in place.
/// Rounds   the real-valued sum exactly to nearest, halves up; equal channels keep their value.
/// Errors   BadShape when a view is malformed, the sizes differ or out has not one channel.
/// Source   ITU-R BT.601-7 and BT.709-6 luma; the other three are what image editors offer under these names.
Status grayscale(const ConstImageView& in, GrayscaleAlgorithm algorithm, const ImageView& out) noexcept;

}  // namespace framewright::kernels
