// What clients can find out about this server.
#include <nlohmann/json.hpp>

#include "engine/route.hpp"
#include "net/handlers.hpp"
#include "net/json_response.hpp"
#include "net/query_input.hpp"
#include "net/rest.hpp"

namespace framewright::net {
namespace {

using engine::Result;
using nlohmann::json;

constexpr const char* kApiVersion = "v1";

Response system(const SystemDescription& about) {
  return json_response({{"version",
                         {{"cpp_version", about.cpp_version},
                          {"js_version", about.js_version},
                          {"proto_version", about.proto_version},
                          {"branch", about.branch},
                          {"build_time", about.build_time},
                          {"commit_hash", about.commit_hash}}},
                        {"environment", about.environment},
                        {"api_version", kApiVersion},
                        {"current_library", about.current_library},
                        {"available_libraries", about.available_libraries}});
}

Response processor_status(const SystemDescription& about) {
  return json_response({{"api_version", kApiVersion},
                        {"library_version", about.cpp_version},
                        {"filters", engine::filters_to_json()},
                        {"plugins", json::array()}});
}

/// Width, height and channels of a picture between two steps.
json geometry_json(const engine::Geometry& geometry) {
  return {{"width", geometry.width_px}, {"height", geometry.height_px}, {"channels", geometry.channels}};
}

/// The steps, and where the input's size is known, what each of them makes of it.
Result<json> steps_json(const engine::Plan& plan, std::optional<engine::Geometry> geometry) {
  auto steps = json::array();
  for (const auto& step : plan.steps()) {
    json entry = {{"filter", step.filter}, {"position", step.position}};
    if (geometry) {
      auto next = engine::step_geometry(step, *geometry, plan.limits());
      if (!next) return engine::unexpected(std::move(next).error());
      geometry = *next;
      entry["output"] = geometry_json(*next);
    }
    steps.push_back(std::move(entry));
  }
  return steps;
}

/// What a header of such an input would say. A JPEG is taken to be as most are.
engine::ImageHeader header_of(engine::ImageEncoding encoding, const engine::Geometry& geometry) {
  engine::ImageHeader header{.encoding = encoding, .geometry = geometry};
  if (encoding == engine::ImageEncoding::Jpeg) header.planes = engine::ColourPlanes::Ycbcr420;
  return header;
}

engine::OutputOptions read_output(QueryInput& query) {
  engine::OutputOptions output;
  if (const auto name = query.choice("format", {"jpeg", "png", "webp", "raw"})) {
    output.format = engine::parse_encoding(*name);
  }
  output.quality = query.integer("quality", {1, 100});
  if (const auto name = query.choice("exactness", {"auto", "exact", "visual"})) {
    output.exactness = *engine::parse_exactness(*name);
  }
  return output;
}

/// What `auto` means for such a picture.
json choice_json(const RestDependencies& rest, const engine::ChoiceSubject& subject) {
  const auto choice = rest.choose_accelerator ? rest.choose_accelerator(subject) : engine::Choice{};
  json document = {{"accelerator", engine::to_string(choice.accelerator)},
                   {"reason", engine::to_string(choice.reason)},
                   {"explanation", engine::explain(choice)}};
  if (choice.reason == engine::AcceleratorReason::Faster) {
    const auto microseconds = [](std::chrono::nanoseconds time) {
      return std::chrono::duration_cast<std::chrono::microseconds>(time).count();
    };
    document["predicted_us"] = {{"cpu", microseconds(choice.on_cpu)},
                                {"cuda", microseconds(choice.on_device)}};
  }
  return document;
}

Response plan(const RestDependencies& rest, const Request& request) {
  QueryInput query(request.query);
  const auto pipeline = query.text("pipeline").value_or("");
  const auto encoding = query.choice("input", {"jpeg", "png", "webp", "raw"});
  const auto width = query.integer("width", {1, rest.limits.images.side_px});
  const auto height = query.integer("height", {1, rest.limits.images.side_px});
  const auto output = read_output(query);
  const bool has_width = query.has("width");
  if (has_width != query.has("height")) query.mistake(has_width ? "height" : "width", "is missing");
  if (auto checked = query.finish(); !checked) return problem(std::move(checked).error());

  const auto made = rest.plans.get(pipeline);
  if (!made) return problem(made.error());
  std::optional<engine::Geometry> geometry;
  if (width) geometry = engine::Geometry{*width, *height, 3};
  auto steps = steps_json(**made, geometry);
  if (!steps) return problem(std::move(steps).error());
  json document = {{"pipeline", (*made)->pipeline_text()},
                   {"steps", std::move(*steps)},
                   {"reasons", (*made)->reasons()},
                   {"runs_on_device", (*made)->runs_on_device()}};
  if (geometry) document["input"] = geometry_json(*geometry);
  auto route = engine::Route::Pixels;
  auto result = output.format.value_or(engine::ImageEncoding::Raw);
  if (encoding) {
    document["input"]["encoding"] = *encoding;
    const auto header =
        header_of(*engine::parse_encoding(*encoding), geometry.value_or(engine::Geometry{2, 2, 3}));
    const auto choice = engine::choose_route(**made, header, output);
    document["route"] = engine::to_string(choice.route);
    document["reasons"].push_back(choice.reason);
    if (geometry) document["decoded_eighths"] = choice.eighths;
    if (geometry && !choice.scale_reason.empty()) document["reasons"].push_back(choice.scale_reason);
    route = choice.route;
    result = output.format.value_or(header.encoding);
  }
  if (geometry) document["auto"] = choice_json(rest, {**made, *geometry, route, result});
  return json_response(document);
}

Response stream_endpoints(const Request&) {
  const json endpoint = {{"type", "websocket"},
                         {"endpoint", "/ws"},
                         {"transport_format", "binary"},
                         {"log_level", "info"},
                         {"console_logging", false}};
  return json_response({{"endpoints", json::array({endpoint})}});
}

Response tools(const Request&) { return json_response({{"categories", json::array()}}); }

}  // namespace

void add_config_routes(Router& router, const RestDependencies& rest) {
  router.add("GET", "/api/v1/config/system", "config",
             quick([&rest](const Request&) { return system(rest.system); }));
  router.add("GET", "/api/v1/config/processor/status", "config",
             quick([&rest](const Request&) { return processor_status(rest.system); }));
  router.add("GET", "/api/v1/config/plan", "config",
             quick([&rest](const Request& request) { return plan(rest, request); }));
  router.add("GET", "/api/v1/config/stream", "config", quick(stream_endpoints));
  router.add("GET", "/api/v1/config/tools", "config", quick(tools));
}

}  // namespace framewright::net
