#include <array>

#include "engine/filters/gaussian_parameters.hpp"
#include "engine/filters/rows.hpp"
#include "engine/filters/steps.hpp"
#include "kernels/box_blur.hpp"
#include "kernels/gaussian_blur.hpp"

namespace framewright::engine::filters {
namespace {

constexpr std::array<std::pair<std::string_view, kernels::Border>, 3> kBorders = {{
    {"reflect", kernels::Border::Reflect},
    {"clamp", kernels::Border::Clamp},
    {"wrap", kernels::Border::Wrap},
}};

kernels::Border border_of(std::string_view name) {
  for (const auto& [known, border] : kBorders) {
    if (known == name) return border;
  }
  check_failed("a border that the descriptor does not list", __FILE__, __LINE__);
}

class GaussianStep final : public SameShapeStep {
 public:
  GaussianStep(const kernels::GaussianKernel& kernel, kernels::Border border) noexcept
      : kernel_(kernel), border_(border) {}

  std::size_t scratch_bytes(const Geometry& input) const noexcept override {
    return kernels::gaussian_blur_scratch_bytes(input.width_px, input.channels, kernel_);
  }
  kernels::Status run(const kernels::ConstImageView& in, const kernels::ImageView& out,
                      kernels::Scratch scratch) const noexcept override {
    return kernels::gaussian_blur(in, kernel_, border_, out, scratch);
  }
  std::optional<kernels::DeviceStep> device_step() const override {
    if (!kernels::device_blurs(kernel_)) return std::nullopt;
    return kernels::DeviceGaussian{kernel_, border_};
  }

 private:
  // Given.
  const kernels::GaussianKernel kernel_;
  const kernels::Border border_;
};

std::shared_ptr<const FilterStep> make_gaussian_blur(const Parameters& parameters) {
  return std::make_shared<GaussianStep>(gaussian_kernel(parameters),
                                        border_of(parameter<std::string>(parameters, "border_mode")));
}

class BoxBlurStep final : public SameShapeStep {
 public:
  explicit BoxBlurStep(int kernel_size_px) noexcept : kernel_size_px_(kernel_size_px) {}

  std::size_t scratch_bytes(const Geometry& input) const noexcept override {
    return kernels::box_blur_scratch_bytes(input.width_px, input.channels, kernel_size_px_);
  }
  kernels::Status run(const kernels::ConstImageView& in, const kernels::ImageView& out,
                      kernels::Scratch scratch) const noexcept override {
    return kernels::box_blur(in, kernel_size_px_, out, scratch);
  }

 private:
  // Given.
  const int kernel_size_px_;
};

std::shared_ptr<const FilterStep> make_box_blur(const Parameters& parameters) {
  return std::make_shared<BoxBlurStep>(static_cast<int>(parameter<std::int64_t>(parameters, "kernel_size")));
}

ParameterDescriptor kernel_size(int max) {
  return {.id = "kernel_size",
          .name = "Kernel size",
          .description = "Width of the square that is averaged; odd.",
          .type = ParameterType::Integer,
          .default_value = std::int64_t{5},
          .min_value = 3,
          .max_value = static_cast<double>(max),
          .step = 2,
          .unit = "px"};
}

ParameterDescriptor border_mode() {
  std::vector<std::string> names;
  for (const auto& border : kBorders) names.emplace_back(border.first);
  return {.id = "border_mode",
          .name = "Border",
          .description = "How the picture goes on beyond its edge.",
          .type = ParameterType::Choice,
          .default_value = std::string{"reflect"},
          .options = names};
}

}  // namespace

ParameterDescriptor gaussian_kernel_size() { return kernel_size(kernels::kGaussianMaxSize); }

ParameterDescriptor gaussian_sigma() {
  return {.id = "sigma",
          .name = "Sigma",
          .description = "Standard deviation of the weights: how wide the blur is.",
          .type = ParameterType::Float,
          .default_value = 1.0,
          .min_value = 0.1,
          .max_value = 50,
          .step = 0.1,
          .unit = "px"};
}

kernels::GaussianKernel gaussian_kernel(const Parameters& parameters) {
  const auto size = static_cast<int>(parameter<std::int64_t>(parameters, "kernel_size"));
  const auto kernel = kernels::make_gaussian_kernel(size, parameter<double>(parameters, "sigma"));
  FW_CHECK(kernel.has_value());
  return *kernel;
}

FilterDescriptor gaussian_blur() {
  return {.id = "gaussian_blur",
          .aliases = {"blur"},
          .name = "Gaussian blur",
          .description = "A weighted mean of the neighbourhood, heaviest in the middle.",
          .parameters = {gaussian_kernel_size(),
                         gaussian_sigma(),
                         border_mode(),
                         {.id = "separable",
                          .name = "Separable",
                          .description = "Rows first, then columns. The pixels are the same either way.",
                          .type = ParameterType::Boolean,
                          .default_value = true}},
          .accelerators = {Accelerator::Cpu, Accelerator::Cuda},
          .make = make_gaussian_blur};
}

FilterDescriptor box_blur() {
  return {.id = "box_blur",
          .name = "Box blur",
          .description = "The plain mean of a square; its cost does not grow with the square.",
          .parameters = {kernel_size(kernels::kBoxBlurMaxSize)},
          .make = make_box_blur};
}

}  // namespace framewright::engine::filters
