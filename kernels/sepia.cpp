#include "kernels/sepia.hpp"

#include <cstddef>

#include "kernels/colour_matrix.hpp"

namespace framewright::kernels {

Status sepia(const ConstImageView& in, const SepiaMatrix& matrix, const ImageView& out) noexcept {
  ColourMatrix mix{{}, 14};
  for (std::size_t i = 0; i < 3; ++i) {
    const auto& w = matrix.weights[i];
    constexpr std::int16_t kHalf = (1 << 13) / 128;
    mix.weights[i] = {w[0], w[1], w[2], kHalf};
  }
  return apply_colour_matrix(in, mix, out);
}

}  // namespace framewright::kernels
