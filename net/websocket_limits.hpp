// What one WebSocket may ask for, and how long it is waited for.
#pragma once

#include <chrono>
#include <cstdint>

namespace framewright::net {

/// Named to the client in `welcome`. The last three belong to the engine and are only named here.
struct WebSocketLimits {
  std::uint64_t message_bytes = 32ULL << 20;
  int streams_per_connection = 16;
  int frames_per_connection = 64;  ///< in flight, over all streams
  std::uint64_t send_bytes_per_connection = 8ULL << 20;
  std::uint64_t image_pixels = 50'000'000;
  int image_side = 16384;
  int pipeline_filters = 16;
};

/// How long a session waits for its client.
struct SessionTimeouts {
  std::chrono::milliseconds handshake{10'000};
  std::chrono::milliseconds message{30'000};     ///< for some progress of a message that has begun
  std::chrono::milliseconds keep_alive{60'000};  ///< two pings within it; half of it later the client is gone
  std::chrono::milliseconds slow_client{10'000};  ///< without taking a byte of what is written; also to close
};

}  // namespace framewright::net
