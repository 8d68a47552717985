#include "kernels/canny.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "engine/filters/rows.hpp"
#include "engine/filters/steps.hpp"
#include "kernels/gaussian_blur.hpp"
#include "kernels/grayscale.hpp"

namespace framewright::engine::filters {
namespace {

using kernels::GradientNorm;

/// As wide as three sigma; none where a blur would not change a byte.
std::optional<kernels::GaussianKernel> blur_of(double sigma) {
  return kernels::make_gaussian_kernel(2 * static_cast<int>(std::ceil(3 * sigma)) + 1, sigma);
}

/// Luma, blur and edges one after the other; scratch holds the planes between them, and then what each needs.
class CannyStep final : public FilterStep {
 public:
  CannyStep(const kernels::CannyThresholds& thresholds,
            const std::optional<kernels::GaussianKernel>& blur) noexcept
      : thresholds_(thresholds), blur_(blur) {}

  Result<Geometry> output_geometry(const Geometry& input, const ImageLimits&) const override {
    return Geometry{input.width_px, input.height_px, 1};
  }
  bool in_place() const noexcept override { return false; }
  std::size_t scratch_bytes(const Geometry& input) const noexcept override {
    std::size_t work = kernels::canny_scratch_bytes(input.width_px, input.height_px);
    if (blur_) work = std::max(work, kernels::gaussian_blur_scratch_bytes(input.width_px, 1, *blur_));
    return planes(input.channels) * plane_bytes(input.width_px, input.height_px) + work;
  }
  kernels::Status run(const kernels::ConstImageView& in, const kernels::ImageView& out,
                      kernels::Scratch scratch) const noexcept override {
    if (scratch.size_bytes < scratch_bytes({in.width_px, in.height_px, in.channels})) {
      return kernels::Status::BadParameter;
    }
    kernels::ConstImageView gray = in;
    if (in.channels > 1) {
      const kernels::ImageView luma = take_plane(in, scratch);
      const auto status = kernels::grayscale(in, kernels::GrayscaleAlgorithm::Bt601, luma);
      if (status != kernels::Status::Ok) return status;
      gray = luma;
    }
    if (blur_) {
      const kernels::ImageView blurred = take_plane(in, scratch);
      const auto status = kernels::gaussian_blur(gray, *blur_, kernels::Border::Reflect, blurred, scratch);
      if (status != kernels::Status::Ok) return status;
      gray = blurred;
    }
    return kernels::canny(gray, thresholds_, out, scratch);
  }
  bool has_jumps() const noexcept override { return true; }

  bool has_device_steps() const noexcept override { return true; }
  kernels::DeviceSteps device_steps(const Geometry&) const override {
    kernels::DeviceSteps steps{kernels::DeviceGrayscale{kernels::GrayscaleAlgorithm::Bt601}};
    if (blur_) steps.push_back(kernels::DeviceGaussian{*blur_});
    steps.push_back(kernels::DeviceCanny{thresholds_});
    return steps;
  }

 private:
  static std::size_t plane_bytes(int width_px, int height_px) {
    const auto pixels = static_cast<std::size_t>(width_px) * static_cast<std::size_t>(height_px);
    return (pixels / kernels::kScratchAlignment + 1) * kernels::kScratchAlignment;
  }

  std::size_t planes(int channels) const { return (channels > 1 ? 1u : 0u) + (blur_ ? 1u : 0u); }

  /// A plane of one channel from the start of scratch, which becomes smaller by it.
  static kernels::ImageView take_plane(const kernels::ConstImageView& like, kernels::Scratch& scratch) {
    const kernels::ImageView plane{reinterpret_cast<std::uint8_t*>(scratch.bytes), like.width_px,
                                   like.height_px, 1, like.width_px};
    const std::size_t bytes = plane_bytes(like.width_px, like.height_px);
    scratch = {scratch.bytes + bytes, scratch.size_bytes - bytes};
    return plane;
  }

  // Given.
  const kernels::CannyThresholds thresholds_;
  const std::optional<kernels::GaussianKernel> blur_;
};

std::shared_ptr<const FilterStep> make_canny(const Parameters& parameters) {
  const auto threshold = [&](std::string_view id) {
    return static_cast<int>(parameter<std::int64_t>(parameters, id));
  };
  const auto norm = parameter<bool>(parameters, "l2_gradient") ? GradientNorm::L2 : GradientNorm::L1;
  const auto thresholds =
      kernels::make_canny_thresholds(norm, threshold("low_threshold"), threshold("high_threshold"));
  FW_CHECK(thresholds.has_value());
  return std::make_shared<CannyStep>(*thresholds, blur_of(parameter<double>(parameters, "sigma")));
}

ParameterDescriptor threshold(std::string id, std::string name, std::string description, int default_value) {
  return {.id = std::move(id),
          .name = std::move(name),
          .description = std::move(description),
          .type = ParameterType::Integer,
          .default_value = std::int64_t{default_value},
          .min_value = 0,
          .max_value = kernels::kCannyMaxThreshold,
          .step = 1};
}

}  // namespace

FilterDescriptor canny() {
  return {
      .id = "canny",
      .name = "Canny edges",
      .description = "Thin edges, white on black in one channel. Colour is reduced to BT.601 luma first.",
      .parameters = {threshold("low_threshold", "Low threshold",
                               "Edges this steep are kept where they join one above the other threshold.",
                               50),
                     threshold("high_threshold", "High threshold", "Edges this steep are always kept.", 150),
                     {.id = "l2_gradient",
                      .name = "L2 gradient",
                      .description = "Measures steepness as a length instead of the sum |gx| + |gy|.",
                      .type = ParameterType::Boolean,
                      .default_value = false},
                     {.id = "sigma",
                      .name = "Sigma",
                      .description = "How much the picture is blurred first, against noise; 0 does not blur.",
                      .type = ParameterType::Float,
                      .default_value = 0.0,
                      .min_value = 0,
                      .max_value = 5,
                      .step = 0.1,
                      .unit = "px"}},
      .make = make_canny};
}

}  // namespace framewright::engine::filters
