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

int value(const Parameters& parameters, std::string_view id) {
  return static_cast<int>(parameter<std::int64_t>(parameters, id));
}

std::shared_ptr<const FilterStep> make_levels(const Parameters& parameters) {
  return step_of(kernels::make_levels_table({.input_black = value(parameters, "input_black"),
                                             .input_white = value(parameters, "input_white"),
                                             .gamma = parameter<double>(parameters, "gamma"),
                                             .output_black = value(parameters, "output_black"),
                                             .output_white = value(parameters, "output_white")}));
}

std::shared_ptr<const FilterStep> make_posterize(const Parameters& parameters) {
  return step_of(kernels::make_posterize_table(value(parameters, "levels")));
}

ParameterDescriptor level(const char* id, const char* name, const char* description, std::int64_t standard) {
  return {.id = id,
          .name = name,
          .description = description,
          .type = ParameterType::Integer,
          .default_value = standard,
          .min_value = 0,
          .max_value = 255,
          .step = 1};
}

}  // namespace

kernels::Status TableStep::run(const kernels::ConstImageView& in, const kernels::ImageView& out,
                               kernels::Scratch) const noexcept {
  return ramp_ ? kernels::apply_ramp(in, *ramp_, out) : kernels::apply_table(in, table_, out);
}

FilterDescriptor invert() {
  return {.id = "invert",
          .name = "Invert",
          .description = "The photographic negative: 255 minus each colour value.",
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
          .make = make_gamma};
}

FilterDescriptor levels() {
  return {.id = "levels",
          .name = "Levels",
          .description = "Stretches a range of values to another, bent by gamma in between.",
          .parameters = {level("input_black", "Input black", "This value and those below become black.", 0),
                         level("input_white", "Input white", "This value and those above become white.", 255),
                         {.id = "gamma",
                          .name = "Gamma",
                          .description = "Above 1 brightens the middle, below 1 darkens it.",
                          .type = ParameterType::Float,
                          .default_value = 1.0,
                          .min_value = 0.1,
                          .max_value = 10,
                          .step = 0.01},
                         level("output_black", "Output black", "What black becomes.", 0),
                         level("output_white", "Output white", "What white becomes.", 255)},
          .make = make_levels};
}

FilterDescriptor posterize() {
  return {.id = "posterize",
          .name = "Posterize",
          .description = "Leaves each colour only a few values.",
          .parameters = {{.id = "levels",
                          .name = "Levels",
                          .description = "Values of each colour, evenly spaced; 256 changes nothing.",
                          .type = ParameterType::Integer,
                          .default_value = std::int64_t{4},
                          .min_value = 2,
                          .max_value = 256,
                          .step = 1}},
          .make = make_posterize};
}

}  // namespace framewright::engine::filters
