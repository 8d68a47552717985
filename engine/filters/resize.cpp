#include "kernels/resize.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include "engine/filters/rows.hpp"
#include "engine/filters/steps.hpp"

namespace framewright::engine::filters {
namespace {

using kernels::Interpolation;

constexpr std::array<std::pair<std::string_view, Interpolation>, 4> kInterpolations = {{
    {"area", Interpolation::Area},
    {"bilinear", Interpolation::Bilinear},
    {"nearest", Interpolation::Nearest},
    {"lanczos", Interpolation::Lanczos},
}};

/// What was asked for: sides that are 0 follow from the other side, or from `scale` where both are 0.
struct Target {
  std::int64_t width_px = 0;
  std::int64_t height_px = 0;
  double scale = 1;
};

std::int64_t scaled(int side_px, double factor) {
  return std::max<std::int64_t>(1, std::llround(side_px * factor));
}

class ResizeStep final : public FilterStep {
 public:
  ResizeStep(Target target, Interpolation interpolation) noexcept
      : target_(target), interpolation_(interpolation) {}

  Result<Geometry> output_geometry(const Geometry& input, const ImageLimits& limits) const override;
  bool in_place() const noexcept override { return false; }
  std::size_t scratch_bytes(const Geometry& input) const noexcept override;
  kernels::Status run(const kernels::ConstImageView& in, const kernels::ImageView& out,
                      kernels::Scratch scratch) const noexcept override {
    return kernels::resize(in, interpolation_, out, scratch);
  }
  /// The views say from which size to which.
  std::shared_ptr<const FilterStep> chroma_step() const override {
    return std::make_shared<ResizeStep>(target_, interpolation_);
  }
  bool treats_channels_alike() const override { return true; }
  bool keeps_chroma_in_place(const Geometry& input) const noexcept override;
  bool takes_reduced() const noexcept override { return true; }
  int eighths_needed(const Geometry& input, const Geometry& output) const noexcept override;
  std::size_t scratch_bytes_between(const Geometry& input, const Geometry& output) const noexcept override;

  bool runs_by_rows() const noexcept override { return true; }
  Rows rows_needed(Rows made, int input_px, int output_px) const noexcept override {
    const auto [first, end] =
        kernels::rows_to_resize(interpolation_, input_px, output_px, {made.first, made.end});
    return {first, end};
  }
  bool prepares_rows() const noexcept override { return true; }
  kernels::Status prepare_rows(const Geometry& input, const Geometry& output,
                               kernels::Scratch scratch) const noexcept override {
    return kernels::prepare_resize(size_of(input), interpolation_, size_of(output), scratch);
  }
  kernels::Status run_rows(const kernels::ConstImageView& in, const kernels::OutputRows& out,
                           kernels::Scratch scratch) const noexcept override {
    return kernels::resize_prepared(in, interpolation_, out, scratch);
  }

  bool has_device_steps() const noexcept override { return true; }
  kernels::DeviceSteps device_steps(const Geometry& input) const override {
    const Target target = target_for(input);
    return {kernels::DeviceResize{static_cast<int>(target.width_px), static_cast<int>(target.height_px),
                                  interpolation_}};
  }

 private:
  Target target_for(const Geometry& input) const;

  // Given.
  const Target target_;
  const Interpolation interpolation_;
};

Target ResizeStep::target_for(const Geometry& input) const {
  auto target = target_;
  const auto ratio = [](std::int64_t side_px, int of_px) { return static_cast<double>(side_px) / of_px; };
  if (target.width_px == 0 && target.height_px == 0) {
    target.width_px = scaled(input.width_px, target.scale);
    target.height_px = scaled(input.height_px, target.scale);
  } else if (target.width_px == 0) {
    target.width_px = scaled(input.width_px, ratio(target.height_px, input.height_px));
  } else if (target.height_px == 0) {
    target.height_px = scaled(input.height_px, ratio(target.width_px, input.width_px));
  }
  return target;
}

Result<Geometry> ResizeStep::output_geometry(const Geometry& input, const ImageLimits& limits) const {
  const auto target = target_for(input);
  return geometry_within(target.width_px, target.height_px, input, limits);
}

/// Whether so many pixels of a side, each the mean of as many of the picture, are as good as those.
bool is_enough(Interpolation interpolation, int side_px, int reduced_px, int made_px) noexcept {
  // Measured on pages of text, which lose the most: 38 dB and more against the whole picture.
  constexpr int kManyForMeans = 8;
  constexpr int kManyForLobes = 4;
  switch (interpolation) {
    case Interpolation::Area:  // Means of whole means are means.
      return reduced_px % made_px == 0 || reduced_px >= std::int64_t{kManyForMeans} * made_px;
    case Interpolation::Lanczos: return reduced_px >= std::int64_t{kManyForLobes} * made_px;
    case Interpolation::Bilinear:  // Between two pixels lies their mean.
      return reduced_px == made_px && side_px == 2 * made_px;
    case Interpolation::Nearest: break;
  }
  return false;
}

/// Whether chroma of half size goes along with luma on one axis. Of an odd side it covers one pixel more, so
/// it is scaled by another factor; it may be out by three tenths of a sample at the far end.
bool scales_alike(std::int64_t side_px, std::int64_t made_px) noexcept {
  if (made_px >= side_px) return true;  // Less than a sample of what is there.
  const auto off = (made_px + 1) / 2 * side_px - (side_px + 1) / 2 * made_px;
  return 10 * std::abs(off) <= 3 * side_px;
}

/// Bilinear leaves out pixels where it makes less than half of a side, and nearest always: others of chroma
/// than of luma.
bool ResizeStep::keeps_chroma_in_place(const Geometry& input) const noexcept {
  const auto target = target_for(input);
  if (interpolation_ == Interpolation::Nearest) return false;
  if (interpolation_ == Interpolation::Bilinear &&
      (2 * target.width_px < input.width_px || 2 * target.height_px < input.height_px)) {
    return false;
  }
  return scales_alike(input.width_px, target.width_px) && scales_alike(input.height_px, target.height_px);
}

/// At 1/2, 1/4 and 1/8 the library makes of each block the means of 2x2, 4x4 and 8x8 of its pixels. Where the
/// last of them would reach beyond the picture, the others would lie elsewhere than they seem to; so would
/// chroma of half of an odd number of them.
int ResizeStep::eighths_needed(const Geometry& input, const Geometry& output) const noexcept {
  for (const int eighths : {1, 2, 4}) {
    const auto serves = [&](int side_px, int made_px) {
      const int reduced_px = side_px * eighths / 8;
      const bool fits = side_px * eighths % 8 == 0 && (reduced_px % 2 == 0 || reduced_px == made_px);
      return fits && is_enough(interpolation_, side_px, reduced_px, made_px);
    };
    if (serves(input.width_px, output.width_px) && serves(input.height_px, output.height_px)) return eighths;
  }
  return 8;
}

std::size_t ResizeStep::scratch_bytes(const Geometry& input) const noexcept {
  const auto target = target_for(input);
  return scratch_bytes_between(
      input, {static_cast<int>(target.width_px), static_cast<int>(target.height_px), input.channels});
}

std::size_t ResizeStep::scratch_bytes_between(const Geometry& input, const Geometry& output) const noexcept {
  return kernels::resize_scratch_bytes(size_of(input), size_of(output), interpolation_);
}

std::shared_ptr<const FilterStep> make_resize(const Parameters& parameters) {
  const Target target{parameter<std::int64_t>(parameters, "width"),
                      parameter<std::int64_t>(parameters, "height"), parameter<double>(parameters, "scale")};
  const auto& name = parameter<std::string>(parameters, "interpolation");
  for (const auto& [known, interpolation] : kInterpolations) {
    if (known == name) return std::make_shared<ResizeStep>(target, interpolation);
  }
  check_failed("an interpolation that the descriptor does not list", __FILE__, __LINE__);
}

ParameterDescriptor side(std::string id, std::string name, std::string description) {
  return {.id = std::move(id),
          .name = std::move(name),
          .description = std::move(description),
          .type = ParameterType::Integer,
          .default_value = std::int64_t{0},
          .min_value = 0,
          .max_value = kernels::kResizeMaxSide,
          .step = 1,
          .unit = "px"};
}

}  // namespace

FilterDescriptor resize() {
  std::vector<std::string> names;
  for (const auto& interpolation : kInterpolations) names.emplace_back(interpolation.first);
  return {.id = "resize",
          .name = "Resize",
          .description = "The picture at another size. One side alone keeps the proportions.",
          .parameters =
              {side("width", "Width", "0: follows from the height, or from the scale."),
               side("height", "Height", "0: follows from the width, or from the scale."),
               {.id = "scale",
                .name = "Scale",
                .description = "Factor on both sides where neither width nor height is given.",
                .type = ParameterType::Float,
                .default_value = 1.0,
                .min_value = 0.01,
                .max_value = 16,
                .step = 0.01},
               {.id = "interpolation",
                .name = "Interpolation",
                .description =
                    "Area is right for making smaller, bilinear for making larger; lanczos is sharpest.",
                .type = ParameterType::Choice,
                .default_value = std::string{"area"},
                .options = names}},
          .make = make_resize};
}

}  // namespace framewright::engine::filters
