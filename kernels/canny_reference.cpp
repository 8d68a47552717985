#include <vector>

#include "kernels/edge_math.hpp"
#include "kernels/reference.hpp"
#include "kernels/reference_pixels.hpp"
#include "kernels/shape.hpp"

namespace framewright::kernels::reference {
namespace {

Slope slope_at(const ConstImageView& in, int x, int y) {
  return slope_of<kSobelSide, kSobelMiddle>([&](int dx, int dy) {
    return value_at(in, border_index(x + dx, in.width_px, Border::Reflect),
                    border_index(y + dy, in.height_px, Border::Reflect), 0);
  });
}

/// Squared in L2.
int strength_at(const ConstImageView& in, GradientNorm norm, int x, int y) {
  if (x < 0 || y < 0 || x >= in.width_px || y >= in.height_px) return 0;
  const Slope slope = slope_at(in, x, y);
  return canny_strength(slope, norm);
}

std::uint8_t level_at(const ConstImageView& in, const CannyThresholds& thresholds, int x, int y) {
  const auto at = [&](int dx, int dy) { return strength_at(in, thresholds.norm, x + dx, y + dy); };
  const Slope slope = slope_at(in, x, y);
  return canny_level(slope, thresholds, at);
}

struct Pixel {
  int x;
  int y;
};

/// Weak pixels around these become strong, and so on.
void follow(const ImageView& levels, std::vector<Pixel> strong) {
  while (!strong.empty()) {
    const Pixel pixel = strong.back();
    strong.pop_back();
    for (int y = pixel.y - 1; y <= pixel.y + 1; ++y) {
      for (int x = pixel.x - 1; x <= pixel.x + 1; ++x) {
        if (x < 0 || y < 0 || x >= levels.width_px || y >= levels.height_px) continue;
        if (levels.row(y)[x] != kWeakEdge) continue;
        levels.row(y)[x] = kStrongEdge;
        strong.push_back({x, y});
      }
    }
  }
}

}  // namespace

Status canny(const ConstImageView& in, const CannyThresholds& thresholds, const ImageView& out) noexcept {
  if (!same_shape(in, out) || in.channels != 1) return Status::BadShape;
  std::vector<Pixel> strong;
  for (int y = 0; y < in.height_px; ++y) {
    for (int x = 0; x < in.width_px; ++x) {
      out.row(y)[x] = level_at(in, thresholds, x, y);
      if (out.row(y)[x] == kStrongEdge) strong.push_back({x, y});
    }
  }
  follow(out, std::move(strong));
  for_each_colour_value(out, out,
                        [&](int x, int y, int) { return value_at(out, x, y, 0) == kStrongEdge ? 255 : 0; });
  return Status::Ok;
}

}  // namespace framewright::kernels::reference
