// The words of a stream: its settings, what goes in, what comes out, and its statistics.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "engine/frame_task.hpp"

namespace framewright::engine {

/// Latest: a full window drops the oldest frame that has not started, and keeps the newest. Lossless: a full
/// window takes no more.
enum class Delivery : std::uint8_t { Latest, Lossless };

inline constexpr int kMaxStreamWindow = 64;
/// Bit 0 of a frame's flags: the last frame of its stream.
inline constexpr std::uint8_t kLastFrameFlag = 1;

struct StreamSettings {
  std::uint32_t stream_id = 0;
  Pipeline pipeline = {};
  Accelerator accelerator = Accelerator::Auto;
  std::optional<int> device = {};  ///< that CUDA device, and no other
  OutputOptions output = {};
  Delivery delivery = Delivery::Latest;
  int window = 8;  ///< 1 to kMaxStreamWindow
  std::optional<std::chrono::milliseconds> deadline = {};
  std::string trace_parent = {};  ///< W3C traceparent of who asked; empty without a trace
};

/// One frame as a client sent it.
struct InboundFrame {
  std::uint64_t frame_id = 0;
  std::int64_t capture_us = 0;
  std::uint8_t flags = 0;
  bool answer_as_json = false;  ///< came as a JSON `frame`, so its answer is a JSON `result`
  EncodedFrame encoded;
};

/// The answer to one frame: `answer` holds the encoded picture or why there is none.
struct OutboundFrame {
  std::uint32_t stream_id = 0;
  std::uint64_t frame_id = 0;
  std::int64_t capture_us = 0;
  std::uint8_t flags = 0;
  bool answer_as_json = false;
  Accelerator ran_on = Accelerator::Cpu;
  AcceleratorReason reason = AcceleratorReason::Asked;
  StageTimes times = {};
  Geometry geometry = {};
  Result<EncodedFrame> answer;
};

/// Takes the answer out of a finished task.
OutboundFrame outbound_frame_of(FrameTask& task);

struct StreamStatistics {
  double frames_per_second = 0;
  std::uint32_t queue_depth = 0;
  double latency_ms_p50 = 0;
  double latency_ms_p99 = 0;
  std::uint64_t frames_in = 0;
  std::uint64_t frames_out = 0;
  std::uint64_t frames_dropped = 0;
};

}  // namespace framewright::engine
