// What the engine tells about itself, without naming a metrics library.
//
// Threads   every method may be called from any thread, at any rate; none blocks.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "engine/frame_task.hpp"

namespace framewright::engine {

/// One answered frame.
struct FrameMeasurement {
  Accelerator ran_on = Accelerator::Cpu;
  std::string_view pipeline;  ///< canonical text; the sink bounds how many label values it keeps
  std::string_view entry;     ///< "websocket", "rest", "job", "process"
  StageTimes times;
  std::chrono::nanoseconds total{0};  ///< from admission to answer
  /// From the capture that the client names to the answer
  std::optional<std::chrono::nanoseconds> since_capture = {};
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
};

/// What is measured of a frame that was answered with a picture. A capture time that lies in the future, or
/// more than an hour back, is from another kind of clock and says nothing about age.
FrameMeasurement measurement_of(const FrameTask& task, std::string_view entry, const Clock& clock);

class Metrics {
 public:
  virtual ~Metrics() = default;
  virtual void frame_answered(const FrameMeasurement& frame) = 0;
  virtual void frames_dropped(DropReason reason, std::uint64_t count) = 0;
  /// `handler` is a short fixed name: "process", "jobs", "websocket", ...
  virtual void error(ErrorCode code, std::string_view handler) = 0;
  virtual void http_request(std::string_view handler, int status, std::chrono::nanoseconds total) = 0;
  virtual void connections_changed(std::string_view kind, int by) = 0;  ///< "http", "websocket"
  virtual void streams_changed(int by) = 0;
  virtual void job_finished(std::string_view state) = 0;
  /// Registers a value that is read when metrics are collected ("queue_depth", "frame_memory_bytes", ...), as
  /// the gauge framewright_<name>.
  virtual void observe(std::string_view name, std::string_view help, std::function<double()> read) = 0;
};

/// Drops everything: for programs that serve no metrics, and for tests, which keep what they look at.
class SilentMetrics : public Metrics {
 public:
  void frame_answered(const FrameMeasurement&) override {}
  void frames_dropped(DropReason, std::uint64_t) override {}
  void error(ErrorCode, std::string_view) override {}
  void http_request(std::string_view, int, std::chrono::nanoseconds) override {}
  void connections_changed(std::string_view, int) override {}
  void streams_changed(int) override {}
  void job_finished(std::string_view) override {}
  void observe(std::string_view, std::string_view, std::function<double()>) override {}
};

}  // namespace framewright::engine
