// A step that multiplies each pixel by a matrix of its colours.
#pragma once

#include "engine/filters/steps.hpp"
#include "kernels/colour_matrix.hpp"

namespace framewright::engine::filters {

class MatrixStep final : public SameShapeStep {
 public:
  explicit MatrixStep(const kernels::ColourMatrix& matrix) noexcept : matrix_(matrix) {}

  bool in_place() const noexcept override { return true; }
  std::optional<int> reach_rows() const noexcept override { return 0; }
  kernels::Status run(const kernels::ConstImageView& in, const kernels::ImageView& out,
                      kernels::Scratch) const noexcept override {
    return kernels::apply_colour_matrix(in, matrix_, out);
  }

  bool has_device_steps() const noexcept override { return true; }
  kernels::DeviceSteps device_steps(const Geometry&) const override {
    return {kernels::DeviceColourMatrix{matrix_}};
  }

 private:
  // Given.
  const kernels::ColourMatrix matrix_;
};

inline std::shared_ptr<const FilterStep> matrix_step(const kernels::ColourRows& rows) {
  const auto matrix = kernels::make_colour_matrix(rows);
  FW_CHECK(matrix.has_value());  // the descriptor's ranges lie within the kernel's
  return std::make_shared<MatrixStep>(*matrix);
}

}  // namespace framewright::engine::filters
