#include <algorithm>
#include <array>

#include "engine/filters/rows.hpp"
#include "engine/filters/steps.hpp"
#include "kernels/crop.hpp"
#include "kernels/letterbox.hpp"
#include "kernels/pixelate.hpp"
#include "kernels/resize.hpp"
#include "kernels/turn.hpp"

namespace framewright::engine::filters {

Result<Geometry> geometry_within(std::int64_t width_px, std::int64_t height_px, const Geometry& input,
                                 const ImageLimits& limits) {
  if (std::max(input.width_px, input.height_px) > kernels::kResizeMaxSide) {
    return unexpected(ErrorCode::InvalidPipeline, "takes no picture of " + std::to_string(input.width_px) +
                                                      "x" + std::to_string(input.height_px) +
                                                      " px; accepted are " +
                                                      std::to_string(kernels::kResizeMaxSide) + " px a side");
  }
  const auto side_px = std::min<std::int64_t>(limits.side_px, kernels::kResizeMaxSide);
  const bool fits = width_px <= side_px && height_px <= side_px &&
                    static_cast<std::uint64_t>(width_px * height_px) <= limits.pixels;
  if (!fits) {
    return unexpected(ErrorCode::InvalidPipeline,
                      "would make " + std::to_string(width_px) + "x" + std::to_string(height_px) + " px of " +
                          std::to_string(input.width_px) + "x" + std::to_string(input.height_px) +
                          " px; accepted are " + std::to_string(side_px) + " px a side and " +
                          std::to_string(limits.pixels) + " pixels");
  }
  return Geometry{static_cast<int>(width_px), static_cast<int>(height_px), input.channels};
}

namespace {

int whole_number(const Parameters& parameters, std::string_view id) {
  return static_cast<int>(parameter<std::int64_t>(parameters, id));
}

/// A filter that has another geometry than its input.
class GeometryStep : public FilterStep {
 public:
  bool in_place() const noexcept override { return false; }
  std::size_t scratch_bytes(const Geometry&) const noexcept override { return 0; }
};

using Rectangle = kernels::PixelRectangle;

class CropStep final : public GeometryStep {
 public:
  explicit CropStep(const Rectangle& rectangle) noexcept : rectangle_(rectangle) {}

  Result<Geometry> output_geometry(const Geometry& input, const ImageLimits&) const override;
  kernels::Status run(const kernels::ConstImageView& in, const kernels::ImageView& out,
                      kernels::Scratch scratch) const noexcept override {
    return run_rows(in, out, scratch);
  }

  bool has_device_steps() const noexcept override { return true; }
  kernels::DeviceSteps device_steps(const Geometry&) const override {
    return {kernels::DeviceCrop{rectangle_}};
  }
  bool runs_by_rows() const noexcept override { return true; }
  Rows rows_needed(Rows made, int, int) const noexcept override {
    return {rectangle_.y + made.first, rectangle_.y + made.end};
  }
  kernels::Status run_rows(const kernels::ConstImageView& in, const kernels::OutputRows& out,
                           kernels::Scratch) const noexcept override {
    return kernels::crop(in, rectangle_, out);
  }
  /// The view says how much. From an odd place on, each chroma sample would lie between other pixels.
  std::shared_ptr<const FilterStep> chroma_step() const override {
    const auto [x, y, width_px, height_px] = rectangle_;
    return std::make_shared<CropStep>(Rectangle{x / 2, y / 2, (width_px + 1) / 2, (height_px + 1) / 2});
  }
  bool keeps_chroma_in_place(const Geometry&) const noexcept override {
    return rectangle_.x % 2 == 0 && rectangle_.y % 2 == 0;
  }

 private:
  // Given.
  const Rectangle rectangle_;
};

/// Where [begin, begin + length) leaves a side, and by which parameters.
std::optional<std::string> outside(std::string_view names, int begin, int length, int side_px) {
  if (begin < side_px && length <= side_px - begin) return std::nullopt;
  return std::string(names) + " reach from " + std::to_string(begin) + " to " +
         std::to_string(std::int64_t{begin} + length) + " px, the picture to " + std::to_string(side_px) +
         " px";
}

Result<Geometry> CropStep::output_geometry(const Geometry& input, const ImageLimits&) const {
  const auto& [x, y, width_px, height_px] = rectangle_;
  auto mistake = outside("x and width", x, width_px, input.width_px);
  if (!mistake) mistake = outside("y and height", y, height_px, input.height_px);
  if (mistake) return unexpected(ErrorCode::InvalidPipeline, std::move(*mistake));
  return Geometry{width_px, height_px, input.channels};
}

std::shared_ptr<const FilterStep> make_crop(const Parameters& parameters) {
  return std::make_shared<CropStep>(Rectangle{whole_number(parameters, "x"), whole_number(parameters, "y"),
                                              whole_number(parameters, "width"),
                                              whole_number(parameters, "height")});
}

class TurnStep final : public GeometryStep {
 public:
  explicit TurnStep(kernels::Turn turn) noexcept : turn_(turn) {}

  Result<Geometry> output_geometry(const Geometry& input, const ImageLimits&) const override {
    if (!turn_.swap_axes) return input;
    return Geometry{input.height_px, input.width_px, input.channels};
  }
  kernels::Status run(const kernels::ConstImageView& in, const kernels::ImageView& out,
                      kernels::Scratch) const noexcept override {
    return kernels::turn(in, turn_, out);
  }

  bool has_device_steps() const noexcept override { return true; }
  kernels::DeviceSteps device_steps(const Geometry&) const override { return {kernels::DeviceTurn{turn_}}; }
  /// Rows that are only turned around stay where they are.
  std::optional<int> reach_rows() const noexcept override {
    return turn_.swap_axes || turn_.from_bottom ? std::nullopt : std::optional(0);
  }
  std::shared_ptr<const FilterStep> chroma_step() const override { return std::make_shared<TurnStep>(turn_); }
  /// An odd side has a chroma sample over one pixel, and that stays at its end only where the side is not
  /// turned around.
  bool keeps_chroma_in_place(const Geometry& input) const noexcept override {
    return !(turn_.from_right && input.width_px % 2 != 0) && !(turn_.from_bottom && input.height_px % 2 != 0);
  }

 private:
  // Given.
  const kernels::Turn turn_;
};

constexpr std::array<std::pair<std::string_view, kernels::Turn>, 3> kDirections = {{
    {"horizontal", {.from_right = true}},
    {"vertical", {.from_bottom = true}},
    {"both", {.from_right = true, .from_bottom = true}},
}};

/// By quarter turns clockwise, from the first.
constexpr std::array<kernels::Turn, 3> kQuarterTurns = {{
    {.swap_axes = true, .from_bottom = true},
    {.from_right = true, .from_bottom = true},
    {.swap_axes = true, .from_right = true},
}};

std::shared_ptr<const FilterStep> make_flip(const Parameters& parameters) {
  const auto& name = parameter<std::string>(parameters, "direction");
  for (const auto& [known, turn] : kDirections) {
    if (known == name) return std::make_shared<TurnStep>(turn);
  }
  check_failed("a direction that the descriptor does not list", __FILE__, __LINE__);
}

std::shared_ptr<const FilterStep> make_rotate(const Parameters& parameters) {
  const auto quarters = static_cast<std::size_t>(whole_number(parameters, "angle") / 90);
  return std::make_shared<TurnStep>(kQuarterTurns.at(quarters - 1));
}

class LetterboxStep final : public GeometryStep {
 public:
  LetterboxStep(int width_px, int height_px, std::uint8_t background) noexcept
      : width_px_(width_px), height_px_(height_px), background_(background) {}

  Result<Geometry> output_geometry(const Geometry& input, const ImageLimits& limits) const override {
    return geometry_within(width_px_, height_px_, input, limits);
  }
  std::size_t scratch_bytes(const Geometry& input) const noexcept override {
    return kernels::letterbox_scratch_bytes(size_of(input), box(input.channels));
  }
  kernels::Status run(const kernels::ConstImageView& in, const kernels::ImageView& out,
                      kernels::Scratch scratch) const noexcept override {
    return kernels::letterbox(in, background_, out, scratch);
  }

  bool has_device_steps() const noexcept override { return true; }
  kernels::DeviceSteps device_steps(const Geometry& input) const override {
    const auto [picture, interpolation] = kernels::place_in_box(size_of(input), box(input.channels));
    return {kernels::DeviceLetterbox{width_px_, height_px_, picture, interpolation, background_}};
  }

 private:
  kernels::ConstImageView box(int channels) const noexcept {
    return size_of({width_px_, height_px_, channels});
  }

  // Given.
  const int width_px_;
  const int height_px_;
  const std::uint8_t background_;
};

std::shared_ptr<const FilterStep> make_letterbox(const Parameters& parameters) {
  return std::make_shared<LetterboxStep>(whole_number(parameters, "width"),
                                         whole_number(parameters, "height"),
                                         static_cast<std::uint8_t>(whole_number(parameters, "background")));
}

class PixelateStep final : public SameShapeStep {
 public:
  explicit PixelateStep(int block_size_px) noexcept : block_size_px_(block_size_px) {}

  bool in_place() const noexcept override { return true; }
  std::size_t scratch_bytes(const Geometry& input) const noexcept override {
    return kernels::pixelate_scratch_bytes(input.width_px, input.channels);
  }
  kernels::Status run(const kernels::ConstImageView& in, const kernels::ImageView& out,
                      kernels::Scratch scratch) const noexcept override {
    return kernels::pixelate(in, block_size_px_, out, scratch);
  }

  bool has_device_steps() const noexcept override { return true; }
  kernels::DeviceSteps device_steps(const Geometry&) const override {
    return {kernels::DevicePixelate{block_size_px_}};
  }

 private:
  // Given.
  const int block_size_px_;
};

std::shared_ptr<const FilterStep> make_pixelate(const Parameters& parameters) {
  return std::make_shared<PixelateStep>(whole_number(parameters, "block_size"));
}

ParameterDescriptor pixels(std::string id, std::string name, std::string description, std::int64_t initially,
                           int min) {
  return {.id = std::move(id),
          .name = std::move(name),
          .description = std::move(description),
          .type = ParameterType::Integer,
          .default_value = initially,
          .min_value = static_cast<double>(min),
          .max_value = kernels::kResizeMaxSide,
          .step = 1,
          .unit = "px"};
}

}  // namespace

FilterDescriptor crop() {
  return {.id = "crop",
          .name = "Crop",
          .description = "A rectangle cut out. One that reaches out of the picture is refused.",
          .parameters = {pixels("x", "Left", "Columns left out at the left.", 0, 0),
                         pixels("y", "Top", "Rows left out at the top.", 0, 0),
                         pixels("width", "Width", "Columns kept.", 64, 1),
                         pixels("height", "Height", "Rows kept.", 64, 1)},
          .make = make_crop};
}

FilterDescriptor flip() {
  std::vector<std::string> names;
  names.reserve(kDirections.size());
  for (const auto& direction : kDirections) names.emplace_back(direction.first);
  return {.id = "flip",
          .name = "Flip",
          .description = "The picture as a mirror shows it.",
          .parameters = {{.id = "direction",
                          .name = "Direction",
                          .description = "Horizontal swaps left and right, vertical top and bottom.",
                          .type = ParameterType::Choice,
                          .default_value = std::string{"horizontal"},
                          .options = names}},
          .make = make_flip};
}

FilterDescriptor rotate() {
  return {.id = "rotate",
          .name = "Rotate",
          .description = "The picture turned clockwise by quarter turns.",
          .parameters = {{.id = "angle",
                          .name = "Angle",
                          .description = "How far, clockwise.",
                          .type = ParameterType::Integer,
                          .default_value = std::int64_t{90},
                          .min_value = 90,
                          .max_value = 270,
                          .step = 90,
                          .unit = "degrees"}},
          .make = make_rotate};
}

FilterDescriptor letterbox() {
  return {.id = "letterbox",
          .name = "Letterbox",
          .description = "The whole picture in a box of a fixed size, with bars where it does not reach.",
          .parameters = {pixels("width", "Width", "Width of the box.", 640, 1),
                         pixels("height", "Height", "Height of the box.", 640, 1),
                         {.id = "background",
                          .name = "Background",
                          .description = "Gray level of the bars.",
                          .type = ParameterType::Integer,
                          .default_value = std::int64_t{0},
                          .min_value = 0,
                          .max_value = 255,
                          .step = 1}},
          .make = make_letterbox};
}

FilterDescriptor pixelate() {
  return {.id = "pixelate",
          .name = "Pixelate",
          .description = "Squares of one colour: the mean of what lies under each.",
          .parameters = {{.id = "block_size",
                          .name = "Block size",
                          .description = "Side of a square.",
                          .type = ParameterType::Integer,
                          .default_value = std::int64_t{8},
                          .min_value = 2,
                          .max_value = kernels::kPixelateMaxBlock,
                          .step = 1,
                          .unit = "px"}},
          .make = make_pixelate};
}

}  // namespace framewright::engine::filters
