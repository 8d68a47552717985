// What the filters' own files share: reading validated parameters, describing them, and steps that keep the
// shape.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "engine/check.hpp"
#include "engine/filter.hpp"

namespace framewright::engine::filters {

/// The value of a parameter that the descriptor promises.
template <class T>
const T& parameter(const Parameters& parameters, std::string_view id) {
  for (const auto& [name, value] : parameters) {
    if (name == id) return std::get<T>(value);
  }
  check_failed("a filter asks for a parameter that it does not describe", __FILE__, __LINE__);
}

/// A view that says nothing but its size.
inline kernels::ConstImageView size_of(const Geometry& geometry) noexcept {
  return {nullptr, geometry.width_px, geometry.height_px, geometry.channels, 0};
}

/// The geometry of a picture that a filter would make at this size.
///
/// Errors   InvalidPipeline when a side, also of `input`, or the number of pixels is beyond what is accepted.
Result<Geometry> geometry_within(std::int64_t width_px, std::int64_t height_px, const Geometry& input,
                                 const ImageLimits& limits);

/// A step whose output has the geometry of its input.
class SameShapeStep : public FilterStep {
 public:
  Result<Geometry> output_geometry(const Geometry& input, const ImageLimits&) const override { return input; }
  bool in_place() const noexcept override { return false; }
  std::size_t scratch_bytes(const Geometry&) const noexcept override { return 0; }
};

/// One that makes a whole picture as it makes some rows of one.
class RowsStep : public SameShapeStep {
 public:
  kernels::Status run(const kernels::ConstImageView& in, const kernels::ImageView& out,
                      kernels::Scratch scratch) const noexcept final {
    return run_rows(in, out, scratch);
  }
  kernels::Status run_rows(const kernels::ConstImageView& in, const kernels::OutputRows& out,
                           kernels::Scratch scratch) const noexcept override = 0;
};

}  // namespace framewright::engine::filters
