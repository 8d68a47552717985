#include <cmath>
#include <cstddef>

#include "kernels/gaussian_blur.hpp"

namespace framewright::kernels {

std::optional<GaussianKernel> make_gaussian_kernel(int size, double sigma) noexcept {
  const bool is_size = size >= kGaussianMinSize && size <= kGaussianMaxSize && size % 2 == 1;
  if (!is_size || !(sigma >= 0.1 && sigma <= 20.0)) return std::nullopt;
  GaussianKernel kernel;
  kernel.radius = size / 2;
  const auto height = [&](int x) { return std::exp(-0.5 * x * x / (sigma * sigma)); };
  double sum = height(0);
  for (int x = 1; x <= kernel.radius; ++x) sum += 2 * height(x);
  int around = 0;
  for (int x = 1; x <= kernel.radius; ++x) {
    const int weight = static_cast<int>(std::lround(height(x) / sum * 32768));
    kernel.side[static_cast<std::size_t>(x - 1)] = static_cast<std::int16_t>(weight);
    around += 2 * weight;
  }
  kernel.around = static_cast<std::int16_t>(around);
  return kernel;
}

}  // namespace framewright::kernels
