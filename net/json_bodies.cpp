#include "net/json_bodies.hpp"

#include <array>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>

#include "net/json_fields.hpp"

namespace framewright::net {
namespace {

using engine::PixelFormat;
using engine::Result;
using engine::unexpected;
using nlohmann::json;

constexpr int kMaxPixelsDepth = 8;
constexpr int kMaxFileDepth = 4;
constexpr std::uint64_t kNoLimit = std::numeric_limits<std::uint64_t>::max();
constexpr std::array<PixelFormat, 3> kFormats = {PixelFormat::Gray8, PixelFormat::Rgb8, PixelFormat::Rgba8};
constexpr std::array<int, 3> kChannels = {1, 3, 4};

std::optional<PixelFormat> read_channels(JsonFields& fields) {
  fields.require("channels");
  const auto channels = fields.integer("channels", {1, 4});
  if (!channels) return std::nullopt;
  for (std::size_t i = 0; i < kChannels.size(); ++i) {
    if (static_cast<int>(*channels) == kChannels[i]) return kFormats[i];
  }
  fields.mistake("channels", "accepted: 1, 3, 4");
  return std::nullopt;
}

std::optional<int> read_side(JsonFields& fields, std::string_view name) {
  fields.require(name);
  const auto side = fields.integer(name, {1, std::numeric_limits<int>::max()});
  if (!side) return std::nullopt;
  return static_cast<int>(*side);
}

}  // namespace

Result<actors::UnaryRequest> parse_pixels(std::string_view text, std::size_t pipeline_filters,
                                          engine::FramePool& pool) {
  auto document = parse_json_object(text, kMaxPixelsDepth);
  if (!document) return unexpected(std::move(document).error());
  actors::UnaryRequest unary;
  unary.output.format = engine::ImageEncoding::Raw;
  JsonFields fields(*document);
  fields.require("image_data");
  const std::string* data = fields.text("image_data");
  unary.input.width_px = read_side(fields, "width").value_or(0);
  unary.input.height_px = read_side(fields, "height").value_or(0);
  if (const auto format = read_channels(fields)) unary.input.pixel_format = *format;
  const json* pipeline = fields.find("pipeline");
  if (const auto wish = fields.accelerator()) {
    unary.accelerator = wish->accelerator;
    unary.device = wish->device;
  }
  fields.refuse_unread();
  if (auto checked = fields.finish(); !checked) return unexpected(std::move(checked).error());
  if (pipeline != nullptr) {
    auto parsed = engine::Pipeline::from_json(*pipeline, pipeline_filters);
    if (!parsed) return unexpected(std::move(parsed).error());
    unary.pipeline = std::move(*parsed);
  }
  auto pixels = decode_base64(*data, "image_data", kNoLimit, pool);
  if (!pixels) return unexpected(std::move(pixels).error());
  unary.input.size_bytes = pixels->size_bytes;
  unary.input.buffer = std::move(pixels->buffer);
  return unary;
}

Result<JsonFile> parse_file(std::string_view text, std::uint64_t limit_bytes, engine::FramePool& pool) {
  auto document = parse_json_object(text, kMaxFileDepth);
  if (!document) return unexpected(std::move(document).error());
  JsonFields fields(*document);
  fields.require("file_data");
  fields.require("filename");
  const auto* data = fields.text("file_data");
  const auto* filename = fields.text("filename");
  fields.refuse_unread();
  if (auto checked = fields.finish(); !checked) return unexpected(std::move(checked).error());
  auto content = decode_base64(*data, "file_data", limit_bytes, pool);
  if (!content) return unexpected(std::move(content).error());
  return JsonFile{*filename, std::move(*content)};
}

}  // namespace framewright::net
