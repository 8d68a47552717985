#include "engine/filters/matrix_step.hpp"
#include "engine/filters/rows.hpp"
#include "kernels/colour_rows.hpp"
#include "kernels/hsv.hpp"
#include "kernels/lab.hpp"

namespace framewright::engine::filters {
namespace {

using kernels::LumaStandard;

LumaStandard standard_of(const Parameters& parameters) {
  return parameter<std::string>(parameters, "standard") == "bt709" ? LumaStandard::Bt709
                                                                   : LumaStandard::Bt601;
}

ParameterDescriptor standard() {
  return {.id = "standard",
          .name = "Standard",
          .description = "Whose weights of red, green and blue make luma: bt601 as in JPEG, bt709 as in HD.",
          .type = ParameterType::Choice,
          .default_value = std::string{"bt601"},
          .options = {"bt601", "bt709"}};
}

std::shared_ptr<const FilterStep> make_rgb_to_ycbcr(const Parameters& parameters) {
  return matrix_step(kernels::rgb_to_ycbcr_rows(standard_of(parameters)));
}

std::shared_ptr<const FilterStep> make_ycbcr_to_rgb(const Parameters& parameters) {
  return matrix_step(kernels::ycbcr_to_rgb_rows(standard_of(parameters)));
}

using Conversion = kernels::Status (*)(const kernels::ConstImageView& in,
                                       const kernels::ImageView& out) noexcept;

/// A conversion that has no parameters.
template <Conversion kConvert, kernels::ColourConversion kOnDevice>
class ConversionStep final : public SameShapeStep {
 public:
  bool in_place() const noexcept override { return true; }
  std::optional<int> reach_rows() const noexcept override { return 0; }
  kernels::Status run(const kernels::ConstImageView& in, const kernels::ImageView& out,
                      kernels::Scratch) const noexcept override {
    return kConvert(in, out);
  }
  bool has_device_steps() const noexcept override { return true; }
  kernels::DeviceSteps device_steps(const Geometry&) const override {
    return {kernels::DeviceConversion{kOnDevice}};
  }
};

template <Conversion kConvert, kernels::ColourConversion kOnDevice>
std::shared_ptr<const FilterStep> make_conversion(const Parameters&) {
  return std::make_shared<ConversionStep<kConvert, kOnDevice>>();
}

}  // namespace

FilterDescriptor rgb_to_hsv() {
  return {.id = "rgb_to_hsv",
          .name = "RGB to HSV",
          .description = "Hue (256 to the turn), saturation and value, a byte each. Gray stays as it is.",
          .make = make_conversion<kernels::rgb_to_hsv, kernels::ColourConversion::RgbToHsv>};
}

FilterDescriptor hsv_to_rgb() {
  return {.id = "hsv_to_rgb",
          .name = "HSV to RGB",
          .description = "Back from hue (256 to the turn), saturation and value. Gray stays as it is.",
          .make = make_conversion<kernels::hsv_to_rgb, kernels::ColourConversion::HsvToRgb>};
}

FilterDescriptor rgb_to_lab() {
  return {.id = "rgb_to_lab",
          .name = "RGB to Lab",
          .description = "CIE L*a*b* of sRGB under D65: L* times 2.55, a* and b* plus 128. Gray becomes L*.",
          .make = make_conversion<kernels::rgb_to_lab, kernels::ColourConversion::RgbToLab>};
}

FilterDescriptor lab_to_rgb() {
  return {.id = "lab_to_rgb",
          .name = "Lab to RGB",
          .description = "Back from CIE L*a*b*; colours that sRGB has not got are limited.",
          .make = make_conversion<kernels::lab_to_rgb, kernels::ColourConversion::LabToRgb>};
}

FilterDescriptor rgb_to_ycbcr() {
  return {.id = "rgb_to_ycbcr",
          .name = "RGB to YCbCr",
          .description = "Luma and two colour differences around 128, full range. Gray stays as it is.",
          .parameters = {standard()},
          .make = make_rgb_to_ycbcr};
}

FilterDescriptor ycbcr_to_rgb() {
  return {.id = "ycbcr_to_rgb",
          .name = "YCbCr to RGB",
          .description = "Back from full-range YCbCr. Gray stays as it is.",
          .parameters = {standard()},
          .make = make_ycbcr_to_rgb};
}

}  // namespace framewright::engine::filters
