// For each filter its reference, so that whatever runs filters can be held against their definitions.
#pragma once

#include <string_view>

#include "engine/pipeline.hpp"
#include "kernels/image_view.hpp"

namespace framewright::engine {

/// Whether run_reference() knows the filter, by id.
bool has_reference(std::string_view filter);

/// What the filter makes of a picture by definition, one pixel at a time. `out` has the geometry that the
/// filter's step gives for `in`.
kernels::Status run_reference(const FilterCall& call, const kernels::ConstImageView& in,
                              const kernels::ImageView& out);

}  // namespace framewright::engine
