#include "kernels/edge_math.hpp"
#include "kernels/gaussian_reference.hpp"
#include "kernels/pixel_math.hpp"
#include "kernels/reference.hpp"
#include "kernels/reference_pixels.hpp"
#include "kernels/shape.hpp"

namespace framewright::kernels::reference {
namespace {

/// The 3x3 neighbourhood of one pixel, border Reflect.
struct Neighbourhood {
  const ConstImageView& in;
  int x;
  int y;
  int channel;

  int at(int dx, int dy) const {
    return value_at(in, border_index(x + dx, in.width_px, Border::Reflect),
                    border_index(y + dy, in.height_px, Border::Reflect), channel);
  }
};

}  // namespace

Status sobel(const ConstImageView& in, const ImageView& out) noexcept {
  if (!same_shape(in, out)) return Status::BadShape;
  for_each_colour_value(in, out, [&](int x, int y, int channel) {
    const Neighbourhood n{in, x, y, channel};
    const Slope slope = slope_of<kSobelSide, kSobelMiddle>([&](int dx, int dy) { return n.at(dx, dy); });
    return rounded_magnitude(slope.x, slope.y);
  });
  return Status::Ok;
}

Status scharr(const ConstImageView& in, const ImageView& out) noexcept {
  if (!same_shape(in, out)) return Status::BadShape;
  for_each_colour_value(in, out, [&](int x, int y, int channel) {
    const Neighbourhood n{in, x, y, channel};
    const Slope slope = slope_of<kScharrSide, kScharrMiddle>([&](int dx, int dy) { return n.at(dx, dy); });
    return scharr_magnitude(slope.x, slope.y);
  });
  return Status::Ok;
}

Status sharpen(const ConstImageView& in, SharpenWeight strength, const ImageView& out) noexcept {
  if (!same_shape(in, out)) return Status::BadShape;
  for_each_colour_value(in, out, [&](int x, int y, int channel) {
    const Neighbourhood n{in, x, y, channel};
    const int centre = n.at(0, 0);
    const int difference = 4 * centre - n.at(0, -1) - n.at(0, 1) - n.at(-1, 0) - n.at(1, 0);
    return sharpened(centre, difference, strength.weight);
  });
  return Status::Ok;
}

Status unsharp_mask(const ConstImageView& in, const GaussianKernel& kernel, UnsharpWeights weights,
                    const ImageView& out) noexcept {
  if (!same_shape(in, out)) return Status::BadShape;
  set_from_blurred(in, kernel, Border::Reflect, out, [&](int value, int blurred) {
    return unsharp_masked(value, blurred, weights.amount, weights.threshold);
  });
  return Status::Ok;
}

Status high_pass(const ConstImageView& in, const GaussianKernel& kernel, const ImageView& out) noexcept {
  if (!same_shape(in, out)) return Status::BadShape;
  set_from_blurred(in, kernel, Border::Reflect, out, high_passed);
  return Status::Ok;
}

}  // namespace framewright::kernels::reference
