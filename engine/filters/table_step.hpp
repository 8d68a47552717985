// A step that looks up each colour value in one table; any chain of them is again one.
#pragma once

#include "engine/filters/steps.hpp"
#include "kernels/point_ramp.hpp"

namespace framewright::engine::filters {

class TableStep final : public SameShapeStep {
 public:
  explicit TableStep(const kernels::PointTable& table) noexcept
      : table_(table), ramp_(kernels::fit_ramp(table)) {}

  bool in_place() const noexcept override { return true; }
  kernels::Status run(const kernels::ConstImageView& in, const kernels::ImageView& out,
                      kernels::Scratch scratch) const noexcept override;
  std::optional<kernels::DeviceStep> device_step() const override {
    return kernels::DevicePointTable{table_};
  }
  const kernels::PointTable* point_table() const noexcept override { return &table_; }

 private:
  // Given.
  const kernels::PointTable table_;
  // Owned.
  const std::optional<kernels::PointRamp> ramp_;  ///< the same values, where they lie on a line: faster
};

}  // namespace framewright::engine::filters
