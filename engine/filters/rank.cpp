#include "engine/filters/rows.hpp"
#include "engine/filters/steps.hpp"
#include "kernels/median_blur.hpp"

namespace framewright::engine::filters {
namespace {

class MedianBlurStep final : public SameShapeStep {
 public:
  explicit MedianBlurStep(int kernel_size_px) noexcept : kernel_size_px_(kernel_size_px) {}

  std::size_t scratch_bytes(const Geometry& input) const noexcept override {
    return kernels::median_blur_scratch_bytes(input.width_px, input.channels, kernel_size_px_);
  }
  kernels::Status run(const kernels::ConstImageView& in, const kernels::ImageView& out,
                      kernels::Scratch scratch) const noexcept override {
    return kernels::median_blur(in, kernel_size_px_, out, scratch);
  }

 private:
  // Given.
  const int kernel_size_px_;
};

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

}  // namespace framewright::engine::filters
