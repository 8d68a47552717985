#include <algorithm>
#include <cstdlib>
#include <vector>

#include "kernels/reference.hpp"
#include "kernels/reference_pixels.hpp"
#include "kernels/shape.hpp"

namespace framewright::kernels::reference {
namespace {

/// Calls visit(value) for every pixel under the element that lies in the picture.
template <typename Function>
void for_each_under(const ConstImageView& in, const StructuringElement& element, int x, int y, int channel,
                    Function visit) {
  for (int dy = -element.radius_px; dy <= element.radius_px; ++dy) {
    const int half_width = element.half_width_px[static_cast<unsigned>(std::abs(dy))];
    if (y + dy < 0 || y + dy >= in.height_px) continue;
    for (int dx = -half_width; dx <= half_width; ++dx) {
      if (x + dx >= 0 && x + dx < in.width_px) visit(value_at(in, x + dx, y + dy, channel));
    }
  }
}

void erode(const ConstImageView& in, const StructuringElement& element, const ImageView& out) {
  for_each_colour_value(in, out, [&](int x, int y, int channel) {
    int darkest = 255;
    for_each_under(in, element, x, y, channel, [&](int value) { darkest = std::min(darkest, value); });
    return darkest;
  });
}

void dilate(const ConstImageView& in, const StructuringElement& element, const ImageView& out) {
  for_each_colour_value(in, out, [&](int x, int y, int channel) {
    int lightest = 0;
    for_each_under(in, element, x, y, channel, [&](int value) { lightest = std::max(lightest, value); });
    return lightest;
  });
}

/// A picture of the shape of another.
class SamePicture {
 public:
  explicit SamePicture(const ConstImageView& shape)
      : shape_(shape),
        bytes_(static_cast<std::size_t>(shape.width_px) * static_cast<std::size_t>(shape.height_px) *
               static_cast<std::size_t>(shape.channels)) {}

  ImageView view() {
    return {bytes_.data(), shape_.width_px, shape_.height_px, shape_.channels,
            static_cast<std::ptrdiff_t>(shape_.width_px) * shape_.channels};
  }

 private:
  // Given.
  const ConstImageView shape_;
  // Owned.
  std::vector<std::uint8_t> bytes_;
};

void subtract(const ConstImageView& from, const ConstImageView& what, const ImageView& out) {
  for_each_colour_value(from, out, [&](int x, int y, int channel) {
    return value_at(from, x, y, channel) - value_at(what, x, y, channel);
  });
}

}  // namespace

Status morphology(const ConstImageView& in, Morphology operation, const StructuringElement& element,
                  const ImageView& out) noexcept {
  if (!same_shape(in, out)) return Status::BadShape;
  SamePicture eroded(in);
  SamePicture dilated(in);
  SamePicture opened(in);
  SamePicture closed(in);
  erode(in, element, eroded.view());
  dilate(in, element, dilated.view());
  dilate(eroded.view(), element, opened.view());
  erode(dilated.view(), element, closed.view());
  switch (operation) {
    case Morphology::Erode: erode(in, element, out); break;
    case Morphology::Dilate: dilate(in, element, out); break;
    case Morphology::Open: dilate(eroded.view(), element, out); break;
    case Morphology::Close: erode(dilated.view(), element, out); break;
    case Morphology::Gradient: subtract(dilated.view(), eroded.view(), out); break;
    case Morphology::TopHat: subtract(in, opened.view(), out); break;
    case Morphology::BlackHat: subtract(closed.view(), in, out); break;
  }
  return Status::Ok;
}

}  // namespace framewright::kernels::reference
