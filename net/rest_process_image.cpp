#include "net/rest_process_image.hpp"

#include <nlohmann/json.hpp>

#include "net/base64.hpp"
#include "net/handlers.hpp"
#include "net/json_bodies.hpp"
#include "net/json_response.hpp"
#include "net/media_type.hpp"
#include "net/request_body.hpp"
#include "net/unary_call.hpp"

namespace framewright::net {
namespace {

using engine::ErrorCode;
using engine::Result;
using engine::unexpected;
using nlohmann::json;

/// A large document takes a while, and holds the text of the pixels a second time.
Result<actors::UnaryRequest> parse(const PooledBytes& body, const RestDependencies& rest) {
  engine::Reservation reservation;
  auto document_bytes = rest.frame_pool.charge(body.size_bytes, reservation);
  if (!document_bytes) return unexpected(std::move(document_bytes).error());
  return parse_pixels(body.text(), rest.limits.pipeline_filters, rest.frame_pool);
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
                                 {"accelerator_reason", engine::to_string(frame.reason)},
                                 {"timings_us", timings}});
  response.headers.add("Server-Timing", server_timing(frame.times));
  response.headers.add("X-Framewright-Accelerator", std::string(engine::to_string(frame.ran_on)));
  response.headers.add("X-Framewright-Accelerator-Reason", std::string(engine::to_string(frame.reason)));
  return response;
}

}  // namespace

Awaitable<Response> process_image(const RestDependencies& rest, Exchange& exchange) {
  if (parse_media_type(exchange.request.headers.get("Content-Type")).type != "application/json") {
    co_return problem({ErrorCode::UnsupportedMedia, "Content-Type must be application/json"});
  }
  auto body = co_await read_body(exchange.body, rest.frame_pool, rest.limits.body_bytes);
  if (!body) co_return problem(std::move(body).error());
  auto parsed = co_await run_blocking(rest.blocking, [&body, &rest] { return parse(*body, rest); });
  if (!parsed) co_return problem(std::move(parsed).error());
  if (!*parsed) co_return problem(std::move(*parsed).error());
  body->buffer.release();
  actors::UnaryRequest unary = std::move(**parsed);
  unary.flow = rest.frames.new_flow();
  auto frame = co_await call_unary(rest.frames, std::move(unary), exchange);
  if (!frame) co_return problem(std::move(frame).error());
  const std::function<Response()> answer = [&frame] { return response_of(*frame); };
  co_return co_await respond_blocking(rest.blocking, answer);
}

}  // namespace framewright::net
