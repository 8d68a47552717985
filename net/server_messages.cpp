#include "net/server_messages.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "net/base64.hpp"

namespace framewright::net {
namespace {

using nlohmann::json;

/// Texts of clients may end up in errors, cut anywhere: what is not UTF-8 is replaced.
std::string written(const json& message) {
  return message.dump(-1, ' ', false, json::error_handler_t::replace);
}

json number_or_null(double number) { return std::isfinite(number) ? json(number) : json(); }

json settings_message(std::string_view type, const engine::StreamSettings& settings) {
  const auto& output = settings.output;
  return {{"type", type},
          {"stream_id", settings.stream_id},
          {"pipeline", settings.pipeline.to_text()},
          {"accelerator", engine::to_string(engine::AcceleratorWish{settings.accelerator, settings.device})},
          {"output",
           {{"format", output.format ? json(engine::to_string(*output.format)) : json()},
            {"quality", output.quality_to_write()},
            {"exactness", engine::to_string(output.exactness)}}},
          {"delivery", settings.delivery == engine::Delivery::Latest ? "latest" : "lossless"},
          {"window", settings.window},
          {"deadline_ms", settings.deadline ? json(settings.deadline->count()) : json()}};
}

json field_errors(const std::vector<engine::FieldError>& fields) {
  json list = json::array();
  for (const auto& [field, message] : fields) list.push_back({{"field", field}, {"message", message}});
  return list;
}

}  // namespace

std::string welcome_message(std::string_view session_id, const WebSocketLimits& limits,
                            std::chrono::milliseconds slow_client_timeout) {
  return written({{"type", "welcome"},
                  {"session_id", session_id},
                  {"api_version", kWebSocketApiVersion},
                  {"limits",
                   {{"message_bytes", limits.message_bytes},
                    {"streams_per_connection", limits.streams_per_connection},
                    {"frames_per_connection", limits.frames_per_connection},
                    {"send_bytes_per_connection", limits.send_bytes_per_connection},
                    {"slow_client_timeout_ms", slow_client_timeout.count()},
                    {"image_pixels", limits.image_pixels},
                    {"image_side", limits.image_side},
                    {"pipeline_filters", limits.pipeline_filters}}}});
}

std::string stream_opened_message(const engine::StreamSettings& effective) {
  return written(settings_message("stream_opened", effective));
}

std::string stream_updated_message(const engine::StreamSettings& effective) {
  return written(settings_message("stream_updated", effective));
}

std::string stream_closed_message(std::uint32_t stream_id, std::string_view reason,
                                  const engine::StreamStatistics& totals) {
  return written({{"type", "stream_closed"},
                  {"stream_id", stream_id},
                  {"reason", reason},
                  {"frames_in", totals.frames_in},
                  {"frames_out", totals.frames_out},
                  {"frames_dropped", totals.frames_dropped}});
}

std::string stats_message(std::uint32_t stream_id, const engine::StreamStatistics& statistics) {
  return written({{"type", "stats"},
                  {"stream_id", stream_id},
                  {"fps", number_or_null(statistics.frames_per_second)},
                  {"queue_depth", statistics.queue_depth},
                  {"latency_ms",
                   {{"p50", number_or_null(statistics.latency_ms_p50)},
                    {"p99", number_or_null(statistics.latency_ms_p99)}}},
                  {"dropped", statistics.frames_dropped}});
}

std::string dropped_message(std::uint32_t stream_id, const std::vector<std::uint64_t>& frame_ids,
                            engine::DropReason reason) {
  return written({{"type", "dropped"},
                  {"stream_id", stream_id},
                  {"frame_ids", frame_ids},
                  {"reason", engine::to_string(reason)}});
}

std::string error_message(const engine::Error& error, const ErrorSubject& subject) {
  json message{{"type", "error"}, {"code", engine::to_string(error.code)}, {"detail", error.detail}};
  if (subject.stream_id) message["stream_id"] = *subject.stream_id;
  if (subject.frame_id) message["frame_id"] = *subject.frame_id;
  if (!error.fields.empty()) message["errors"] = field_errors(error.fields);
  return written(message);
}

std::string pong_message(std::optional<std::uint64_t> id) {
  json message{{"type", "pong"}};
  if (id) message["id"] = *id;
  return written(message);
}

std::string draining_message(std::int64_t deadline_us) {
  return written({{"type", "draining"}, {"deadline_us", deadline_us}});
}

std::string result_message(const FrameHeader& header, const ResultMetadata& metadata,
                           std::span<const std::uint8_t> payload) {
  json message{{"type", "result"},
               {"stream_id", header.stream_id},
               {"frame_id", header.frame_id},
               {"capture_us", header.capture_us},
               {"encoding", engine::to_string(header.encoding)},
               {"width", header.width_px},
               {"height", header.height_px},
               {"last", (header.flags & engine::kLastFrameFlag) != 0}};
  if (header.encoding == engine::ImageEncoding::Raw) {
    message["pixel_format"] = engine::to_string(header.pixel_format);
  }
  message.update(json::parse(encode_result_head(header, metadata).metadata()));
  auto text = written(message);
  // The payload is put in by hand, so that the picture is written once and no JSON value holds a copy of it.
  text.back() = ',';
  text += R"("data":")";
  append_base64(payload, text);
  text += "\"}";
  return text;
}

}  // namespace framewright::net
