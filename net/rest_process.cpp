// POST /api/v1/process: one picture in the body, processed while the client waits.
#include <limits>

#include "net/media_type.hpp"
#include "net/query_input.hpp"
#include "net/request_body.hpp"
#include "net/rest.hpp"
#include "net/rest_process_image.hpp"
#include "net/unary_call.hpp"

namespace framewright::net {
namespace {

using engine::ErrorCode;
using engine::ImageEncoding;
using engine::Result;
using engine::unexpected;

Result<ImageEncoding> declared_encoding(const Request& request) {
  const auto type = parse_media_type(request.headers.get("Content-Type")).type;
  for (const auto encoding :
       {ImageEncoding::Jpeg, ImageEncoding::Png, ImageEncoding::Webp, ImageEncoding::Raw}) {
    if (type == engine::media_type_of(encoding)) return encoding;
  }
  return unexpected(
      ErrorCode::UnsupportedMedia,
      "Content-Type is \"" + type +
          "\"; accepted: image/jpeg, image/png, image/webp, application/octet-stream (raw pixels)");
}

/// The size and format of raw pixels: all three for a raw body, none for others. Whether the picture is too
/// large is for the engine to say, as of every other picture.
void read_raw_shape(QueryInput& query, engine::EncodedFrame& input) {
  constexpr int kMaxSidePx = std::numeric_limits<int>::max();
  const auto width = query.integer("width", {1, kMaxSidePx});
  const auto height = query.integer("height", {1, kMaxSidePx});
  const auto format = query.choice("pixel_format", {"gray8", "rgb8", "rgba8", "nv12"});
  const auto expect = [&](std::string_view name) {
    const bool wanted = input.encoding == ImageEncoding::Raw;
    const bool given = query.has(name);
    if (wanted && !given) query.mistake(name, "is required for raw pixels");
    if (!wanted && given) query.mistake(name, "is for raw pixels only");
  };
  expect("width");
  expect("height");
  expect("pixel_format");
  input.width_px = width.value_or(0);
  input.height_px = height.value_or(0);
  if (format) input.pixel_format = *engine::parse_pixel_format(*format);
}

Result<actors::UnaryRequest> read_query(const Request& request, const RestDependencies& rest) {
  auto encoding = declared_encoding(request);
  if (!encoding) return unexpected(std::move(encoding).error());
  actors::UnaryRequest unary;
  unary.input.encoding = *encoding;
  QueryInput query(request.query);
  const auto pipeline_text = query.text("pipeline").value_or("");
  if (const auto text = query.text("accelerator")) {
    const auto wish = engine::parse_accelerator_wish(*text);
    if (!wish) query.mistake("accelerator", std::string(engine::kAcceleratorsAccepted));
    unary.accelerator = wish.value_or(engine::AcceleratorWish{}).accelerator;
    unary.device = wish.value_or(engine::AcceleratorWish{}).device;
  }
  if (const auto name = query.choice("format", {"jpeg", "png", "webp", "raw"})) {
    unary.output.format = engine::parse_encoding(*name);
  }
  unary.output.quality = query.integer("quality", {1, 100});
  if (const auto name = query.choice("exactness", {"auto", "exact", "visual"})) {
    unary.output.exactness = *engine::parse_exactness(*name);
  }
  read_raw_shape(query, unary.input);
  if (auto checked = query.finish(); !checked) return unexpected(std::move(checked).error());
  auto plan = rest.plans.get(pipeline_text);
  if (!plan) return unexpected(std::move(plan).error());
  unary.pipeline = (*plan)->pipeline();
  return unary;
}

Response response_of(engine::OutboundFrame frame) {
  if (!frame.answer) return problem(std::move(frame.answer).error());
  Response response;
  response.headers.add("Content-Type", std::string(engine::media_type_of(frame.answer->encoding)));
  response.headers.add("Server-Timing", server_timing(frame.times));
  response.headers.add("X-Framewright-Accelerator", std::string(engine::to_string(frame.ran_on)));
  response.headers.add("X-Framewright-Accelerator-Reason", std::string(engine::to_string(frame.reason)));
  response.headers.add("X-Framewright-Width", std::to_string(frame.geometry.width_px));
  response.headers.add("X-Framewright-Height", std::to_string(frame.geometry.height_px));
  if (frame.answer->encoding == ImageEncoding::Raw) {
    response.headers.add("X-Framewright-Pixel-Format",
                         std::string(engine::to_string(frame.answer->pixel_format)));
  }
  response.body = std::move(*frame.answer);
  return response;
}

Awaitable<Response> process(const RestDependencies& rest, Exchange& exchange) {
  auto unary = read_query(exchange.request, rest);
  if (!unary) co_return problem(std::move(unary).error());
  auto body = co_await read_body(exchange.body, rest.frame_pool, rest.limits.body_bytes);
  if (!body) co_return problem(std::move(body).error());
  if (body->size_bytes == 0) co_return problem({ErrorCode::InvalidArgument, "the body is empty"});
  unary->input.buffer = std::move(body->buffer);
  unary->input.size_bytes = body->size_bytes;
  unary->flow = rest.frames.new_flow();
  auto frame = co_await call_unary(rest.frames, std::move(*unary), exchange);
  if (!frame) co_return problem(std::move(frame).error());
  co_return response_of(std::move(*frame));
}

}  // namespace

void add_process_routes(Router& router, const RestDependencies& rest) {
  router.add("POST", "/api/v1/process", "process",
             [&rest](Exchange& exchange) { return process(rest, exchange); });
  router.add("POST", "/api/v1/process/image", "process_image",
             [&rest](Exchange& exchange) { return process_image(rest, exchange); });
}

}  // namespace framewright::net
