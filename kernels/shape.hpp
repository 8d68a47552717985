// Checks of shapes that every kernel makes before it touches a pixel.
#pragma once

#include "kernels/image_view.hpp"

namespace framewright::kernels {

/// Whether the view has pixels, a positive size, 1, 3 or 4 channels and rows that do not run into each other.
inline bool is_well_formed(const ConstImageView& view) {
  const bool has_channels = view.channels == 1 || view.channels == 3 || view.channels == 4;
  const std::ptrdiff_t row_bytes = static_cast<std::ptrdiff_t>(view.width_px) * view.channels;
  return view.pixels != nullptr && view.width_px > 0 && view.height_px > 0 && has_channels &&
         view.pitch_bytes >= row_bytes;
}

inline bool same_size(const ConstImageView& a, const ConstImageView& b) {
  return a.width_px == b.width_px && a.height_px == b.height_px;
}

/// Whether both are well formed and agree in width, height and channels.
inline bool same_shape(const ConstImageView& a, const ConstImageView& b) {
  return is_well_formed(a) && is_well_formed(b) && same_size(a, b) && a.channels == b.channels;
}

inline int colour_channels(int channels) { return channels == 4 ? 3 : channels; }

}  // namespace framewright::kernels
