#include "kernels/crop.hpp"

#include "kernels/packed_rows.hpp"
#include "kernels/shape.hpp"

namespace framewright::kernels {

Status crop(const ConstImageView& in, const PixelRectangle& part, const OutputRows& out) noexcept {
  const auto& made = out.picture;
  const bool is_within = part.x >= 0 && part.x <= in.width_px - part.width_px && part.y >= 0 &&
                         part.y <= in.height_px - part.height_px;
  if (!is_well_formed(in) || !is_well_formed(made) || in.channels != made.channels || !is_within ||
      made.width_px != part.width_px || made.height_px != part.height_px || !out.are_within()) {
    return Status::BadShape;
  }
  const int rows = out.end - out.first;
  const auto* const from = in.row(part.y + out.first) + std::ptrdiff_t{part.x} * in.channels;
  copy_rows({from, part.width_px, rows, in.channels, in.pitch_bytes}, rows_of(made, out.first, rows));
  return Status::Ok;
}

}  // namespace framewright::kernels
