// What a filter is: a descriptor that clients discover, and a step that a plan runs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "engine/media.hpp"
#include "engine/result.hpp"
#include "kernels/device_step.hpp"
#include "kernels/image_view.hpp"
#include "kernels/point_table.hpp"
#include "kernels/scratch.hpp"

namespace framewright::engine {

using ParameterValue = std::variant<bool, std::int64_t, double, std::string>;

enum class ParameterType : std::uint8_t { Boolean, Integer, Float, Choice };

struct ParameterDescriptor {
  std::string id;
  std::string name;
  std::string description;
  ParameterType type = ParameterType::Float;
  ParameterValue default_value;
  double min_value = 0;  ///< Integer and Float
  double max_value = 0;  ///< Integer and Float
  /// Integer: the value is min_value plus a multiple of it. Float: a hint for controls.
  double step = 0;
  std::vector<std::string> options = {};  ///< Choice
  std::string unit = {};                  ///< "px", "deg", "K", or nothing
};

/// Parameters of one call, complete (defaults filled in) and in the descriptor's order.
using Parameters = std::vector<std::pair<std::string, ParameterValue>>;

/// One stage of a plan. Immutable: any number of threads may run one step at a time.
class FilterStep {
 public:
  virtual ~FilterStep() = default;

  /// Errors   InvalidPipeline when this filter cannot take such a picture, or would make one beyond `limits`.
  virtual Result<Geometry> output_geometry(const Geometry& input, const ImageLimits& limits) const = 0;
  /// Whether run() may be given the same view as input and output.
  virtual bool in_place() const noexcept = 0;
  /// Scratch that run() needs for this input.
  virtual std::size_t scratch_bytes(const Geometry& input) const noexcept = 0;
  /// Runs on the calling thread; allocates nothing. `out` has the geometry that output_geometry() gives.
  virtual kernels::Status run(const kernels::ConstImageView& in, const kernels::ImageView& out,
                              kernels::Scratch scratch) const noexcept = 0;
  /// The same work as the device runs it; none where there is no device kernel yet.
  virtual std::optional<kernels::DeviceStep> device_step() const = 0;
  /// The table, where this filter does nothing but look up each colour value: neighbours become one step.
  virtual const kernels::PointTable* point_table() const noexcept { return nullptr; }
};

struct FilterDescriptor {
  std::string id;
  std::vector<std::string> aliases = {};
  std::string name;
  std::string description;
  std::vector<ParameterDescriptor> parameters = {};
  std::vector<Accelerator> accelerators = {Accelerator::Cpu};
  /// Makes the step for parameters that were validated against this descriptor.
  std::shared_ptr<const FilterStep> (*make)(const Parameters&) = nullptr;
};

/// What a call that names no parameter means.
Parameters defaults_of(const FilterDescriptor& filter);

/// Every filter there is, in the order they are shown. Plugins will add to a copy of it.
const std::vector<FilterDescriptor>& builtin_filters();

/// By id or alias; nullptr when there is none.
const FilterDescriptor* find_filter(std::string_view id) noexcept;

}  // namespace framewright::engine
