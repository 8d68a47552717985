#include "kernels/pixel_math.hpp"
#include "kernels/reference.hpp"
#include "kernels/shape.hpp"

namespace framewright::kernels::reference {

Status nv12_to_rgb(const Nv12View& nv12, const ImageView& rgb) noexcept {
  if (!fits_together(nv12, rgb)) return Status::BadShape;
  for (int y = 0; y < rgb.height_px; ++y) {
    for (int x = 0; x < rgb.width_px; ++x) {
      const int luma = nv12.y[y * nv12.y_pitch_bytes + x];
      const std::uint8_t* chroma = nv12.cbcr + (y / 2) * nv12.cbcr_pitch_bytes + (x / 2) * 2;
      yuv_to_rgb(luma, chroma[0], chroma[1], rgb.row(y) + x * 3);
    }
  }
  return Status::Ok;
}

}  // namespace framewright::kernels::reference
