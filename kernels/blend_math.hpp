// What blend takes and its arithmetic, the same for each way to run it.
#pragma once

#include <cstdint>

#include "kernels/blend.hpp"
#include "kernels/pixel_math.hpp"
#include "kernels/shape.hpp"

namespace framewright::kernels {

inline constexpr int kMixBits = 15;

FW_HOST_DEVICE inline std::uint8_t mixed_values(int first, int second, int weight) {
  const int sum = first * ((1 << kMixBits) - weight) + second * weight;
  return static_cast<std::uint8_t>((sum + (1 << (kMixBits - 1))) >> kMixBits);
}

inline Status check_blend(const ConstImageView& first, const ConstImageView& second, BlendWeight weight,
                          const ImageView& out) noexcept {
  const auto fits = [&](const ConstImageView& view) {
    return is_well_formed(view) && same_size(view, out) && is_blendable(view.channels, out.channels);
  };
  const bool makes_out =
      out.channels == (first.channels > second.channels ? first.channels : second.channels);
  if (!is_well_formed(out) || !fits(first) || !fits(second) || !makes_out) return Status::BadShape;
  return weight.second > 1 << kMixBits ? Status::BadParameter : Status::Ok;
}

}  // namespace framewright::kernels
