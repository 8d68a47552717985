#include <cmath>
#include <cstddef>

#include "kernels/laplacian_of_gaussian.hpp"

namespace framewright::kernels {

std::optional<LogKernel> make_log_kernel(double sigma) noexcept {
  if (!(sigma >= 0.5 && sigma <= 5.0)) return std::nullopt;
  const int radius = static_cast<int>(std::ceil(3 * sigma));
  const auto smooth = make_gaussian_kernel(2 * radius + 1, sigma);
  if (!smooth) return std::nullopt;
  LogKernel kernel{*smooth};
  const auto height = [&](int x) { return std::exp(-0.5 * x * x / (sigma * sigma)); };
  double sum = height(0);
  for (int x = 1; x <= radius; ++x) sum += 2 * height(x);
  for (int x = 1; x <= radius; ++x) {
    const double curve = (x * x / (sigma * sigma) - 1) * height(x) / sum;
    kernel.curve[static_cast<std::size_t>(x - 1)] = static_cast<std::int16_t>(std::lround(curve * 32768));
  }
  return kernel;
}

}  // namespace framewright::kernels
