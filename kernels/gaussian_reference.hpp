// The blurred picture before it is rounded, which references of several filters start from.
#pragma once

#include <vector>

#include "kernels/gaussian_blur.hpp"
#include "kernels/image_view.hpp"
#include "kernels/reference_pixels.hpp"

namespace framewright::kernels::reference {

/// One channel, row after row, with kPassBits fractional bits.
std::vector<int> blurred_channel(const ConstImageView& in, const GaussianKernel& kernel, Border border,
                                 int channel);

/// Sets every colour value to value_of(old, blurred); alpha is copied.
template <typename Function>
void set_from_blurred(const ConstImageView& in, const GaussianKernel& kernel, Border border,
                      const ImageView& out, Function value_of) {
  std::vector<std::vector<int>> blurred;
  for (int channel = 0; channel < colour_channels(in.channels); ++channel) {
    blurred.push_back(blurred_channel(in, kernel, border, channel));
  }
  for_each_colour_value(in, out, [&](int x, int y, int channel) {
    const int sum = blurred[static_cast<std::size_t>(channel)][static_cast<std::size_t>(y * in.width_px + x)];
    return value_of(value_at(in, x, y, channel), sum);
  });
}

}  // namespace framewright::kernels::reference
