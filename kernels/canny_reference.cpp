#include <cstdlib>
#include <vector>

#include "kernels/edge_math.hpp"
#include "kernels/reference.hpp"
#include "kernels/reference_pixels.hpp"
#include "kernels/shape.hpp"

namespace framewright::kernels::reference {
namespace {

struct Gradient {
  int x;
  int y;
};

Gradient gradient_at(const ConstImageView& in, int x, int y) {
  const auto at = [&](int dx, int dy) {
    return value_at(in, border_index(x + dx, in.width_px, Border::Reflect),
                    border_index(y + dy, in.height_px, Border::Reflect), 0);
  };
  return {at(-1, -1) + 2 * at(-1, 0) + at(-1, 1) - at(1, -1) - 2 * at(1, 0) - at(1, 1),
          at(-1, -1) + 2 * at(0, -1) + at(1, -1) - at(-1, 1) - 2 * at(0, 1) - at(1, 1)};
}

/// Squared in L2.
int strength_at(const ConstImageView& in, GradientNorm norm, int x, int y) {
  if (x < 0 || y < 0 || x >= in.width_px || y >= in.height_px) return 0;
  const Gradient g = gradient_at(in, x, y);
  return norm == GradientNorm::L1 ? std::abs(g.x) + std::abs(g.y) : g.x * g.x + g.y * g.y;
}

std::uint8_t level_at(const ConstImageView& in, const CannyThresholds& thresholds, int x, int y) {
  const auto at = [&](int dx, int dy) { return strength_at(in, thresholds.norm, x + dx, y + dy); };
  const auto exceeds = [&](int threshold) {
    return at(0, 0) > (thresholds.norm == GradientNorm::L1 ? threshold : threshold * threshold);
  };
  const Gradient g = gradient_at(in, x, y);
  if (!exceeds(thresholds.low) || !is_canny_ridge(g.x, g.y, at)) return kNoEdge;
  return exceeds(thresholds.high) ? kStrongEdge : kWeakEdge;
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
