#include "kernels/resize.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/filters/rows.hpp"
#include "engine/filters/steps.hpp"

namespace framewright::engine::filters {
namespace {

using kernels::Interpolation;

constexpr std::array<std::pair<std::string_view, Interpolation>, 4> kInterpolations = {{
    {"area", Interpolation::Area},
    {"bilinear", Interpolation::Bilinear},
    {"nearest", Interpolation::Nearest},
    {"lanczos", Interpolation::Lanczos},
}};

/// What was asked for: sides that are 0 follow from the other side, or from `scale` where both are 0.
struct Target {
  std::int64_t width_px = 0;
  std::int64_t height_px = 0;
  double scale = 1;
};

std::int64_t scaled(int side_px, double factor) {
  return std::max<std::int64_t>(1, std::llround(side_px * factor));
}

class ResizeStep final : public FilterStep {
 public:
  ResizeStep(Target target, Interpolation interpolation) noexcept
      : target_(target), interpolation_(interpolation) {}

  Result<Geometry> output_geometry(const Geometry& input, const ImageLimits& limits) const override;
  bool in_place() const noexcept override { return false; }
  std::size_t scratch_bytes(const Geometry& input) const noexcept override;
  kernels::Status run(const kernels::ConstImageView& in, const kernels::ImageView& out,
                      kernels::Scratch scratch) const noexcept override {
    return kernels::resize(in, interpolation_, out, scratch);
  }
  /// The views say from which size to which.
  std::shared_ptr<const FilterStep> chroma_step() const override {
    return std::make_shared<ResizeStep>(target_, interpolation_);
  }
  std::size_t plane_scratch_bytes(const Geometry& input, const Geometry& output) const noexcept override {
    return scratch_between(input, output);
  }

  bool has_device_steps() const noexcept override { return true; }
  kernels::DeviceSteps device_steps(const Geometry& input) const override {
    const Target target = target_for(input);
    return {kernels::DeviceResize{static_cast<int>(target.width_px), static_cast<int>(target.height_px),
                                  interpolation_}};
  }

 private:
  Target target_for(const Geometry& input) const;
  std::size_t scratch_between(const Geometry& input, const Geometry& output) const noexcept;

  // Given.
  const Target target_;
  const Interpolation interpolation_;
};

Target ResizeStep::target_for(const Geometry& input) const {
  auto target = target_;
  const auto ratio = [](std::int64_t side_px, int of_px) { return static_cast<double>(side_px) / of_px; };
  if (target.width_px == 0 && target.height_px == 0) {
    target.width_px = scaled(input.width_px, target.scale);
    target.height_px = scaled(input.height_px, target.scale);
  } else if (target.width_px == 0) {
    target.width_px = scaled(input.width_px, ratio(target.height_px, input.height_px));
  } else if (target.height_px == 0) {
    target.height_px = scaled(input.height_px, ratio(target.width_px, input.width_px));
  }
  return target;
}

Result<Geometry> ResizeStep::output_geometry(const Geometry& input, const ImageLimits& limits) const {
  const auto target = target_for(input);
  return geometry_within(target.width_px, target.height_px, input, limits);
}

std::size_t ResizeStep::scratch_bytes(const Geometry& input) const noexcept {
  const auto target = target_for(input);
  return scratch_between(
      input, {static_cast<int>(target.width_px), static_cast<int>(target.height_px), input.channels});
}

std::size_t ResizeStep::scratch_between(const Geometry& input, const Geometry& output) const noexcept {
  const kernels::ConstImageView in{nullptr, input.width_px, input.height_px, input.channels, 0};
  const kernels::ConstImageView out{nullptr, output.width_px, output.height_px, output.channels, 0};
  return kernels::resize_scratch_bytes(in, out, interpolation_);
}

std::shared_ptr<const FilterStep> make_resize(const Parameters& parameters) {
  const Target target{parameter<std::int64_t>(parameters, "width"),
                      parameter<std::int64_t>(parameters, "height"), parameter<double>(parameters, "scale")};
  const auto& name = parameter<std::string>(parameters, "interpolation");
  for (const auto& [known, interpolation] : kInterpolations) {
    if (known == name) return std::make_shared<ResizeStep>(target, interpolation);
  }
  check_failed("an interpolation that the descriptor does not list", __FILE__, __LINE__);
}

ParameterDescriptor side(std::string id, std::string name, std::string description) {
  return {.id = std::move(id),
          .name = std::move(name),
          .description = std::move(description),
          .type = ParameterType::Integer,
          .default_value = std::int64_t{0},
          .min_value = 0,
          .max_value = kernels::kResizeMaxSide,
          .step = 1,
          .unit = "px"};
}

}  // namespace

FilterDescriptor resize() {
  std::vector<std::string> names;
  for (const auto& interpolation : kInterpolations) names.emplace_back(interpolation.first);
  return {.id = "resize",
          .name = "Resize",
          .description = "The picture at another size. One side alone keeps the proportions.",
          .parameters =
              {side("width", "Width", "0: follows from the height, or from the scale."),
               side("height", "Height", "0: follows from the width, or from the scale."),
               {.id = "scale",
                .name = "Scale",
                .description = "Factor on both sides where neither width nor height is given.",
                .type = ParameterType::Float,
                .default_value = 1.0,
                .min_value = 0.01,
                .max_value = 16,
                .step = 0.01},
               {.id = "interpolation",
                .name = "Interpolation",
                .description =
                    "Area is right for making smaller, bilinear for making larger; lanczos is sharpest.",
                .type = ParameterType::Choice,
                .default_value = std::string{"area"},
                .options = names}},
          .make = make_resize};
}

}  // namespace framewright::engine::filters
