#include <array>

#include "engine/filters/rows.hpp"
#include "engine/filters/steps.hpp"
#include "kernels/grayscale.hpp"
#include "kernels/sepia.hpp"

namespace framewright::engine::filters {
namespace {

using kernels::GrayscaleAlgorithm;

constexpr std::array<std::pair<std::string_view, GrayscaleAlgorithm>, 5> kAlgorithms = {{
    {"bt601", GrayscaleAlgorithm::Bt601},
    {"bt709", GrayscaleAlgorithm::Bt709},
    {"average", GrayscaleAlgorithm::Average},
    {"lightness", GrayscaleAlgorithm::Lightness},
    {"luminosity", GrayscaleAlgorithm::Luminosity},
}};

class GrayscaleStep final : public FilterStep {
 public:
  explicit GrayscaleStep(GrayscaleAlgorithm algorithm) noexcept : algorithm_(algorithm) {}

  Result<Geometry> output_geometry(const Geometry& input, const ImageLimits&) const override {
    return Geometry{input.width_px, input.height_px, 1};
  }
  bool in_place() const noexcept override { return false; }
  std::size_t scratch_bytes(const Geometry&) const noexcept override { return 0; }
  kernels::Status run(const kernels::ConstImageView& in, const kernels::ImageView& out,
                      kernels::Scratch) const noexcept override {
    return kernels::grayscale(in, algorithm_, out);
  }
  std::optional<int> reach_rows() const noexcept override { return 0; }
  bool has_device_steps() const noexcept override { return true; }
  kernels::DeviceSteps device_steps(const Geometry&) const override {
    return {kernels::DeviceGrayscale{algorithm_}};
  }
  bool makes_luma() const noexcept override { return algorithm_ == GrayscaleAlgorithm::Bt601; }

 private:
  // Given.
  const GrayscaleAlgorithm algorithm_;
};

std::shared_ptr<const FilterStep> make_grayscale(const Parameters& parameters) {
  const auto& name = parameter<std::string>(parameters, "algorithm");
  for (const auto& [known, algorithm] : kAlgorithms) {
    if (known == name) return std::make_shared<GrayscaleStep>(algorithm);
  }
  check_failed("an algorithm that the descriptor does not list", __FILE__, __LINE__);
}

class SepiaStep final : public SameShapeStep {
 public:
  explicit SepiaStep(const kernels::SepiaMatrix& matrix) noexcept : matrix_(matrix) {}

  bool in_place() const noexcept override { return true; }
  std::optional<int> reach_rows() const noexcept override { return 0; }
  kernels::Status run(const kernels::ConstImageView& in, const kernels::ImageView& out,
                      kernels::Scratch) const noexcept override {
    return kernels::sepia(in, matrix_, out);
  }
  bool has_device_steps() const noexcept override { return true; }
  kernels::DeviceSteps device_steps(const Geometry&) const override {
    return {kernels::device_sepia(matrix_)};
  }

 private:
  // Given.
  const kernels::SepiaMatrix matrix_;
};

std::shared_ptr<const FilterStep> make_sepia(const Parameters& parameters) {
  const auto matrix = kernels::make_sepia_matrix(parameter<double>(parameters, "intensity"));
  FW_CHECK(matrix.has_value());
  return std::make_shared<SepiaStep>(*matrix);
}

}  // namespace

FilterDescriptor grayscale() {
  std::vector<std::string> names;
  for (const auto& algorithm : kAlgorithms) names.emplace_back(algorithm.first);
  return {.id = "grayscale",
          .name = "Grayscale",
          .description = "Reduces colour to one channel of luma; alpha is left out.",
          .parameters = {{.id = "algorithm",
                          .name = "Algorithm",
                          .description = "How red, green and blue are weighed.",
                          .type = ParameterType::Choice,
                          .default_value = std::string{"bt601"},
                          .options = names}},
          .make = make_grayscale};
}

FilterDescriptor sepia() {
  return {.id = "sepia",
          .name = "Sepia",
          .description = "The brown of old photographs. Gray pictures stay as they are.",
          .parameters = {{.id = "intensity",
                          .name = "Intensity",
                          .description = "0 changes nothing, 1 is full sepia.",
                          .type = ParameterType::Float,
                          .default_value = 1.0,
                          .min_value = 0,
                          .max_value = 1,
                          .step = 0.01}},
          .make = make_sepia};
}

}  // namespace framewright::engine::filters
