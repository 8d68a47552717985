#include <algorithm>
#include <array>
#include <cmath>

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

/// The size and sigma of a Gaussian blur.
struct Bell {
  int size_px;
  double sigma;

  /// Of what is left of it within its size.
  double variance() const {
    double weights = 0;
    double squares = 0;
    for (int x = -(size_px / 2); x <= size_px / 2; ++x) {
      const double weight = std::exp(-0.5 * x * x / (sigma * sigma));
      weights += weight;
      squares += weight * x * x;
    }
    return squares / weights;
  }
};

/// What a blur of this variance is to chroma planes of half the size. On its way to RGB and back chroma is
/// blurred by [1 6 1] / 8 as well; the planes never go there, so the bell makes up for it.
Bell chroma_bell_of(double variance) {
  constexpr double kWayToRgbAndBack = 0.25;
  const double sigma = std::max(0.1, std::sqrt(variance / 4 + kWayToRgbAndBack));
  const int size_px = 2 * static_cast<int>(std::ceil(3 * sigma)) + 1;
  return {std::clamp(size_px, kernels::kGaussianMinSize, kernels::kGaussianMaxSize), sigma};
}

class GaussianStep final : public RowsStep {
 public:
  GaussianStep(Bell bell, kernels::Border border)
      : bell_(bell),
        kernel_(checked(kernels::make_gaussian_kernel(bell.size_px, bell.sigma))),
        border_(border) {}

  std::size_t scratch_bytes(const Geometry& input) const noexcept override {
    return kernels::gaussian_blur_scratch_bytes(input.width_px, input.channels, kernel_);
  }
  /// A border that wraps needs the other end of the picture.
  std::optional<int> reach_rows() const noexcept override {
    return border_ == kernels::Border::Wrap ? std::nullopt : std::optional(kernel_.reach_px());
  }
  kernels::Status run_rows(const kernels::ConstImageView& in, const kernels::OutputRows& out,
                           kernels::Scratch scratch) const noexcept override {
    return kernels::gaussian_blur(in, kernel_, border_, out, scratch);
  }
  bool has_device_steps() const noexcept override { return true; }
  kernels::DeviceSteps device_steps(const Geometry&) const override {
    return {kernels::DeviceGaussian{kernel_, border_}};
  }
  std::shared_ptr<const FilterStep> chroma_step() const override {
    return std::make_shared<GaussianStep>(chroma_bell_of(bell_.variance()), border_);
  }

 private:
  static kernels::GaussianKernel checked(const std::optional<kernels::GaussianKernel>& kernel) {
    FW_CHECK(kernel.has_value());
    return *kernel;
  }

  // Given.
  const Bell bell_;
  const kernels::GaussianKernel kernel_;
  const kernels::Border border_;
};

std::shared_ptr<const FilterStep> make_gaussian_blur(const Parameters& parameters) {
  const Bell bell{static_cast<int>(parameter<std::int64_t>(parameters, "kernel_size")),
                  parameter<double>(parameters, "sigma")};
  return std::make_shared<GaussianStep>(bell, border_of(parameter<std::string>(parameters, "border_mode")));
}

class BoxBlurStep final : public RowsStep {
 public:
  explicit BoxBlurStep(int kernel_size_px) noexcept : kernel_size_px_(kernel_size_px) {}

  std::size_t scratch_bytes(const Geometry& input) const noexcept override {
    return kernels::box_blur_scratch_bytes(input.width_px, input.channels, kernel_size_px_);
  }
  /// Sums slide down, and let go of a row above the square.
  std::optional<int> reach_rows() const noexcept override { return kernel_size_px_ / 2 + 1; }
  kernels::Status run_rows(const kernels::ConstImageView& in, const kernels::OutputRows& out,
                           kernels::Scratch scratch) const noexcept override {
    return kernels::box_blur(in, kernel_size_px_, out, scratch);
  }
  /// Half an odd square is none, and boxes come in odd sizes only: a bell of the same variance is closer.
  std::shared_ptr<const FilterStep> chroma_step() const override {
    const double variance = (kernel_size_px_ * kernel_size_px_ - 1) / 12.0;
    return std::make_shared<GaussianStep>(chroma_bell_of(variance), kernels::Border::Reflect);
  }

  bool has_device_steps() const noexcept override { return true; }
  kernels::DeviceSteps device_steps(const Geometry&) const override {
    return {kernels::DeviceBoxBlur{kernel_size_px_}};
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
  names.reserve(kBorders.size());
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
