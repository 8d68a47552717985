// The walk that references of colour filters share: every colour value in turn, alpha copied.
#pragma once

#include <cstdint>

#include "kernels/image_view.hpp"
#include "kernels/shape.hpp"

namespace framewright::kernels::reference {

inline int value_at(const ConstImageView& view, int x, int y, int channel) {
  return view.row(y)[x * view.channels + channel];
}

/// Sets every colour value of `out` to `value_of(x, y, channel)`.
template <typename Function>
void for_each_colour_value(const ConstImageView& in, const ImageView& out, Function value_of) {
  const int colours = colour_channels(in.channels);
  for (int y = 0; y < in.height_px; ++y) {
    for (int x = 0; x < in.width_px; ++x) {
      for (int channel = 0; channel < in.channels; ++channel) {
        const int value = channel < colours ? value_of(x, y, channel) : value_at(in, x, y, channel);
        out.row(y)[x * in.channels + channel] = static_cast<std::uint8_t>(value);
      }
    }
  }
}

}  // namespace framewright::kernels::reference
