// The arithmetic of colour spaces for one pixel, read by the C++ compiler and by nvcc.
#pragma once

#include "kernels/colour_matrix.hpp"
#include "kernels/pixel_math.hpp"

namespace framewright::kernels {

/// One pixel under a ColourMatrix; alpha and gray are copied. `from` and `to` may be the same.
FW_HOST_DEVICE inline void mix_pixel(const ColourMatrix& matrix, int channels, const std::uint8_t* from,
                                     std::uint8_t* to) {
  if (channels == 1) {
    to[0] = from[0];
    return;
  }
  const int rgb[3] = {from[0], from[1], from[2]};
  for (unsigned i = 0; i < 3; ++i) {
    const auto& w = matrix.weights[i];
    const int sum = w[0] * rgb[0] + w[1] * rgb[1] + w[2] * rgb[2] + w[3] * 128;
    to[i] = static_cast<std::uint8_t>(clamp_to_byte(sum >> matrix.shift));
  }
  if (channels == 4) to[3] = from[3];
}

}  // namespace framewright::kernels
