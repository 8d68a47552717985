// The JSON control messages of docs/websocket.md: what clients say.
//
// Threads   pure functions.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "engine/stream.hpp"
#include "net/frame_codec.hpp"
#include "net/server_messages.hpp"

namespace framewright::net {

/// The settings that an open_stream or an update_stream names; the others stay as they are.
struct StreamChanges {
  std::optional<engine::Pipeline> pipeline = {};
  std::optional<engine::AcceleratorWish> accelerator = {};
  std::optional<std::optional<engine::ImageEncoding>> format = {};  ///< null: as the input was
  std::optional<int> quality = {};
  std::optional<engine::Exactness> exactness = {};
  std::optional<engine::Delivery> delivery = {};
  std::optional<int> window = {};
  std::optional<std::optional<std::chrono::milliseconds>> deadline = {};  ///< null: none
  std::optional<std::string> trace_parent = {};

  engine::StreamSettings applied_to(engine::StreamSettings settings) const;
};

struct OpenStream {
  std::uint32_t stream_id = 0;
  StreamChanges settings;
};
struct UpdateStream {
  std::uint32_t stream_id = 0;
  StreamChanges settings;
};
struct CloseStream {
  std::uint32_t stream_id = 0;
};
/// start_video or start_camera: the server itself is to feed the stream from `source`.
struct StartSource {
  std::uint32_t stream_id = 0;
  std::string source;  ///< "video ID" or "camera ID", for messages
};
/// Ends what StartSource began.
struct StopSource {
  std::uint32_t stream_id = 0;
};
/// A frame for clients without binary messages. The header's metadata length is 0.
struct JsonFrame {
  FrameHeader header;
  std::string base64;
};
struct Ping {
  std::optional<std::uint64_t> id;
};

using ControlMessage =
    std::variant<OpenStream, UpdateStream, CloseStream, StartSource, StopSource, JsonFrame, Ping>;

/// A message or why it is none. `subject` is filled in from whatever could be read.
struct ParsedControl {
  engine::Result<ControlMessage> message;
  ErrorSubject subject = {};
};

/// Reads one text message. Every mistake is named by its field.
///
/// Errors   InvalidArgument (not JSON, nested too deep, unknown type or field, a field twice, missing, of the
///          wrong type or out of range), UnsupportedMedia (H.264), and those of Pipeline::from_json().
ParsedControl parse_control(std::string_view text, int max_pipeline_filters);

}  // namespace framewright::net
