// NV12 to RGB: what cameras and video decoders deliver, made into pixels that filters take.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/image_view.hpp"
#include "kernels/shape.hpp"

namespace framewright::kernels {

/// y u8[height_px, width_px], then pairs of (Cb, Cr) u8[(height_px + 1) / 2, (width_px + 1) / 2, 2].
struct Nv12View {
  const std::uint8_t* y = nullptr;
  const std::uint8_t* cbcr = nullptr;
  int width_px = 0;
  int height_px = 0;
  std::ptrdiff_t y_pitch_bytes = 0;
  std::ptrdiff_t cbcr_pitch_bytes = 0;
};

inline bool fits_together(const Nv12View& nv12, const ConstImageView& rgb) {
  const bool is_well_formed = nv12.y != nullptr && nv12.cbcr != nullptr && nv12.width_px > 0 &&
                              nv12.height_px > 0 && nv12.y_pitch_bytes >= nv12.width_px &&
                              nv12.cbcr_pitch_bytes >= (nv12.width_px + 1) / 2 * 2;
  return is_well_formed && kernels::is_well_formed(rgb) && rgb.channels == 3 &&
         rgb.width_px == nv12.width_px && rgb.height_px == nv12.height_px;
}

/// Converts to full-range RGB; each pair of chroma values serves its square of 2x2 pixels.
///
/// Shapes   nv12 (odd sizes allowed) -> rgb u8[h, w, 3]; the views may not overlap.
/// Rounds   to nearest, halves up, limited to 0..255; within 1 of the real-valued definition.
/// Errors   BadShape when a view is malformed or the sizes differ.
/// Source   ITU-R BT.601-7, limited range: luma 16..235, chroma 16..240 around 128.
Status nv12_to_rgb(const Nv12View& nv12, const ImageView& rgb) noexcept;

}  // namespace framewright::kernels
