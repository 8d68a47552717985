// What the kinds of WebSocket load share: options, the frame that is sent again and again, and the stream it
// goes into.
#pragma once

#include <cstdint>
#include <cstring>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "bench/ws/client.hpp"
#include "net/frame_codec.hpp"

namespace framewright::bench {

struct Options {
  std::string host = "127.0.0.1";
  int port = 8080;
  bool echo = false;
  std::string frame = "16x16";
  std::string format = "gray8";
  std::string pipeline;
  std::string exactness;
  std::string accelerator;
  std::string delivery = "lossless";
  int window = 1;
  int connections = 1;
  double fps = 0;
  int deadline_ms = 0;
  double seconds = 5;
  int pid = 0;
};

/// Of the command line `PROGRAM MODE KEY=VALUE...`; ends the program at the first mistake.
Options parse(int count, char** words);

struct Payload {
  net::FrameHeader header;
  std::vector<std::uint8_t> bytes;
};

Payload make_payload(const Options& options);

/// `count` messages one behind the other, whose frame ids are written in place.
class Batch {
 public:
  Batch(const Payload& payload, std::size_t count) {
    const auto header = net::encode_header(payload.header);
    std::vector<std::uint8_t> frame(header.begin(), header.end());
    frame.insert(frame.end(), payload.bytes.begin(), payload.bytes.end());
    const auto message = masked_message(frame);
    message_bytes_ = message.size();
    id_offset_ = masked_head_bytes(frame.size()) + 8;
    for (std::size_t i = 0; i < count; ++i) bytes_.insert(bytes_.end(), message.begin(), message.end());
  }
  std::span<const std::uint8_t> with_ids(std::uint64_t first, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint64_t id = first + i;
      std::memcpy(bytes_.data() + i * message_bytes_ + id_offset_, &id, sizeof id);
    }
    return {bytes_.data(), count * message_bytes_};
  }

 private:
  std::vector<std::uint8_t> bytes_;
  std::size_t message_bytes_ = 0;
  std::size_t id_offset_ = 0;
};

/// Connects, and opens stream 0 unless the server is an echo.
WebSocketClient open(const Options& options);

/// The frame id of a binary message.
std::uint64_t frame_id_of(const Message& message);

/// The value below which `share` of the sorted values lie; 0 without values.
double percentile(const std::vector<double>& sorted, double share);

// The kinds of load; each answers its figures.
/// Keeps a window full: how long a frame takes, how many go through.
nlohmann::json measure_closed_loop(const Options& options);
/// Sends at a rate, whatever comes back: what is answered and dropped, and how old answers are.
nlohmann::json measure_open_loop(const Options& options);
/// Holds connections that say nothing: what each costs.
nlohmann::json measure_idle(const Options& options);

}  // namespace framewright::bench
