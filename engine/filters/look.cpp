#include <cmath>

#include "engine/filters/matrix_step.hpp"
#include "engine/filters/rows.hpp"
#include "kernels/apply_table.hpp"
#include "kernels/colour_rows.hpp"
#include "kernels/vignette.hpp"
#include "kernels/white_balance.hpp"

namespace framewright::engine::filters {
namespace {

/// Gray has neither hue nor saturation; its lightness is a straight line from one output to the other.
class HueSaturationStep final : public SameShapeStep {
 public:
  HueSaturationStep(const kernels::ColourMatrix& colours, const kernels::PointTable& grays) noexcept
      : colours_(colours), grays_(grays) {}

  bool in_place() const noexcept override { return true; }
  std::optional<int> reach_rows() const noexcept override { return 0; }
  kernels::Status run(const kernels::ConstImageView& in, const kernels::ImageView& out,
                      kernels::Scratch) const noexcept override {
    return in.channels == 1 ? kernels::apply_table(in, grays_, out)
                            : kernels::apply_colour_matrix(in, colours_, out);
  }

  bool has_device_steps() const noexcept override { return true; }
  kernels::DeviceSteps device_steps(const Geometry& input) const override {
    if (input.channels == 1) return {kernels::DevicePointTable{grays_}};
    return {kernels::DeviceColourMatrix{colours_}};
  }

 private:
  // Given.
  const kernels::ColourMatrix colours_;
  const kernels::PointTable grays_;
};

std::shared_ptr<const FilterStep> make_hue_saturation(const Parameters& parameters) {
  const kernels::HueSaturation change{.hue_degrees = parameter<double>(parameters, "hue"),
                                      .saturation = parameter<double>(parameters, "saturation"),
                                      .lightness = parameter<double>(parameters, "lightness")};
  const auto matrix = kernels::make_colour_matrix(kernels::hue_saturation_rows(change));
  // (v - 127.5) * contrast + 127.5 + 255 * brightness with white, or black, kept where it is.
  const double kept = 1 - std::abs(change.lightness);
  const auto grays = kernels::make_brightness_contrast_table(change.lightness / 2, kept);
  FW_CHECK(matrix.has_value() && grays.has_value());
  return std::make_shared<HueSaturationStep>(*matrix, *grays);
}

class WhiteBalanceStep final : public SameShapeStep {
 public:
  explicit WhiteBalanceStep(kernels::WhiteReference reference) noexcept : reference_(reference) {}

  bool in_place() const noexcept override { return true; }
  kernels::Status run(const kernels::ConstImageView& in, const kernels::ImageView& out,
                      kernels::Scratch) const noexcept override {
    return kernels::balance_white(in, reference_, out);
  }

  bool has_device_steps() const noexcept override { return true; }
  kernels::DeviceSteps device_steps(const Geometry&) const override {
    return {kernels::DeviceWhiteBalance{reference_}};
  }

 private:
  // Given.
  const kernels::WhiteReference reference_;
};

std::shared_ptr<const FilterStep> make_white_balance(const Parameters& parameters) {
  const auto& method = parameter<std::string>(parameters, "method");
  if (method == "temperature") {
    return matrix_step(kernels::temperature_rows(parameter<double>(parameters, "temperature")));
  }
  return std::make_shared<WhiteBalanceStep>(method == "white_patch" ? kernels::WhiteReference::WhitePatch
                                                                    : kernels::WhiteReference::GrayWorld);
}

class VignetteStep final : public RowsStep {
 public:
  explicit VignetteStep(const kernels::Vignette& vignette) noexcept : vignette_(vignette) {}

  bool in_place() const noexcept override { return true; }
  std::size_t scratch_bytes(const Geometry& input) const noexcept override {
    return kernels::vignette_scratch_bytes(input.width_px, input.channels);
  }
  std::optional<int> reach_rows() const noexcept override { return 0; }
  kernels::Status run_rows(const kernels::ConstImageView& in, const kernels::OutputRows& out,
                           kernels::Scratch scratch) const noexcept override {
    return kernels::vignette(in, vignette_, out, scratch);
  }

  bool has_device_steps() const noexcept override { return true; }
  kernels::DeviceSteps device_steps(const Geometry&) const override {
    return {kernels::DeviceVignette{vignette_}};
  }

 private:
  // Given.
  const kernels::Vignette vignette_;
};

std::shared_ptr<const FilterStep> make_vignette(const Parameters& parameters) {
  const auto vignette = kernels::make_vignette(parameter<double>(parameters, "strength"),
                                               parameter<double>(parameters, "radius"));
  FW_CHECK(vignette.has_value());
  return std::make_shared<VignetteStep>(*vignette);
}

}  // namespace

FilterDescriptor vignette() {
  return {.id = "vignette",
          .name = "Vignette",
          .description = "Darkens towards the corners, as a lens does.",
          .parameters = {{.id = "strength",
                          .name = "Strength",
                          .description = "0 changes nothing, 1 makes the corners black.",
                          .type = ParameterType::Float,
                          .default_value = 0.5,
                          .min_value = 0,
                          .max_value = 1,
                          .step = 0.01},
                         {.id = "radius",
                          .name = "Radius",
                          .description = "Where darkening begins, as a part of the way to the corners.",
                          .type = ParameterType::Float,
                          .default_value = 0.3,
                          .min_value = 0,
                          .max_value = 1,
                          .step = 0.01}},
          .make = make_vignette};
}

FilterDescriptor hue_saturation() {
  return {
      .id = "hue_saturation",
      .name = "Hue and saturation",
      .description = "Turns hues, then changes how strong and how light colours are; grays stay grays.",
      .parameters = {{.id = "hue",
                      .name = "Hue",
                      .description = "Angle by which every hue is turned; 0 changes nothing.",
                      .type = ParameterType::Float,
                      .default_value = 0.0,
                      .min_value = -180,
                      .max_value = 180,
                      .step = 1,
                      .unit = "deg"},
                     {.id = "saturation",
                      .name = "Saturation",
                      .description = "Factor on the strength of colours: 0 leaves grays, 1 changes nothing.",
                      .type = ParameterType::Float,
                      .default_value = 1.0,
                      .min_value = 0,
                      .max_value = 4,
                      .step = 0.01},
                     {.id = "lightness",
                      .name = "Lightness",
                      .description = "Towards black at -1, towards white at 1; 0 changes nothing.",
                      .type = ParameterType::Float,
                      .default_value = 0.0,
                      .min_value = -1,
                      .max_value = 1,
                      .step = 0.01}},
      .make = make_hue_saturation};
}

FilterDescriptor white_balance() {
  return {
      .id = "white_balance",
      .name = "White balance",
      .description = "Takes the tint of the light away. Gray pictures stay as they are.",
      .parameters = {{.id = "method",
                      .name = "Method",
                      .description = "gray_world makes the mean gray, white_patch makes the brightest 1 % "
                                     "white, temperature goes by the light's.",
                      .type = ParameterType::Choice,
                      .default_value = std::string{"gray_world"},
                      .options = {"gray_world", "white_patch", "temperature"}},
                     {.id = "temperature",
                      .name = "Temperature",
                      .description = "Of the light, for that method: below 6500 the picture gets bluer.",
                      .type = ParameterType::Float,
                      .default_value = 6500.0,
                      .min_value = 2000,
                      .max_value = 12000,
                      .step = 50,
                      .unit = "K"}},
      .make = make_white_balance};
}

}  // namespace framewright::engine::filters
