#include "engine/filters/rows.hpp"
#include "engine/filters/steps.hpp"
#include "kernels/bilateral.hpp"
#include "kernels/median_blur.hpp"
#include "kernels/oil_painting.hpp"

namespace framewright::engine::filters {
namespace {

class MedianBlurStep final : public SameShapeStep {
 public:
  explicit MedianBlurStep(int kernel_size_px) noexcept : kernel_size_px_(kernel_size_px) {}

  std::size_t scratch_bytes(const Geometry&) const noexcept override {
    return kernels::median_blur_scratch_bytes(kernel_size_px_);
  }
  kernels::Status run(const kernels::ConstImageView& in, const kernels::ImageView& out,
                      kernels::Scratch scratch) const noexcept override {
    return kernels::median_blur(in, kernel_size_px_, out, scratch);
  }

  bool has_device_steps() const noexcept override { return true; }
  kernels::DeviceSteps device_steps(const Geometry&) const override {
    return {kernels::DeviceMedian{kernel_size_px_}};
  }

 private:
  // Given.
  const int kernel_size_px_;
};

class BilateralStep final : public SameShapeStep {
 public:
  explicit BilateralStep(const kernels::BilateralKernel& kernel) noexcept : kernel_(kernel) {}

  std::size_t scratch_bytes(const Geometry& input) const noexcept override {
    return kernels::bilateral_scratch_bytes(input.width_px, input.channels, kernel_);
  }
  kernels::Status run(const kernels::ConstImageView& in, const kernels::ImageView& out,
                      kernels::Scratch scratch) const noexcept override {
    return kernels::bilateral(in, kernel_, out, scratch);
  }

  bool has_device_steps() const noexcept override { return true; }
  kernels::DeviceSteps device_steps(const Geometry&) const override {
    return {kernels::DeviceBilateral{kernel_}};
  }

 private:
  // Given.
  const kernels::BilateralKernel kernel_;
};

std::shared_ptr<const FilterStep> make_bilateral(const Parameters& parameters) {
  const auto size = static_cast<int>(parameter<std::int64_t>(parameters, "kernel_size"));
  const auto kernel = kernels::make_bilateral_kernel(size, parameter<double>(parameters, "sigma_color"),
                                                     parameter<double>(parameters, "sigma_space"));
  FW_CHECK(kernel.has_value());
  return std::make_shared<BilateralStep>(*kernel);
}

class OilPaintingStep final : public SameShapeStep {
 public:
  explicit OilPaintingStep(int radius_px) noexcept : radius_px_(radius_px) {}

  std::size_t scratch_bytes(const Geometry& input) const noexcept override {
    return kernels::oil_painting_scratch_bytes(input.width_px, input.channels, radius_px_);
  }
  kernels::Status run(const kernels::ConstImageView& in, const kernels::ImageView& out,
                      kernels::Scratch scratch) const noexcept override {
    return kernels::oil_painting(in, radius_px_, out, scratch);
  }

  bool has_device_steps() const noexcept override { return true; }
  kernels::DeviceSteps device_steps(const Geometry&) const override {
    return {kernels::DeviceOilPainting{radius_px_}};
  }

 private:
  // Given.
  const int radius_px_;
};

std::shared_ptr<const FilterStep> make_oil_painting(const Parameters& parameters) {
  return std::make_shared<OilPaintingStep>(static_cast<int>(parameter<std::int64_t>(parameters, "radius")));
}

std::shared_ptr<const FilterStep> make_median_blur(const Parameters& parameters) {
  return std::make_shared<MedianBlurStep>(
      static_cast<int>(parameter<std::int64_t>(parameters, "kernel_size")));
}

}  // namespace

FilterDescriptor median_blur() {
  return {.id = "median_blur",
          .name = "Median blur",
          .description = "The middle value of a square: takes specks away and keeps edges.",
          .parameters = {{.id = "kernel_size",
                          .name = "Kernel size",
                          .description = "Width of the square; odd.",
                          .type = ParameterType::Integer,
                          .default_value = std::int64_t{5},
                          .min_value = 3,
                          .max_value = kernels::kMedianMaxSize,
                          .step = 2,
                          .unit = "px"}},
          .make = make_median_blur};
}

FilterDescriptor bilateral() {
  return {.id = "bilateral",
          .aliases = {"bilateral_filter"},
          .name = "Bilateral filter",
          .description = "Smooths surfaces and keeps edges: only neighbours of similar colour count.",
          .parameters = {{.id = "kernel_size",
                          .name = "Kernel size",
                          .description = "Diameter of the circle; odd.",
                          .type = ParameterType::Integer,
                          .default_value = std::int64_t{9},
                          .min_value = 3,
                          .max_value = kernels::kBilateralMaxSize,
                          .step = 2,
                          .unit = "px"},
                         {.id = "sigma_color",
                          .name = "Sigma of colour",
                          .description = "How far apart colours may be, as |dR| + |dG| + |dB|.",
                          .type = ParameterType::Float,
                          .default_value = 50.0,
                          .min_value = 1,
                          .max_value = 500,
                          .step = 1},
                         {.id = "sigma_space",
                          .name = "Sigma of space",
                          .description = "How wide the blur is.",
                          .type = ParameterType::Float,
                          .default_value = 3.0,
                          .min_value = 0.1,
                          .max_value = 100,
                          .step = 0.1,
                          .unit = "px"}},
          .make = make_bilateral};
}

FilterDescriptor oil_painting() {
  return {.id = "oil_painting",
          .aliases = {"kuwahara"},
          .name = "Oil painting",
          .description = "Paints each pixel in the mean colour of its calmest corner; edges stay.",
          .parameters = {{.id = "radius",
                          .name = "Radius",
                          .description = "How far the corners reach.",
                          .type = ParameterType::Integer,
                          .default_value = std::int64_t{4},
                          .min_value = 1,
                          .max_value = kernels::kOilPaintingMaxRadius,
                          .step = 1,
                          .unit = "px"}},
          .make = make_oil_painting};
}

}  // namespace framewright::engine::filters
