#include "engine/filters/rows.hpp"
#include "engine/filters/table_step.hpp"
#include "kernels/apply_table.hpp"

namespace framewright::engine::filters {
namespace {

std::shared_ptr<const FilterStep> step_of(const std::optional<kernels::PointTable>& table) {
  FW_CHECK(table.has_value());  // the descriptor's ranges lie within the kernel's
  return std::make_shared<TableStep>(*table);
}

std::shared_ptr<const FilterStep> make_invert(const Parameters&) {
  return step_of(kernels::make_invert_table());
}

std::shared_ptr<const FilterStep> make_brightness_contrast(const Parameters& parameters) {
  return step_of(kernels::make_brightness_contrast_table(parameter<double>(parameters, "brightness"),
                                                         parameter<double>(parameters, "contrast")));
}

std::shared_ptr<const FilterStep> make_gamma(const Parameters& parameters) {
  return step_of(kernels::make_gamma_table(parameter<double>(parameters, "gamma")));
}

}  // namespace

kernels::Status TableStep::run(const kernels::ConstImageView& in, const kernels::ImageView& out,
                               kernels::Scratch) const noexcept {
  return kernels::apply_table(in, table_, out);
}

FilterDescriptor invert() {
  return {.id = "invert",
          .name = "Invert",
          .description = "The photographic negative: 255 minus each colour value.",
          .accelerators = {Accelerator::Cpu, Accelerator::Cuda},
          .make = make_invert};
}

FilterDescriptor brightness_contrast() {
  return {
      .id = "brightness_contrast",
      .name = "Brightness and contrast",
      .description = "Stretches colour values around the middle and moves them up or down.",
      .parameters = {{.id = "brightness",
                      .name = "Brightness",
                      .description = "Added to each colour value, in parts of full scale; 0 changes nothing.",
                      .type = ParameterType::Float,
                      .default_value = 0.0,
                      .min_value = -1,
                      .max_value = 1,
                      .step = 0.01},
                     {.id = "contrast",
                      .name = "Contrast",
                      .description = "Factor on the distance from the middle; 1 changes nothing.",
                      .type = ParameterType::Float,
                      .default_value = 1.0,
                      .min_value = 0,
                      .max_value = 4,
                      .step = 0.01}},
      .accelerators = {Accelerator::Cpu, Accelerator::Cuda},
      .make = make_brightness_contrast};
}

FilterDescriptor gamma() {
  return {.id = "gamma",
          .name = "Gamma",
          .description = "Raises each colour value to the power of 1/gamma: above 1 brightens the middle.",
          .parameters = {{.id = "gamma",
                          .name = "Gamma",
                          .description = "Above 1 brightens, below 1 darkens; 1 changes nothing.",
                          .type = ParameterType::Float,
                          .default_value = 1.0,
                          .min_value = 0.1,
                          .max_value = 10,
                          .step = 0.01}},
          .accelerators = {Accelerator::Cpu, Accelerator::Cuda},
          .make = make_gamma};
}

}  // namespace framewright::engine::filters
