// Strengths of filters as whole numbers.
#include <cmath>

#include "kernels/blend_math.hpp"
#include "kernels/sharpen.hpp"
#include "kernels/unsharp_mask.hpp"

namespace framewright::kernels {

std::optional<BlendWeight> make_blend_weight(double weight) noexcept {
  if (!(weight >= 0 && weight <= 1)) return std::nullopt;
  return BlendWeight{static_cast<std::uint16_t>(std::lround(std::ldexp(weight, kMixBits)))};
}

std::optional<SharpenWeight> make_sharpen_weight(double strength) noexcept {
  if (!(strength >= 0.0 && strength <= 5.0)) return std::nullopt;
  return SharpenWeight{static_cast<std::int16_t>(std::lround(strength * 4096))};
}

std::optional<UnsharpWeights> make_unsharp_weights(double amount, int threshold) noexcept {
  if (!(amount >= 0.0 && amount <= 5.0) || threshold < 0 || threshold > 255) return std::nullopt;
  return UnsharpWeights{static_cast<std::int16_t>(std::lround(amount * 512)),
                        static_cast<std::int16_t>(threshold << kPassBits)};
}

}  // namespace framewright::kernels
