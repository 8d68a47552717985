// FrameService: what the network front needs of the actors, without naming CAF.
//
// Threads   calls return at once. Callbacks of a stream or a request run on the executor that was given for
//           it (an Asio io_context of the network front), one at a time, never from inside the call that
//           caused them.
// Lifetime  after close() (or the end of the handle) no further callback runs for that stream or request.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "actors/post.hpp"
#include "engine/stream.hpp"

namespace framewright::actors {

using engine::Delivery;
using engine::InboundFrame;
using engine::OutboundFrame;
using engine::StreamSettings;
using engine::StreamStatistics;

/// What a stream says to its session.
class StreamEvents {
 public:
  virtual ~StreamEvents() = default;
  virtual void on_opened(const StreamSettings& effective) = 0;
  virtual void on_updated(const StreamSettings& effective) = 0;
  /// Results in the order of submission. The frame counts against the window until acknowledge().
  virtual void on_answer(OutboundFrame frame) = 0;
  virtual void on_dropped(std::uint32_t stream_id, std::vector<std::uint64_t> frame_ids,
                          engine::DropReason reason) = 0;
  virtual void on_statistics(std::uint32_t stream_id, const StreamStatistics& statistics) = 0;
  /// Last event of the stream. `reason` is "client", "last_frame", "draining" or an error code.
  virtual void on_closed(std::uint32_t stream_id, const std::string& reason,
                         const StreamStatistics& totals) = 0;
};

/// A session's handle on one stream. Used from the session's executor only.
class StreamHandle {
 public:
  virtual ~StreamHandle() = default;  ///< ends the stream at once: queued frames are discarded
  /// Lossless: at most window - (unacknowledged frames) may be submitted; see has_room().
  virtual void submit(InboundFrame frame) = 0;
  /// Whether a lossless stream may take one more frame now; always true for Latest.
  virtual bool has_room() const = 0;
  /// The session has written (or discarded) `count` answers: their places in the window are free again.
  virtual void acknowledge(std::size_t count) = 0;
  /// Takes effect for frames submitted later; on_updated follows.
  /// Errors   InvalidPipeline, AcceleratorUnavailable: the stream stays as it is.
  virtual engine::Result<void> update(StreamSettings settings) = 0;
  /// Finishes what was submitted, then on_closed("client").
  virtual void close() = 0;
};

/// One unary request (REST, later gRPC and Connect).
struct UnaryRequest {
  engine::FlowId flow = 0;
  engine::EncodedFrame input;
  engine::Pipeline pipeline = {};
  engine::Accelerator accelerator = engine::Accelerator::Auto;
  engine::OutputOptions output = {};
  std::optional<std::chrono::milliseconds> deadline = {};
  std::string trace_parent = {};    ///< W3C traceparent for whoever works on it; empty without a trace
  std::optional<int> device = {};   ///< that CUDA device, and no other
  std::string_view entry = "rest";  ///< which way it came, for the metrics; a literal
};

/// Ends the interest in one unary request: its queued frame is discarded, a running one is not passed on.
class UnaryHandle {
 public:
  virtual ~UnaryHandle() = default;
};

class FrameService {
 public:
  virtual ~FrameService() = default;

  /// A new fairness flow, for one session or connection.
  virtual engine::FlowId new_flow() = 0;
  /// on_opened follows.
  /// Errors   InvalidPipeline, AcceleratorUnavailable (`cuda` where there is none).
  virtual engine::Result<std::unique_ptr<StreamHandle>> open_stream(engine::FlowId flow,
                                                                    StreamSettings settings,
                                                                    std::shared_ptr<StreamEvents> events,
                                                                    Post post) = 0;
  /// Calls `done` once, with the answer or why there is none, unless the handle ended before.
  virtual std::unique_ptr<UnaryHandle> process(UnaryRequest request, Post post,
                                               std::function<void(OutboundFrame)> done) = 0;
};

}  // namespace framewright::actors
