#include "kernels/blend.hpp"

#include <algorithm>
#include <limits>

#include "engine/filters/rows.hpp"
#include "engine/filters/steps.hpp"

namespace framewright::engine::filters {
namespace {

constexpr const char* kNothing = "none";
/// Filters that keep the size of a picture make none that a limit refuses.
constexpr ImageLimits kNoLimits{std::numeric_limits<std::uint64_t>::max(), std::numeric_limits<int>::max()};

std::size_t picture_bytes(const Geometry& geometry) noexcept {
  const auto rows = static_cast<std::size_t>(geometry.bytes() + kernels::kScratchAlignment - 1);
  return rows / kernels::kScratchAlignment * kernels::kScratchAlignment;
}

kernels::ImageView view_at(std::byte* bytes, const Geometry& geometry) noexcept {
  return {reinterpret_cast<std::uint8_t*>(bytes), geometry.width_px, geometry.height_px, geometry.channels,
          static_cast<std::ptrdiff_t>(geometry.width_px) * geometry.channels};
}

/// One of the two pictures: what a filter makes of the input, or the input itself where there is none.
class Part {
 public:
  explicit Part(std::shared_ptr<const FilterStep> step) noexcept : step_(std::move(step)) {}

  bool is_input() const noexcept { return step_ == nullptr; }
  Result<Geometry> geometry(const Geometry& input, const ImageLimits& limits) const {
    return is_input() ? Result<Geometry>{input} : step_->output_geometry(input, limits);
  }
  int channels(const Geometry& input) const noexcept {
    const auto made = geometry(input, kNoLimits);
    FW_CHECK(made.has_value());  // BlendStep::output_geometry() has accepted it
    return made->channels;
  }
  std::size_t scratch_bytes(const Geometry& input) const noexcept {
    return is_input() ? 0 : step_->scratch_bytes(input);
  }
  kernels::Status run(const kernels::ConstImageView& in, const kernels::ImageView& out,
                      kernels::Scratch scratch) const noexcept {
    return step_->run(in, out, scratch);
  }

  bool has_device_steps() const noexcept { return is_input() || step_->has_device_steps(); }
  kernels::DeviceSteps device_steps(const Geometry& input) const {
    return is_input() ? kernels::DeviceSteps{} : step_->device_steps(input);
  }

 private:
  std::shared_ptr<const FilterStep> step_;
};

/// A part that has as many channels as the result is made where the result will be, so that only the other
/// needs memory of its own.
class BlendStep final : public FilterStep {
 public:
  BlendStep(Part first, Part second, kernels::BlendWeight weight) noexcept
      : first_(std::move(first)), second_(std::move(second)), weight_(weight) {}

  Result<Geometry> output_geometry(const Geometry& input, const ImageLimits& limits) const override;
  bool in_place() const noexcept override { return false; }
  std::size_t scratch_bytes(const Geometry& input) const noexcept override;
  kernels::Status run(const kernels::ConstImageView& in, const kernels::ImageView& out,
                      kernels::Scratch scratch) const noexcept override;
  /// One of its parts may have them.
  bool has_jumps() const noexcept override { return true; }

  bool has_device_steps() const noexcept override {
    return first_.has_device_steps() && second_.has_device_steps();
  }
  kernels::DeviceSteps device_steps(const Geometry& input) const override {
    return {kernels::DeviceBlend{first_.device_steps(input), second_.device_steps(input), weight_}};
  }

 private:
  /// Pictures beside the input and the output; no channels where there is none.
  struct Beside {
    Geometry first;
    Geometry second;
  };
  Beside beside(const Geometry& input) const noexcept;

  // Given.
  const Part first_;
  const Part second_;
  const kernels::BlendWeight weight_;
};

Result<Geometry> BlendStep::output_geometry(const Geometry& input, const ImageLimits& limits) const {
  const auto first = first_.geometry(input, limits);
  if (!first) return first;
  const auto second = second_.geometry(input, limits);
  if (!second) return second;
  const int channels = std::max(first->channels, second->channels);
  if (!kernels::is_blendable(first->channels, channels) ||
      !kernels::is_blendable(second->channels, channels)) {
    return unexpected(ErrorCode::InvalidPipeline, "one of the two pictures has alpha, the other has none");
  }
  return Geometry{input.width_px, input.height_px, channels};
}

BlendStep::Beside BlendStep::beside(const Geometry& input) const noexcept {
  const int first = first_.channels(input);
  const int second = second_.channels(input);
  const int out = std::max(first, second);
  const bool first_in_out = !first_.is_input() && first == out;
  const bool second_in_out = !second_.is_input() && second == out && !first_in_out;
  const auto sized = [&](int channels) { return Geometry{input.width_px, input.height_px, channels}; };
  return {sized(first_.is_input() || first_in_out ? 0 : first),
          sized(second_.is_input() || second_in_out ? 0 : second)};
}

std::size_t BlendStep::scratch_bytes(const Geometry& input) const noexcept {
  const auto pictures = beside(input);
  return picture_bytes(pictures.first) + picture_bytes(pictures.second) +
         std::max(first_.scratch_bytes(input), second_.scratch_bytes(input));
}

kernels::Status BlendStep::run(const kernels::ConstImageView& in, const kernels::ImageView& out,
                               kernels::Scratch scratch) const noexcept {
  const auto pictures = beside({in.width_px, in.height_px, in.channels});
  const auto run_part = [&](const Part& part, const Geometry& own, kernels::ConstImageView& made) {
    made = in;
    if (part.is_input()) return kernels::Status::Ok;
    const bool has_own = own.channels != 0;
    const auto view = has_own ? view_at(scratch.bytes, own) : out;
    const auto bytes = has_own ? picture_bytes(own) : 0;
    scratch = {scratch.bytes + bytes, scratch.size_bytes - bytes};
    made = view;
    return part.run(in, view, scratch);
  };
  kernels::ConstImageView first;
  kernels::ConstImageView second;
  const auto first_status = run_part(first_, pictures.first, first);
  if (first_status != kernels::Status::Ok) return first_status;
  const auto second_status = run_part(second_, pictures.second, second);
  if (second_status != kernels::Status::Ok) return second_status;
  return kernels::blend(first, second, weight_, out);
}

Part make_part(const std::string& id) {
  if (id == kNothing) return Part{nullptr};
  const auto* filter = find_filter(id);
  FW_CHECK(filter != nullptr);
  return Part{filter->make(defaults_of(*filter))};
}

std::shared_ptr<const FilterStep> make_blend(const Parameters& parameters) {
  const auto weight = kernels::make_blend_weight(parameter<double>(parameters, "weight"));
  FW_CHECK(weight.has_value());
  return std::make_shared<BlendStep>(make_part(parameter<std::string>(parameters, "first")),
                                     make_part(parameter<std::string>(parameters, "second")), *weight);
}

bool keeps_size(const FilterDescriptor& filter) {
  const Geometry picture{97, 61, 3};
  const auto made = filter.make(defaults_of(filter))->output_geometry(picture, kNoLimits);
  return made && made->width_px == picture.width_px && made->height_px == picture.height_px;
}

}  // namespace

FilterDescriptor blend(const std::vector<FilterDescriptor>& others) {
  std::vector<std::string> names{kNothing};
  for (const auto& filter : others) {
    if (keeps_size(filter)) names.push_back(filter.id);
  }
  return {.id = "blend",
          .name = "Blend",
          .description =
              "Two filters' results of the same picture, mixed by a weight. Each filter runs with its "
              "default parameters; gray meets colours as a gray colour.",
          .parameters = {{.id = "first",
                          .name = "First",
                          .description = "Filter of the first picture; none is the picture as it came.",
                          .type = ParameterType::Choice,
                          .default_value = std::string{kNothing},
                          .options = names},
                         {.id = "second",
                          .name = "Second",
                          .description = "Filter of the second picture; none is the picture as it came.",
                          .type = ParameterType::Choice,
                          .default_value = std::string{"gaussian_blur"},
                          .options = names},
                         {.id = "weight",
                          .name = "Weight",
                          .description = "Of the second picture: 0 gives the first alone, 1 the second.",
                          .type = ParameterType::Float,
                          .default_value = 0.5,
                          .min_value = 0,
                          .max_value = 1,
                          .step = 0.01}},
          .make = make_blend};
}

}  // namespace framewright::engine::filters
