// Rows as point kernels walk them: a picture without gaps between rows is one long row.
#pragma once

#include <cstddef>
#include <cstring>

#include "kernels/image_view.hpp"

namespace framewright::kernels {

struct PackedRows {
  int rows;
  std::size_t pixels;  ///< in each row
};

inline PackedRows packed_rows(const ConstImageView& in, const ConstImageView& out) {
  const auto is_packed = [](const ConstImageView& view) {
    return view.pitch_bytes == static_cast<std::ptrdiff_t>(view.width_px) * view.channels;
  };
  const auto width = static_cast<std::size_t>(in.width_px);
  if (is_packed(in) && is_packed(out)) return {1, width * static_cast<std::size_t>(in.height_px)};
  return {in.height_px, width};
}

/// Copies pixels; the views may be the same.
inline void copy_rows(const ConstImageView& in, const ImageView& out) {
  const PackedRows packed = packed_rows(in, out);
  const std::size_t row_bytes = packed.pixels * static_cast<std::size_t>(in.channels);
  for (int y = 0; y < packed.rows; ++y) std::memmove(out.row(y), in.row(y), row_bytes);
}

}  // namespace framewright::kernels
