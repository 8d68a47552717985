#include "engine/filters/rows.hpp"
#include "engine/filters/table_step.hpp"
#include "kernels/box_blur.hpp"
#include "kernels/clahe.hpp"
#include "kernels/equalize.hpp"
#include "kernels/threshold.hpp"

namespace framewright::engine::filters {
namespace {

class EqualizeStep final : public SameShapeStep {
 public:
  bool in_place() const noexcept override { return true; }
  std::size_t scratch_bytes(const Geometry& input) const noexcept override {
    return kernels::equalize_scratch_bytes(input.width_px, input.channels);
  }
  kernels::Status run(const kernels::ConstImageView& in, const kernels::ImageView& out,
                      kernels::Scratch scratch) const noexcept override {
    return kernels::equalize(in, out, scratch);
  }
  bool has_device_steps() const noexcept override { return true; }
  kernels::DeviceSteps device_steps(const Geometry&) const override { return {kernels::DeviceEqualize{}}; }
};

std::shared_ptr<const FilterStep> make_equalize(const Parameters&) {
  return std::make_shared<EqualizeStep>();
}

class ClaheStep final : public SameShapeStep {
 public:
  ClaheStep(kernels::ClipLimit limit, kernels::TileGrid grid) noexcept : limit_(limit), grid_(grid) {}

  bool in_place() const noexcept override { return true; }
  std::size_t scratch_bytes(const Geometry& input) const noexcept override {
    return kernels::clahe_scratch_bytes(input.width_px, input.channels, grid_);
  }
  kernels::Status run(const kernels::ConstImageView& in, const kernels::ImageView& out,
                      kernels::Scratch scratch) const noexcept override {
    return kernels::clahe(in, limit_, grid_, out, scratch);
  }

  bool has_device_steps() const noexcept override { return true; }
  kernels::DeviceSteps device_steps(const Geometry&) const override {
    return {kernels::DeviceClahe{limit_, grid_}};
  }

 private:
  // Given.
  const kernels::ClipLimit limit_;
  const kernels::TileGrid grid_;
};

int whole(const Parameters& parameters, std::string_view id) {
  return static_cast<int>(parameter<std::int64_t>(parameters, id));
}

std::shared_ptr<const FilterStep> make_clahe(const Parameters& parameters) {
  const auto limit = kernels::make_clip_limit(parameter<double>(parameters, "clip_limit"));
  FW_CHECK(limit.has_value());
  return std::make_shared<ClaheStep>(
      *limit, kernels::TileGrid{whole(parameters, "tile_columns"), whole(parameters, "tile_rows")});
}

class OtsuStep final : public SameShapeStep {
 public:
  explicit OtsuStep(kernels::Polarity polarity) noexcept : polarity_(polarity) {}

  std::size_t scratch_bytes(const Geometry& input) const noexcept override {
    return kernels::threshold_otsu_scratch_bytes(input.width_px, input.channels);
  }
  kernels::Status run(const kernels::ConstImageView& in, const kernels::ImageView& out,
                      kernels::Scratch scratch) const noexcept override {
    return kernels::threshold_otsu(in, polarity_, out, scratch);
  }
  bool has_jumps() const noexcept override { return true; }

  bool has_device_steps() const noexcept override { return true; }
  kernels::DeviceSteps device_steps(const Geometry&) const override {
    return {kernels::DeviceOtsu{polarity_}};
  }

 private:
  // Given.
  const kernels::Polarity polarity_;
};

class AdaptiveThresholdStep final : public SameShapeStep {
 public:
  AdaptiveThresholdStep(int block_size_px, int offset, kernels::Polarity polarity) noexcept
      : block_size_px_(block_size_px), offset_(offset), polarity_(polarity) {}

  std::size_t scratch_bytes(const Geometry& input) const noexcept override {
    return kernels::threshold_adaptive_scratch_bytes(input.width_px, input.channels, block_size_px_);
  }
  kernels::Status run(const kernels::ConstImageView& in, const kernels::ImageView& out,
                      kernels::Scratch scratch) const noexcept override {
    return kernels::threshold_adaptive(in, block_size_px_, offset_, polarity_, out, scratch);
  }
  bool has_jumps() const noexcept override { return true; }

  bool has_device_steps() const noexcept override { return true; }
  kernels::DeviceSteps device_steps(const Geometry&) const override {
    return {kernels::DeviceBoxBlur{block_size_px_, kernels::BoxUse::Threshold, offset_, polarity_}};
  }

 private:
  // Given.
  const int block_size_px_;
  const int offset_;
  const kernels::Polarity polarity_;
};

std::shared_ptr<const FilterStep> make_threshold(const Parameters& parameters) {
  const auto& mode = parameter<std::string>(parameters, "mode");
  const auto polarity = parameter<bool>(parameters, "inverted") ? kernels::Polarity::DarkIsWhite
                                                                : kernels::Polarity::BrightIsWhite;
  if (mode == "otsu") return std::make_shared<OtsuStep>(polarity);
  if (mode == "adaptive") {
    return std::make_shared<AdaptiveThresholdStep>(whole(parameters, "block_size"),
                                                   whole(parameters, "offset"), polarity);
  }
  const auto table = kernels::make_threshold_table(whole(parameters, "level"), polarity);
  FW_CHECK(table.has_value());
  return std::make_shared<TableStep>(*table);
}

ParameterDescriptor tile_count(std::string id, std::string name, std::string description) {
  return {.id = std::move(id),
          .name = std::move(name),
          .description = std::move(description),
          .type = ParameterType::Integer,
          .default_value = std::int64_t{8},
          .min_value = 1,
          .max_value = kernels::kClaheMaxTiles,
          .step = 1};
}

}  // namespace

FilterDescriptor histogram_equalization() {
  return {.id = "histogram_equalization",
          .aliases = {"equalize"},
          .name = "Histogram equalization",
          .description = "Spreads luma over the whole range, over the whole picture; chroma stays.",
          .make = make_equalize};
}

FilterDescriptor clahe() {
  return {.id = "clahe",
          .name = "CLAHE",
          .description = "Spreads luma by neighbourhoods, with a limit on contrast; chroma stays.",
          .parameters = {{.id = "clip_limit",
                          .name = "Clip limit",
                          .description = "How often one value may count, in multiples of the mean.",
                          .type = ParameterType::Float,
                          .default_value = 2.0,
                          .min_value = 1,
                          .max_value = 256,
                          .step = 0.1},
                         tile_count("tile_columns", "Tile columns", "Tiles from left to right."),
                         tile_count("tile_rows", "Tile rows", "Tiles from top to bottom.")},
          .make = make_clahe};
}

FilterDescriptor threshold() {
  return {.id = "threshold",
          .name = "Threshold",
          .description = "Each channel to black and white; put grayscale first for one.",
          .parameters = {{.id = "mode",
                          .name = "Mode",
                          .description = "fixed: at the level; otsu: where the histogram parts best; "
                                         "adaptive: at the mean around each pixel.",
                          .type = ParameterType::Choice,
                          .default_value = std::string{"fixed"},
                          .options = {"fixed", "otsu", "adaptive"}},
                         {.id = "level",
                          .name = "Level",
                          .description = "fixed: what is above it becomes white.",
                          .type = ParameterType::Integer,
                          .default_value = std::int64_t{127},
                          .min_value = 0,
                          .max_value = 255,
                          .step = 1},
                         {.id = "block_size",
                          .name = "Block size",
                          .description = "adaptive: width of the square that is averaged; odd.",
                          .type = ParameterType::Integer,
                          .default_value = std::int64_t{11},
                          .min_value = 3,
                          .max_value = kernels::kBoxBlurMaxSize,
                          .step = 2,
                          .unit = "px"},
                         {.id = "offset",
                          .name = "Offset",
                          .description = "adaptive: taken from the mean.",
                          .type = ParameterType::Integer,
                          .default_value = std::int64_t{2},
                          .min_value = -255,
                          .max_value = 255,
                          .step = 1},
                         {.id = "inverted",
                          .name = "Inverted",
                          .description = "White below the level, black above it.",
                          .type = ParameterType::Boolean,
                          .default_value = false}},
          .make = make_threshold};
}

}  // namespace framewright::engine::filters
