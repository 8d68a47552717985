// A step that looks up each colour value in one table; any chain of them is again one.
#pragma once

#include <cstdlib>

#include "engine/filters/steps.hpp"
#include "kernels/point_ramp.hpp"

namespace framewright::engine::filters {

class TableStep final : public SameShapeStep {
 public:
  explicit TableStep(const kernels::PointTable& table) noexcept
      : table_(table), ramp_(kernels::fit_ramp(table)) {}

  bool in_place() const noexcept override { return true; }
  std::optional<int> reach_rows() const noexcept override { return 0; }
  kernels::Status run(const kernels::ConstImageView& in, const kernels::ImageView& out,
                      kernels::Scratch scratch) const noexcept override;
  bool has_device_steps() const noexcept override { return true; }
  kernels::DeviceSteps device_steps(const Geometry&) const override {
    return {kernels::DevicePointTable{table_}};
  }
  const kernels::PointTable* point_table() const noexcept override { return &table_; }
  bool has_jumps() const noexcept override {
    constexpr int kSteepest = 32;
    for (std::size_t value = 1; value < table_.size(); ++value) {
      if (std::abs(table_[value] - table_[value - 1]) > kSteepest) return true;
    }
    return false;
  }

 private:
  // Given.
  const kernels::PointTable table_;
  // Owned.
  const std::optional<kernels::PointRamp> ramp_;  ///< the same values, where they lie on a line: faster
};

}  // namespace framewright::engine::filters
