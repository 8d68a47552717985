#include "net/control_messages.hpp"

#include <array>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "net/json_fields.hpp"
#include "net/trace_context.hpp"

namespace framewright::net {
namespace {

using engine::Delivery;
using engine::Error;
using engine::ErrorCode;
using engine::ImageEncoding;
using engine::PixelFormat;
using engine::Result;
using engine::unexpected;
using nlohmann::json;

constexpr int kMaxControlDepth = 8;
constexpr std::uint64_t kMaxStreamId = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint64_t kMaxSidePx = std::numeric_limits<int>::max();
constexpr std::uint64_t kMaxDeadlineMs = 24ULL * 3600 * 1000;

/// What is being read: the fields, and an error that is no matter of fields alone (an unknown filter).
struct Reading {
  JsonFields& fields;
  const int max_pipeline_filters;
  std::optional<Error> error = {};
};

std::uint32_t required_stream_id(JsonFields& fields) {
  fields.require("stream_id");
  return static_cast<std::uint32_t>(fields.integer("stream_id", {0, kMaxStreamId}).value_or(0));
}

void read_pipeline(Reading& reading, StreamChanges& changes) {
  const auto* value = reading.fields.find("pipeline");
  if (value == nullptr) return;
  auto pipeline = engine::Pipeline::from_json(*value, static_cast<std::size_t>(reading.max_pipeline_filters));
  if (pipeline) {
    changes.pipeline = std::move(*pipeline);
  } else {
    reading.error = std::move(pipeline).error();
  }
}

void read_output(JsonFields& fields, StreamChanges& changes) {
  constexpr std::array kFormats{ImageEncoding::Raw, ImageEncoding::Jpeg, ImageEncoding::Png,
                                ImageEncoding::Webp};
  const auto* object = fields.object("output");
  if (object == nullptr) return;
  JsonFields output(*object, "output.");
  if (output.is_null("format")) {
    changes.format.emplace(std::nullopt);
  } else if (const auto format = output.choice("format", {"raw", "jpeg", "png", "webp"})) {
    changes.format.emplace(kFormats[*format]);
  }
  if (const auto quality = output.integer("quality", {1, 100})) changes.quality = static_cast<int>(*quality);
  // In the order of Exactness.
  if (const auto exactness = output.choice("exactness", {"auto", "exact", "visual"})) {
    changes.exactness = static_cast<engine::Exactness>(*exactness);
  }
  output.refuse_unread();
  fields.take_mistakes_of(output);
}

void read_trace(JsonFields& fields, StreamChanges& changes) {
  const auto* given = fields.text("traceparent");
  if (given == nullptr) return;
  Headers headers;
  headers.add("traceparent", *given);
  changes.trace_parent = read_trace_context(headers).traceparent_of_caller();
  if (changes.trace_parent->empty()) fields.mistake("traceparent", "must be one of W3C Trace Context");
}

StreamChanges read_changes(Reading& reading) {
  constexpr std::array kDeliveries{Delivery::Latest, Delivery::Lossless};
  auto& fields = reading.fields;
  StreamChanges changes;
  read_pipeline(reading, changes);
  read_output(fields, changes);
  changes.accelerator = fields.accelerator();
  if (const auto choice = fields.choice("delivery", {"latest", "lossless"}))
    changes.delivery = kDeliveries[*choice];
  if (const auto window = fields.integer("window", {1, engine::kMaxStreamWindow})) {
    changes.window = static_cast<int>(*window);
  }
  if (fields.is_null("deadline_ms")) {
    changes.deadline.emplace(std::nullopt);
  } else if (const auto deadline = fields.integer("deadline_ms", {1, kMaxDeadlineMs})) {
    changes.deadline.emplace(std::chrono::milliseconds(*deadline));
  }
  read_trace(fields, changes);
  return changes;
}

ControlMessage read_open_stream(Reading& reading) {
  return OpenStream{required_stream_id(reading.fields), read_changes(reading)};
}

ControlMessage read_update_stream(Reading& reading) {
  return UpdateStream{required_stream_id(reading.fields), read_changes(reading)};
}

ControlMessage read_close_stream(Reading& reading) { return CloseStream{required_stream_id(reading.fields)}; }

ControlMessage read_start_video(Reading& reading) {
  auto& fields = reading.fields;
  StartSource start{required_stream_id(fields), "video "};
  fields.require("video_id");
  if (const auto* id = fields.text("video_id")) start.source += *id;
  fields.boolean("loop");
  fields.choice("rate", {"source", "max"});
  return start;
}

ControlMessage read_start_camera(Reading& reading) {
  auto& fields = reading.fields;
  StartSource start{required_stream_id(fields), "camera "};
  fields.require("source_id");
  if (const auto* id = fields.text("source_id")) start.source += *id;
  fields.integer("width", {1, kMaxSidePx});
  fields.integer("height", {1, kMaxSidePx});
  fields.integer("fps", {1, 1000});
  return start;
}

ControlMessage read_stop(Reading& reading) { return StopSource{required_stream_id(reading.fields)}; }

void read_raw_layout(JsonFields& fields, FrameHeader& header) {
  constexpr std::array kFormats{PixelFormat::Gray8, PixelFormat::Rgb8, PixelFormat::Rgba8, PixelFormat::Nv12};
  const bool raw = header.encoding == ImageEncoding::Raw;
  for (const auto* name : {"pixel_format", "width", "height"}) {
    if (raw) fields.require(name);
  }
  if (const auto format = fields.choice("pixel_format", {"gray8", "rgb8", "rgba8", "nv12"})) {
    header.pixel_format = kFormats[*format];
  }
  const std::uint64_t smallest = raw ? 1 : 0;
  header.width_px = static_cast<std::uint32_t>(fields.integer("width", {smallest, kMaxSidePx}).value_or(0));
  header.height_px = static_cast<std::uint32_t>(fields.integer("height", {smallest, kMaxSidePx}).value_or(0));
}

ControlMessage read_frame(Reading& reading) {
  constexpr std::array kEncodings{ImageEncoding::Raw, ImageEncoding::Jpeg, ImageEncoding::Png,
                                  ImageEncoding::Webp, ImageEncoding::H264};
  auto& fields = reading.fields;
  JsonFrame frame;
  frame.header.stream_id = required_stream_id(fields);
  fields.require("frame_id");
  frame.header.frame_id =
      fields.integer("frame_id", {0, std::numeric_limits<std::uint64_t>::max()}).value_or(0);
  frame.header.capture_us = fields.signed_integer("capture_us").value_or(0);
  fields.require("encoding");
  if (const auto encoding = fields.choice("encoding", {"raw", "jpeg", "png", "webp", "h264"})) {
    frame.header.encoding = kEncodings[*encoding];
    read_raw_layout(fields, frame.header);
  }
  if (frame.header.encoding == ImageEncoding::H264) {
    reading.error = Error{ErrorCode::UnsupportedMedia, "encoding h264 is not taken by this server yet"};
  }
  if (fields.boolean("last").value_or(false)) frame.header.flags = engine::kLastFrameFlag;
  fields.require("data");
  if (const auto* data = fields.text("data")) frame.base64 = *data;
  return frame;
}

ControlMessage read_ping(Reading& reading) {
  return Ping{reading.fields.integer("id", {0, std::numeric_limits<std::uint64_t>::max()})};
}

struct Row {
  std::string_view type;
  ControlMessage (*read)(Reading&);
};

constexpr std::array<Row, 8> kRows{{{"open_stream", read_open_stream},
                                    {"update_stream", read_update_stream},
                                    {"close_stream", read_close_stream},
                                    {"start_video", read_start_video},
                                    {"start_camera", read_start_camera},
                                    {"stop", read_stop},
                                    {"frame", read_frame},
                                    {"ping", read_ping}}};

/// The ids of an object whose other fields may be wrong.
ErrorSubject subject_of(const json& object) {
  JsonFields fields(object);
  ErrorSubject subject;
  if (const auto id = fields.integer("stream_id", {0, kMaxStreamId})) {
    subject.stream_id = static_cast<std::uint32_t>(*id);
  }
  subject.frame_id = fields.integer("frame_id", {0, std::numeric_limits<std::uint64_t>::max()});
  return subject;
}

const Row* row_of(JsonFields& fields) {
  fields.require("type");
  const auto* type = fields.text("type");
  if (type == nullptr) return nullptr;
  for (const auto& row : kRows) {
    if (row.type == *type) return &row;
  }
  fields.mistake(
      "type",
      "must be one of open_stream, update_stream, close_stream, start_video, start_camera, stop, frame, "
      "ping");
  return nullptr;
}

Result<ControlMessage> read_message(const json& object, int max_pipeline_filters) {
  JsonFields fields(object);
  const auto* row = row_of(fields);
  if (row == nullptr) return unexpected(fields.finish().error());
  Reading reading{fields, max_pipeline_filters};
  auto message = row->read(reading);
  fields.refuse_unread();
  if (auto finished = fields.finish(); !finished) return unexpected(std::move(finished).error());
  if (reading.error) return unexpected(std::move(*reading.error));
  return message;
}

}  // namespace

engine::StreamSettings StreamChanges::applied_to(engine::StreamSettings settings) const {
  if (pipeline) settings.pipeline = *pipeline;
  if (accelerator) {
    settings.accelerator = accelerator->accelerator;
    settings.device = accelerator->device;
  }
  if (format) settings.output.format = *format;
  if (quality) settings.output.quality = quality;
  if (exactness) settings.output.exactness = *exactness;
  if (delivery) settings.delivery = *delivery;
  if (window) settings.window = *window;
  if (deadline) settings.deadline = *deadline;
  if (trace_parent) settings.trace_parent = *trace_parent;
  return settings;
}

ParsedControl parse_control(std::string_view text, int max_pipeline_filters) {
  const auto object = parse_json_object(text, kMaxControlDepth);
  if (!object) return {unexpected(object.error())};
  return {read_message(*object, max_pipeline_filters), subject_of(*object)};
}

}  // namespace framewright::net
