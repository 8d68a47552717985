#include <cmath>
#include <cstddef>

#include "kernels/sepia.hpp"

namespace framewright::kernels {
namespace {

constexpr double kFullSepia[3][3] = {
    {0.393, 0.769, 0.189},
    {0.349, 0.686, 0.168},
    {0.272, 0.534, 0.131},
};

}  // namespace

std::optional<SepiaMatrix> make_sepia_matrix(double intensity) noexcept {
  if (!(intensity >= 0.0 && intensity <= 1.0)) return std::nullopt;
  SepiaMatrix matrix{};
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 3; ++j) {
      const double identity = i == j ? 1.0 : 0.0;
      const double weight = (1.0 - intensity) * identity + intensity * kFullSepia[i][j];
      matrix.weights[i][j] = static_cast<std::int16_t>(std::lround(weight * 16384));
    }
  }
  return matrix;
}

}  // namespace framewright::kernels
