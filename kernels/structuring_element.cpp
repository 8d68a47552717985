#include <cmath>

#include "kernels/morphology.hpp"

namespace framewright::kernels {
namespace {

int half_width_px(ElementShape shape, int radius_px, int distance_px) {
  switch (shape) {
    case ElementShape::Rectangle: return radius_px;
    case ElementShape::Ellipse:
      return static_cast<int>(std::lround(std::sqrt(radius_px * radius_px - distance_px * distance_px)));
    case ElementShape::Cross: return distance_px == 0 ? radius_px : 0;
  }
  return 0;
}

}  // namespace

std::optional<StructuringElement> make_structuring_element(ElementShape shape, int size_px) noexcept {
  if (size_px < 3 || size_px > kMorphologyMaxSize || size_px % 2 == 0) return std::nullopt;
  StructuringElement element;
  element.radius_px = size_px / 2;
  for (int distance_px = 0; distance_px <= element.radius_px; ++distance_px) {
    element.half_width_px[static_cast<unsigned>(distance_px)] =
        static_cast<std::uint8_t>(half_width_px(shape, element.radius_px, distance_px));
  }
  return element;
}

}  // namespace framewright::kernels
