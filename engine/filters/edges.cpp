#include "engine/filters/rows.hpp"
#include "engine/filters/steps.hpp"
#include "kernels/laplacian_of_gaussian.hpp"
#include "kernels/scharr.hpp"
#include "kernels/sobel.hpp"

namespace framewright::engine::filters {
namespace {

class SobelStep final : public RowsStep {
 public:
  std::size_t scratch_bytes(const Geometry& input) const noexcept override {
    return kernels::sobel_scratch_bytes(input.width_px, input.channels);
  }
  std::optional<int> reach_rows() const noexcept override { return 1; }
  kernels::Status run_rows(const kernels::ConstImageView& in, const kernels::OutputRows& out,
                           kernels::Scratch scratch) const noexcept override {
    return kernels::sobel(in, out, scratch);
  }
  bool has_device_steps() const noexcept override { return true; }
  kernels::DeviceSteps device_steps(const Geometry&) const override {
    return {kernels::DeviceNeighbourhood{kernels::NeighbourhoodKind::Sobel}};
  }
};

std::shared_ptr<const FilterStep> make_sobel(const Parameters&) { return std::make_shared<SobelStep>(); }

class ScharrStep final : public RowsStep {
 public:
  std::size_t scratch_bytes(const Geometry& input) const noexcept override {
    return kernels::scharr_scratch_bytes(input.width_px, input.channels);
  }
  std::optional<int> reach_rows() const noexcept override { return 1; }
  kernels::Status run_rows(const kernels::ConstImageView& in, const kernels::OutputRows& out,
                           kernels::Scratch scratch) const noexcept override {
    return kernels::scharr(in, out, scratch);
  }
  bool has_device_steps() const noexcept override { return true; }
  kernels::DeviceSteps device_steps(const Geometry&) const override {
    return {kernels::DeviceNeighbourhood{kernels::NeighbourhoodKind::Scharr}};
  }
};

std::shared_ptr<const FilterStep> make_scharr(const Parameters&) { return std::make_shared<ScharrStep>(); }

class LogStep final : public RowsStep {
 public:
  LogStep(const kernels::LogKernel& kernel, kernels::LogOutput output) noexcept
      : kernel_(kernel), output_(output) {}

  std::size_t scratch_bytes(const Geometry& input) const noexcept override {
    return kernels::laplacian_of_gaussian_scratch_bytes(input.width_px, input.channels, kernel_);
  }
  std::optional<int> reach_rows() const noexcept override { return kernel_.smooth.reach_px(); }
  kernels::Status run_rows(const kernels::ConstImageView& in, const kernels::OutputRows& out,
                           kernels::Scratch scratch) const noexcept override {
    return kernels::laplacian_of_gaussian(in, kernel_, output_, out, scratch);
  }

  bool has_device_steps() const noexcept override { return true; }
  kernels::DeviceSteps device_steps(const Geometry&) const override {
    return {kernels::DeviceLog{kernel_, output_}};
  }

 private:
  // Given.
  const kernels::LogKernel kernel_;
  const kernels::LogOutput output_;
};

std::shared_ptr<const FilterStep> make_laplacian_of_gaussian(const Parameters& parameters) {
  const auto kernel = kernels::make_log_kernel(parameter<double>(parameters, "sigma"));
  FW_CHECK(kernel.has_value());
  const bool is_signed = parameter<std::string>(parameters, "output") == "signed";
  return std::make_shared<LogStep>(*kernel,
                                   is_signed ? kernels::LogOutput::Signed : kernels::LogOutput::Absolute);
}

}  // namespace

FilterDescriptor sobel() {
  return {
      .id = "sobel",
      .name = "Sobel edges",
      .description = "How steep each colour channel is at each pixel. Put grayscale first for one edge map.",
      .make = make_sobel};
}

FilterDescriptor scharr() {
  return {.id = "scharr",
          .name = "Scharr edges",
          .description =
              "As Sobel edges, but more nearly as steep in every direction. Put grayscale first for one edge "
              "map.",
          .make = make_scharr};
}

FilterDescriptor laplacian_of_gaussian() {
  return {
      .id = "laplacian_of_gaussian",
      .name = "Laplacian of Gaussian",
      .description = "How much lighter or darker each colour channel is than around, at the scale of sigma.",
      .parameters = {{.id = "sigma",
                      .name = "Sigma",
                      .description = "The scale: blobs of radius 1.4 sigma answer most.",
                      .type = ParameterType::Float,
                      .default_value = 1.4,
                      .min_value = 0.5,
                      .max_value = 5,
                      .step = 0.1,
                      .unit = "px"},
                     {.id = "output",
                      .name = "Output",
                      .description =
                          "absolute shows how strong the answer is; signed adds it to middle gray.",
                      .type = ParameterType::Choice,
                      .default_value = std::string{"absolute"},
                      .options = {"absolute", "signed"}}},
      .make = make_laplacian_of_gaussian};
}

}  // namespace framewright::engine::filters
