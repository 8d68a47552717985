#include "kernels/device_batch.hpp"

#include <algorithm>

namespace framewright::kernels {
namespace {

// Whether two steps are the same filter of single pixels, which does not care where the pixel lies.

template <typename First, typename Second>
bool is_same_of_pixels(const First&, const Second&) {
  return false;
}
bool is_same_of_pixels(const DeviceGrayscale& first, const DeviceGrayscale& second) {
  return first.algorithm == second.algorithm;
}
bool is_same_of_pixels(const DevicePointTable& first, const DevicePointTable& second) {
  return first.table == second.table;
}
bool is_same_of_pixels(const DeviceColourMatrix& first, const DeviceColourMatrix& second) {
  return first.matrix.weights == second.matrix.weights && first.matrix.shift == second.matrix.shift;
}
bool is_same_of_pixels(const DeviceConversion& first, const DeviceConversion& second) {
  return first.conversion == second.conversion;
}

}  // namespace

std::size_t device_room(const DeviceSteps& steps, const DeviceShape& in) {
  DeviceShape shape = in;
  std::size_t most = shape.bytes();
  for (const DeviceStep& step : steps) {
    shape = output_shape(step, shape);
    most = std::max(most, shape.bytes());
  }
  return device_bytes(most);
}

std::size_t device_staging_of_all(const DeviceSteps& steps, const DeviceShape& in) {
  DeviceShape shape = in;
  std::size_t all = 0;
  for (const DeviceStep& step : steps) {
    all += device_staging_bytes(step, shape);
    shape = output_shape(step, shape);
  }
  return all;
}

bool run_as_one(const DeviceSteps& first, const DeviceSteps& second) {
  const auto is_same = [](const DeviceStep& a, const DeviceStep& b) {
    return std::visit([](const auto& x, const auto& y) { return is_same_of_pixels(x, y); }, a, b);
  };
  return std::equal(first.begin(), first.end(), second.begin(), second.end(), is_same);
}

}  // namespace framewright::kernels
