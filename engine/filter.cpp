#include "engine/filter.hpp"

#include <algorithm>

namespace framewright::engine {

Rows FilterStep::rows_needed(Rows made, int input_px, int /*output_px*/) const noexcept {
  const int reach = reach_rows().value_or(input_px);
  return {std::max(0, made.first - reach), std::min(input_px, made.end + reach)};
}

}  // namespace framewright::engine
