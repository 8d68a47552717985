#include <algorithm>

#include "engine/filter.hpp"
#include "engine/filters/rows.hpp"

namespace framewright::engine {

namespace {

std::vector<FilterDescriptor> all_rows() {
  std::vector<FilterDescriptor> rows = {
      filters::grayscale(),      filters::gaussian_blur(),
      filters::box_blur(),       filters::median_blur(),
      filters::bilateral(),      filters::oil_painting(),
      filters::resize(),         filters::crop(),
      filters::flip(),           filters::rotate(),
      filters::letterbox(),      filters::pixelate(),
      filters::invert(),         filters::brightness_contrast(),
      filters::gamma(),          filters::levels(),
      filters::posterize(),      filters::sepia(),
      filters::hue_saturation(), filters::white_balance(),
      filters::vignette(),       filters::rgb_to_hsv(),
      filters::hsv_to_rgb(),     filters::rgb_to_lab(),
      filters::lab_to_rgb(),     filters::rgb_to_ycbcr(),
      filters::ycbcr_to_rgb(),   filters::histogram_equalization(),
      filters::clahe(),          filters::threshold(),
      filters::sobel(),          filters::scharr(),
      filters::canny(),          filters::laplacian_of_gaussian(),
      filters::sharpen(),        filters::unsharp_mask(),
      filters::high_pass(),      filters::erode(),
      filters::dilate(),         filters::open(),
      filters::close(),          filters::morphological_gradient(),
      filters::top_hat(),        filters::black_hat(),
  };
  bool all_on_device = true;
  for (auto& row : rows) {
    const bool on_device = row.make(defaults_of(row))->has_device_steps();
    if (on_device) row.accelerators.push_back(Accelerator::Cuda);
    all_on_device = all_on_device && on_device;
  }
  rows.push_back(filters::blend(rows));
  if (all_on_device) rows.back().accelerators.push_back(Accelerator::Cuda);
  return rows;
}

}  // namespace

const std::vector<FilterDescriptor>& builtin_filters() {
  static const std::vector<FilterDescriptor> rows = all_rows();
  return rows;
}

kernels::DeviceSteps FilterStep::device_steps(const Geometry&) const {
  check_failed("a step that no device runs was asked for its kernels", __FILE__, __LINE__);
}

Parameters defaults_of(const FilterDescriptor& filter) {
  Parameters parameters;
  for (const auto& parameter : filter.parameters)
    parameters.emplace_back(parameter.id, parameter.default_value);
  return parameters;
}

const FilterDescriptor* find_filter(std::string_view id) noexcept {
  for (const auto& row : builtin_filters()) {
    if (row.id == id || std::ranges::find(row.aliases, id) != row.aliases.end()) return &row;
  }
  return nullptr;
}

}  // namespace framewright::engine
