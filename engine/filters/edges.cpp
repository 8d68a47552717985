#include "engine/filters/rows.hpp"
#include "engine/filters/steps.hpp"
#include "kernels/sharpen.hpp"
#include "kernels/sobel.hpp"

namespace framewright::engine::filters {
namespace {

class SobelStep final : public SameShapeStep {
 public:
  std::size_t scratch_bytes(const Geometry& input) const noexcept override {
    return kernels::sobel_scratch_bytes(input.width_px, input.channels);
  }
  kernels::Status run(const kernels::ConstImageView& in, const kernels::ImageView& out,
                      kernels::Scratch scratch) const noexcept override {
    return kernels::sobel(in, out, scratch);
  }
};

std::shared_ptr<const FilterStep> make_sobel(const Parameters&) { return std::make_shared<SobelStep>(); }

class SharpenStep final : public SameShapeStep {
 public:
  explicit SharpenStep(kernels::SharpenWeight strength) noexcept : strength_(strength) {}

  std::size_t scratch_bytes(const Geometry& input) const noexcept override {
    return kernels::sharpen_scratch_bytes(input.width_px, input.channels);
  }
  kernels::Status run(const kernels::ConstImageView& in, const kernels::ImageView& out,
                      kernels::Scratch scratch) const noexcept override {
    return kernels::sharpen(in, strength_, out, scratch);
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

}  // namespace

FilterDescriptor sobel() {
  return {
      .id = "sobel",
      .name = "Sobel edges",
      .description = "How steep each colour channel is at each pixel. Put grayscale first for one edge map.",
      .make = make_sobel};
}

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

}  // namespace framewright::engine::filters
