// What a filter is: a descriptor that clients discover, and a step that a plan runs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
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

/// The rows from `first` to before `end`.
struct Rows {
  int first = 0;
  int end = 0;
};

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
  /// Whether a device has kernels for it.
  virtual bool has_device_steps() const noexcept { return false; }
  /// The same work as a device runs it, for a picture of this geometry that output_geometry() accepts.
  /// Asked only where there is such work.
  virtual kernels::DeviceSteps device_steps(const Geometry& input) const;

  // What lets a plan run strip by strip; nothing for most filters.

  /// How many rows above and below a row of the answer that row depends on, where the height stays and it
  /// depends on no others; nothing where that is not so.
  virtual std::optional<int> reach_rows() const noexcept { return std::nullopt; }
  /// Whether run_rows() makes some rows of an answer out of some rows of a picture.
  virtual bool runs_by_rows() const noexcept { return reach_rows().has_value(); }
  /// The rows of a picture of so many rows that some rows of the answer, not none, are made of. Neither end
  /// moves up from rows to those below.
  virtual Rows rows_needed(Rows made, int input_px, int output_px) const noexcept;
  /// Whether run_rows() needs scratch of its own, which prepare_rows() has written to once for all rows.
  virtual bool prepares_rows() const noexcept { return false; }
  /// Writes into scratch_bytes_between() what run_rows() needs for every part of such a picture.
  virtual kernels::Status prepare_rows(const Geometry& /*input*/, const Geometry& /*output*/,
                                       kernels::Scratch) const noexcept {
    return kernels::Status::Ok;
  }
  /// Makes some rows of `out`, and touches no rows of `in` but rows_needed(). As it is, for filters of single
  /// pixels.
  virtual kernels::Status run_rows(const kernels::ConstImageView& in, const kernels::OutputRows& out,
                                   kernels::Scratch scratch) const noexcept {
    const int count = out.end - out.first;
    return run(kernels::rows_of(in, out.first, count), kernels::rows_of(out.picture, out.first, count),
               scratch);
  }

  /// The table, where this filter does nothing but look up each colour value: neighbours become one step.
  virtual const kernels::PointTable* point_table() const noexcept { return nullptr; }

  // What lets a plan leave a JPEG in its planes where that is as good to the eye; nothing for most filters.

  /// Whether this filter makes of colour just the Y of YCbCr (BT.601).
  virtual bool makes_luma() const noexcept { return false; }
  /// Whether a difference of one level before this filter may be one of many behind it, as with a threshold:
  /// then nothing but exact input will do.
  virtual bool has_jumps() const noexcept { return false; }
  /// What does to a chroma plane of half the width and height what this filter does to the picture, where it
  /// is linear and does the same to every channel; the luma plane is then run through the filter itself.
  virtual std::shared_ptr<const FilterStep> chroma_step() const { return nullptr; }
  /// Whether chroma_step() leaves each chroma sample between the same four pixels of such a picture, as it
  /// was before.
  virtual bool keeps_chroma_in_place(const Geometry& /*input*/) const noexcept { return true; }
  /// Whether this filter does the same to every channel: gray before it is gray behind it.
  virtual bool treats_channels_alike() const { return chroma_step() != nullptr; }
  /// Whether run() can make of a picture at a part of its size what it makes of the whole.
  virtual bool takes_reduced() const noexcept { return false; }
  /// Of how many eighths of its size (8, 4, 2 or 1) a picture may come from the inverse transform of a JPEG
  /// for run() to make the same of it to the eye: 8 where that must be the whole. To the eye is 35 dB PSNR
  /// from what the whole gives on natural pictures, 25 dB on noise and pure colours.
  virtual int eighths_needed(const Geometry& /*input*/, const Geometry& /*output*/) const noexcept {
    return 8;
  }
  /// Scratch that run() needs between two views of these sizes: between those of a chroma plane, which follow
  /// from the picture's and not from output_geometry(), and from a picture that was decoded at a part of its
  /// size.
  virtual std::size_t scratch_bytes_between(const Geometry& input,
                                            const Geometry& /*output*/) const noexcept {
    return scratch_bytes(input);
  }
};

struct FilterDescriptor {
  std::string id;
  std::vector<std::string> aliases = {};
  std::string name;
  std::string description;
  std::vector<ParameterDescriptor> parameters = {};
  /// Follow from the step that make() makes; builtin_filters() fills them in.
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
