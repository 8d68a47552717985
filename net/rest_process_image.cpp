#include "net/rest_process_image.hpp"

#include <nlohmann/json.hpp>

#include "net/base64.hpp"
#include "net/handlers.hpp"
#include "net/json_fields.hpp"
#include "net/json_response.hpp"
#include "net/media_type.hpp"
#include "net/request_body.hpp"
#include "net/unary_call.hpp"

namespace framewright::net {
namespace {

using engine::ErrorCode;
using engine::PixelFormat;
using engine::Result;
using engine::unexpected;
using nlohmann::json;

constexpr int kMaxDepth = 8;
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

std::optional<int> read_side(JsonFields& fields, std::string_view name, int side_px) {
  fields.require(name);
  const auto side = fields.integer(name, {1, static_cast<std::uint64_t>(side_px)});
  if (!side) return std::nullopt;
  return static_cast<int>(*side);
}

Result<void> decode_pixels(const std::string& text, engine::FramePool& pool, engine::EncodedFrame& input) {
  const auto size = base64_decoded_bytes(text);
  if (!size) return unexpected(ErrorCode::InvalidArgument, "image_data: not base64");
  auto buffer = pool.lend_input(*size);
  if (!buffer) return unexpected(std::move(buffer).error());
  input.buffer = std::move(*buffer);
  input.size_bytes = *size;
  if (!decode_base64(text, input.buffer.bytes())) {
    return unexpected(ErrorCode::InvalidArgument, "image_data: not base64");
  }
  return {};
}

Result<actors::UnaryRequest> read_request(const json& document, const RestDependencies& rest) {
  actors::UnaryRequest unary;
  unary.output.format = engine::ImageEncoding::Raw;
  JsonFields fields(document);
  fields.require("image_data");
  const std::string* data = fields.text("image_data");
  unary.input.width_px = read_side(fields, "width", rest.limits.images.side_px).value_or(0);
  unary.input.height_px = read_side(fields, "height", rest.limits.images.side_px).value_or(0);
  if (const auto format = read_channels(fields)) unary.input.pixel_format = *format;
  const json* pipeline = fields.find("pipeline");
  if (const auto name = fields.choice("accelerator", {"auto", "cpu", "cuda"})) {
    unary.accelerator = static_cast<engine::Accelerator>(*name);
  }
  fields.refuse_unread();
  if (auto checked = fields.finish(); !checked) return unexpected(std::move(checked).error());
  if (pipeline != nullptr) {
    auto parsed = engine::Pipeline::from_json(*pipeline, rest.limits.pipeline_filters);
    if (!parsed) return unexpected(std::move(parsed).error());
    unary.pipeline = std::move(*parsed);
  }
  if (auto decoded = decode_pixels(*data, rest.frame_pool, unary.input); !decoded) {
    return unexpected(std::move(decoded).error());
  }
  return unary;
}

Result<actors::UnaryRequest> parse_request(const PooledBytes& body, const RestDependencies& rest) {
  // The parsed document holds the text a second time.
  engine::Reservation reservation;
  auto document_bytes = rest.frame_pool.charge(body.size_bytes, reservation);
  if (!document_bytes) return unexpected(std::move(document_bytes).error());
  auto document = parse_json_object(body.text(), kMaxDepth);
  if (!document) return unexpected(std::move(document).error());
  return read_request(*document, rest);
}

std::int64_t microseconds(std::chrono::nanoseconds time) {
  return std::chrono::duration_cast<std::chrono::microseconds>(time).count();
}

Response response_of(const engine::OutboundFrame& frame) {
  if (!frame.answer) return problem(frame.answer.error());
  std::string data;
  append_base64(frame.answer->payload(), data);
  const json timings = {{"queue", microseconds(frame.times.queue)},
                        {"decode", microseconds(frame.times.decode)},
                        {"process", microseconds(frame.times.process)},
                        {"encode", microseconds(frame.times.encode)}};
  auto response = json_response({{"image_data", std::move(data)},
                                 {"width", frame.geometry.width_px},
                                 {"height", frame.geometry.height_px},
                                 {"channels", frame.geometry.channels},
                                 {"accelerator", engine::to_string(frame.ran_on)},
                                 {"timings_us", timings}});
  response.headers.add("Server-Timing", server_timing(frame.times));
  response.headers.add("X-Framewright-Accelerator", std::string(engine::to_string(frame.ran_on)));
  return response;
}

}  // namespace

Awaitable<Response> process_image(const RestDependencies& rest, Exchange& exchange) {
  if (parse_media_type(exchange.request.headers.get("Content-Type")).type != "application/json") {
    co_return problem({ErrorCode::UnsupportedMedia, "Content-Type must be application/json"});
  }
  auto body = co_await read_body(exchange.body, rest.frame_pool, rest.limits.body_bytes);
  if (!body) co_return problem(std::move(body).error());
  auto parsed = co_await run_blocking(rest.blocking, [&body, &rest] { return parse_request(*body, rest); });
  if (!parsed) co_return problem(std::move(parsed).error());
  if (!*parsed) co_return problem(std::move(*parsed).error());
  body->buffer.release();
  actors::UnaryRequest unary = std::move(**parsed);
  unary.flow = rest.frames.new_flow();
  auto frame = co_await call_unary(rest.frames, std::move(unary), exchange.client);
  if (!frame) co_return problem(std::move(frame).error());
  const std::function<Response()> answer = [&frame] { return response_of(*frame); };
  co_return co_await respond_blocking(rest.blocking, answer);
}

}  // namespace framewright::net
