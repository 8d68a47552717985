#include "kernels/white_balance_math.hpp"

namespace framewright::kernels {

std::optional<ColourMatrix> make_colour_matrix(const ColourRows& rows) noexcept {
  double numbers[3][4];
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 4; ++j) numbers[i][j] = rows[i][j];
  }
  ColourMatrix matrix{};
  if (!fit_colour_matrix(numbers, matrix)) return std::nullopt;
  return matrix;
}

}  // namespace framewright::kernels
