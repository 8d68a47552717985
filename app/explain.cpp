#include "app/explain.hpp"

#include <span>

#include "app/files.hpp"
#include "engine/codec.hpp"
#include "engine/route.hpp"

namespace framewright::app {
namespace {

using engine::Geometry;
using engine::ImageEncoding;
using engine::ImageHeader;
using engine::Result;

/// A larger file is not read just to explain.
constexpr std::uint64_t kMostFileBytes = 1ULL << 30;

/// "640x480".
std::string size_text(const Geometry& geometry) {
  return std::to_string(geometry.width_px) + "x" + std::to_string(geometry.height_px);
}

Result<ImageHeader> header_of(const std::filesystem::path& file, const engine::ImageLimits& limits) {
  const auto bytes = read_file(file, kMostFileBytes);
  if (!bytes) return engine::unexpected(bytes.error());
  const auto header =
      engine::inspect(std::span(reinterpret_cast<const std::uint8_t*>(bytes->data()), bytes->size()), limits);
  if (!header) return engine::unexpected(header.error().code, file.string() + ": " + header.error().detail);
  return header;
}

/// A JPEG is taken to be as most are.
ImageHeader usual_header(ImageEncoding encoding) {
  ImageHeader header{.encoding = encoding, .geometry = {1920, 1080, 3}};
  if (encoding == ImageEncoding::Jpeg) header.planes = engine::ColourPlanes::Ycbcr420;
  return header;
}

/// How far a picture with this header is decoded.
std::string route_line(const ImageHeader& header, const engine::RouteChoice& choice) {
  return std::string(engine::to_string(header.encoding)) + " goes by " +
         std::string(engine::to_string(choice.route)) + ": " + std::string(choice.reason) +
         (choice.scale_reason.empty()
              ? ""
              : "; of " + size_text(header.geometry) + " " + std::string(choice.scale_reason)) +
         "\n";
}

std::string auto_line(const engine::ChoiceSubject& subject, const ChooseAccelerator& choose) {
  const auto choice = choose(subject);
  return "auto runs " + size_text(subject.geometry) + " pixels to " +
         std::string(engine::to_string(subject.output)) + " on " +
         std::string(engine::to_string(choice.accelerator)) + ": " + engine::explain(choice) + "\n";
}

std::string lines_of_plan(const engine::Plan& plan) {
  const auto& text = plan.pipeline_text();
  std::string lines = "pipeline  " + (text.empty() ? std::string("(empty)") : text) + "\n";
  int number = 0;
  for (const auto& step : plan.steps())
    lines += "step " + std::to_string(++number) + "    " + step.filter + "\n";
  for (const auto& reason : plan.reasons()) lines += "because   " + reason + "\n";
  return lines;
}

/// As the engine admits such a picture.
std::string lines_of_picture(const engine::Plan& plan, const ImageHeader& header,
                             const engine::OutputOptions& output, const ChooseAccelerator& choose) {
  if (const auto made = plan.output_geometry(header.geometry); !made)
    return "it would be refused: " + made.error().detail + "\n";
  const auto choice = engine::choose_route(plan, header, output);
  const bool luma = choice.route == engine::Route::Luma;
  return route_line(header, choice) + auto_line({luma ? *plan.luma_plan() : plan,
                                                 luma ? engine::luma_of(header).geometry : header.geometry,
                                                 choice.route, output.format.value_or(header.encoding)},
                                                choose);
}

std::string lines_of_usual_pictures(const engine::Plan& plan, const engine::OutputOptions& output,
                                    const ChooseAccelerator& choose) {
  std::string lines;
  for (const auto encoding : {ImageEncoding::Jpeg, ImageEncoding::Png, ImageEncoding::Webp}) {
    const auto header = usual_header(encoding);
    lines += route_line(header, engine::choose_route(plan, header, output));
  }
  const auto made = output.format.value_or(ImageEncoding::Jpeg);
  for (const auto& geometry : {Geometry{256, 256, 3}, Geometry{1920, 1080, 3}})
    lines += auto_line({plan, geometry, engine::Route::Pixels, made}, choose);
  return lines;
}

}  // namespace

Result<std::string> explain(const ProcessPlan& plan, const ChooseAccelerator& choose) {
  const auto made = engine::Plan::make(plan.work.pipeline, plan.work.limits, plan.work.default_exactness);
  if (!made) return engine::unexpected(made.error());
  const auto lines = lines_of_plan(**made);
  const auto header = header_of(plan.first_input, plan.work.limits);
  if (!header) {
    return lines + "picture   as most are, not the first: " + header.error().detail + "\n" +
           lines_of_usual_pictures(**made, plan.work.output, choose);
  }
  return lines + "picture   " + plan.first_input.string() + ", " +
         std::string(engine::to_string(header->encoding)) + " of " + size_text(header->geometry) + "\n" +
         lines_of_picture(**made, *header, plan.work.output, choose);
}

}  // namespace framewright::app
