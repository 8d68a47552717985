#include "engine/filters/gaussian_parameters.hpp"
#include "engine/filters/rows.hpp"
#include "engine/filters/steps.hpp"
#include "kernels/high_pass.hpp"
#include "kernels/sharpen.hpp"
#include "kernels/unsharp_mask.hpp"

namespace framewright::engine::filters {
namespace {

class SharpenStep final : public RowsStep {
 public:
  explicit SharpenStep(kernels::SharpenWeight strength) noexcept : strength_(strength) {}

  std::size_t scratch_bytes(const Geometry& input) const noexcept override {
    return kernels::sharpen_scratch_bytes(input.width_px, input.channels);
  }
  std::optional<int> reach_rows() const noexcept override { return 1; }
  kernels::Status run_rows(const kernels::ConstImageView& in, const kernels::OutputRows& out,
                           kernels::Scratch scratch) const noexcept override {
    return kernels::sharpen(in, strength_, out, scratch);
  }

  bool has_device_steps() const noexcept override { return true; }
  kernels::DeviceSteps device_steps(const Geometry&) const override {
    return {kernels::DeviceNeighbourhood{kernels::NeighbourhoodKind::Sharpen, strength_}};
  }

 private:
  // Given.
  const kernels::SharpenWeight strength_;
};

std::shared_ptr<const FilterStep> make_sharpen(const Parameters& parameters) {
  const auto strength = kernels::make_sharpen_weight(parameter<double>(parameters, "strength"));
  FW_CHECK(strength.has_value());
  return std::make_shared<SharpenStep>(*strength);
}

class UnsharpMaskStep final : public RowsStep {
 public:
  UnsharpMaskStep(const kernels::GaussianKernel& kernel, kernels::UnsharpWeights weights) noexcept
      : kernel_(kernel), weights_(weights) {}

  std::size_t scratch_bytes(const Geometry& input) const noexcept override {
    return kernels::unsharp_mask_scratch_bytes(input.width_px, input.channels, kernel_);
  }
  std::optional<int> reach_rows() const noexcept override { return kernel_.reach_px(); }
  kernels::Status run_rows(const kernels::ConstImageView& in, const kernels::OutputRows& out,
                           kernels::Scratch scratch) const noexcept override {
    return kernels::unsharp_mask(in, kernel_, weights_, out, scratch);
  }

  bool has_device_steps() const noexcept override { return true; }
  kernels::DeviceSteps device_steps(const Geometry&) const override {
    return {
        kernels::DeviceGaussian{kernel_, kernels::Border::Reflect, kernels::BlurUse::UnsharpMask, weights_}};
  }

 private:
  // Given.
  const kernels::GaussianKernel kernel_;
  const kernels::UnsharpWeights weights_;
};

std::shared_ptr<const FilterStep> make_unsharp_mask(const Parameters& parameters) {
  const auto threshold = static_cast<int>(parameter<std::int64_t>(parameters, "threshold"));
  const auto weights = kernels::make_unsharp_weights(parameter<double>(parameters, "amount"), threshold);
  FW_CHECK(weights.has_value());
  return std::make_shared<UnsharpMaskStep>(gaussian_kernel(parameters), *weights);
}

class HighPassStep final : public RowsStep {
 public:
  explicit HighPassStep(const kernels::GaussianKernel& kernel) noexcept : kernel_(kernel) {}

  std::size_t scratch_bytes(const Geometry& input) const noexcept override {
    return kernels::high_pass_scratch_bytes(input.width_px, input.channels, kernel_);
  }
  std::optional<int> reach_rows() const noexcept override { return kernel_.reach_px(); }
  kernels::Status run_rows(const kernels::ConstImageView& in, const kernels::OutputRows& out,
                           kernels::Scratch scratch) const noexcept override {
    return kernels::high_pass(in, kernel_, out, scratch);
  }

  bool has_device_steps() const noexcept override { return true; }
  kernels::DeviceSteps device_steps(const Geometry&) const override {
    return {kernels::DeviceGaussian{kernel_, kernels::Border::Reflect, kernels::BlurUse::HighPass}};
  }

 private:
  // Given.
  const kernels::GaussianKernel kernel_;
};

std::shared_ptr<const FilterStep> make_high_pass(const Parameters& parameters) {
  return std::make_shared<HighPassStep>(gaussian_kernel(parameters));
}

}  // namespace

FilterDescriptor sharpen() {
  return {.id = "sharpen",
          .name = "Sharpen",
          .description = "Adds the difference between a pixel and its four neighbours.",
          .parameters = {{.id = "strength",
                          .name = "Strength",
                          .description = "0 changes nothing, 1 is the customary kernel.",
                          .type = ParameterType::Float,
                          .default_value = 1.0,
                          .min_value = 0,
                          .max_value = 5,
                          .step = 0.05}},
          .make = make_sharpen};
}

FilterDescriptor unsharp_mask() {
  return {
      .id = "unsharp_mask",
      .name = "Unsharp mask",
      .description = "Adds what a Gaussian blur takes away.",
      .parameters = {{.id = "amount",
                      .name = "Amount",
                      .description = "How many times the difference is added; 0 changes nothing.",
                      .type = ParameterType::Float,
                      .default_value = 1.0,
                      .min_value = 0,
                      .max_value = 5,
                      .step = 0.05},
                     gaussian_kernel_size(),
                     gaussian_sigma(),
                     {.id = "threshold",
                      .name = "Threshold",
                      .description = "Smaller differences are left alone, so that noise is not sharpened.",
                      .type = ParameterType::Integer,
                      .default_value = std::int64_t{0},
                      .min_value = 0,
                      .max_value = 255,
                      .step = 1}},
      .make = make_unsharp_mask};
}

FilterDescriptor high_pass() {
  return {.id = "high_pass",
          .name = "High pass",
          .description = "What a Gaussian blur takes away, shown around middle gray.",
          .parameters = {gaussian_kernel_size(), gaussian_sigma()},
          .make = make_high_pass};
}

}  // namespace framewright::engine::filters
