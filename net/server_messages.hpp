// The JSON control messages of docs/websocket.md: what the server says. Each function returns one text
// message.
//
// Threads   pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/stream.hpp"
#include "net/frame_codec.hpp"
#include "net/websocket_limits.hpp"

namespace framewright::net {

inline constexpr std::string_view kWebSocketApiVersion = "v1";

/// Whom an error is about, as far as it is known.
struct ErrorSubject {
  std::optional<std::uint32_t> stream_id = {};
  std::optional<std::uint64_t> frame_id = {};

  static ErrorSubject stream(std::uint32_t stream_id) { return {stream_id, std::nullopt}; }
  static ErrorSubject frame(FrameAddress address) { return {address.stream_id, address.frame_id}; }
};

std::string welcome_message(std::string_view session_id, const WebSocketLimits& limits,
                            std::chrono::milliseconds slow_client_timeout);
std::string stream_opened_message(const engine::StreamSettings& effective);
std::string stream_updated_message(const engine::StreamSettings& effective);
std::string stream_closed_message(std::uint32_t stream_id, std::string_view reason,
                                  const engine::StreamStatistics& totals);
std::string stats_message(std::uint32_t stream_id, const engine::StreamStatistics& statistics);
std::string dropped_message(std::uint32_t stream_id, const std::vector<std::uint64_t>& frame_ids,
                            engine::DropReason reason);
std::string error_message(const engine::Error& error, const ErrorSubject& subject);
std::string pong_message(std::optional<std::uint64_t> id);
std::string draining_message(std::int64_t deadline_us);
/// The JSON twin of a binary result; `header` as it would stand there.
std::string result_message(const FrameHeader& header, const ResultMetadata& metadata,
                           std::span<const std::uint8_t> payload);

}  // namespace framewright::net
