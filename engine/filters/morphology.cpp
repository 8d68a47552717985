#include "kernels/morphology.hpp"

#include <array>

#include "engine/filters/rows.hpp"
#include "engine/filters/steps.hpp"

namespace framewright::engine::filters {
namespace {

using kernels::ElementShape;
using kernels::Morphology;

constexpr std::array<std::pair<std::string_view, ElementShape>, 3> kShapes = {{
    {"rectangle", ElementShape::Rectangle},
    {"ellipse", ElementShape::Ellipse},
    {"cross", ElementShape::Cross},
}};

ElementShape shape_of(std::string_view name) {
  for (const auto& [known, shape] : kShapes) {
    if (known == name) return shape;
  }
  check_failed("a shape that the descriptor does not list", __FILE__, __LINE__);
}

class MorphologyStep final : public SameShapeStep {
 public:
  MorphologyStep(Morphology operation, const kernels::StructuringElement& element) noexcept
      : operation_(operation), element_(element) {}

  std::size_t scratch_bytes(const Geometry& input) const noexcept override {
    return kernels::morphology_scratch_bytes(input.width_px, input.channels, operation_, element_);
  }
  kernels::Status run(const kernels::ConstImageView& in, const kernels::ImageView& out,
                      kernels::Scratch scratch) const noexcept override {
    return kernels::morphology(in, operation_, element_, out, scratch);
  }

  bool has_device_steps() const noexcept override { return true; }
  kernels::DeviceSteps device_steps(const Geometry&) const override {
    return {kernels::DeviceMorphology{operation_, element_}};
  }

 private:
  // Given.
  const Morphology operation_;
  const kernels::StructuringElement element_;
};

template <Morphology kOperation>
std::shared_ptr<const FilterStep> make_morphology(const Parameters& parameters) {
  const auto size_px = static_cast<int>(parameter<std::int64_t>(parameters, "kernel_size"));
  const auto shape = shape_of(parameter<std::string>(parameters, "shape"));
  const auto element = kernels::make_structuring_element(shape, size_px);
  FW_CHECK(element.has_value());
  return std::make_shared<MorphologyStep>(kOperation, *element);
}

std::vector<ParameterDescriptor> element_parameters() {
  std::vector<std::string> names;
  for (const auto& shape : kShapes) names.emplace_back(shape.first);
  return {{.id = "kernel_size",
           .name = "Kernel size",
           .description = "How wide and high the neighbourhood is; odd.",
           .type = ParameterType::Integer,
           .default_value = std::int64_t{3},
           .min_value = 3,
           .max_value = kernels::kMorphologyMaxSize,
           .step = 2,
           .unit = "px"},
          {.id = "shape",
           .name = "Shape",
           .description = "The shape of the neighbourhood.",
           .type = ParameterType::Choice,
           .default_value = std::string{"rectangle"},
           .options = names}};
}

}  // namespace

FilterDescriptor erode() {
  return {.id = "erode",
          .name = "Erode",
          .description = "The darkest value of the neighbourhood: light areas shrink.",
          .parameters = element_parameters(),
          .make = make_morphology<Morphology::Erode>};
}

FilterDescriptor dilate() {
  return {.id = "dilate",
          .name = "Dilate",
          .description = "The lightest value of the neighbourhood: light areas grow.",
          .parameters = element_parameters(),
          .make = make_morphology<Morphology::Dilate>};
}

FilterDescriptor open() {
  return {.id = "open",
          .name = "Open",
          .description = "Erode, then dilate: light specks smaller than the neighbourhood go.",
          .parameters = element_parameters(),
          .make = make_morphology<Morphology::Open>};
}

FilterDescriptor close() {
  return {.id = "close",
          .name = "Close",
          .description = "Dilate, then erode: dark specks smaller than the neighbourhood go.",
          .parameters = element_parameters(),
          .make = make_morphology<Morphology::Close>};
}

FilterDescriptor morphological_gradient() {
  return {.id = "morphological_gradient",
          .name = "Morphological gradient",
          .description = "The lightest value of the neighbourhood minus the darkest: outlines.",
          .parameters = element_parameters(),
          .make = make_morphology<Morphology::Gradient>};
}

FilterDescriptor top_hat() {
  return {.id = "top_hat",
          .name = "Top hat",
          .description = "The light specks that open takes away.",
          .parameters = element_parameters(),
          .make = make_morphology<Morphology::TopHat>};
}

FilterDescriptor black_hat() {
  return {.id = "black_hat",
          .name = "Black hat",
          .description = "The dark specks that close fills.",
          .parameters = element_parameters(),
          .make = make_morphology<Morphology::BlackHat>};
}

}  // namespace framewright::engine::filters
