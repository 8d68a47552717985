#include <algorithm>
#include <cmath>

#include "kernels/vignette.hpp"

namespace framewright::kernels {

std::optional<Vignette> make_vignette(double strength, double radius) noexcept {
  if (!(strength >= 0 && strength <= 1) || !(radius >= 0 && radius <= 1)) return std::nullopt;
  // A radius of 1 leaves one step to the corners, which no pixel reaches.
  const int start = static_cast<int>(std::min(std::lround(radius * radius * 32768), 32767L));
  Vignette vignette{};
  vignette.strength = static_cast<std::uint16_t>(std::min(std::lround(strength * 65536), 65535L));
  vignette.start = static_cast<std::uint16_t>(start);
  int widest = 32768 - start;
  while (widest <= 32767) {
    widest *= 2;
    ++vignette.shift;
  }
  // The widest distance becomes 32767.
  vignette.gain = static_cast<std::uint16_t>(std::min(32767 * 65536L / widest, 65535L));
  return vignette;
}

}  // namespace framewright::kernels
