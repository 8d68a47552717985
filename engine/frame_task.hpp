// A FrameTask is one frame on its way through the engine, from admission to its answer.
//
// Threads   one holder at a time works on it; `phase` alone is raced for: whoever moves it out of Queued owns
//           what follows, so a frame is started once or dropped once, never both.
// Lifetime  shared by the stream that waits for it and whoever works on it.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/clock.hpp"
#include "engine/frame.hpp"
#include "engine/frame_span.hpp"
#include "engine/plan.hpp"
#include "engine/route.hpp"
#include "kernels/profiler_range.hpp"

namespace framewright::engine {

/// Who is served fairly against whom: one flow for each client session, one for all jobs of a priority.
using FlowId = std::uint64_t;

/// Live work goes before jobs.
enum class WorkClass : std::uint8_t { Live, Job };

/// Why a frame got no answer.
enum class DropReason : std::uint8_t { WindowFull, Deadline, Closed, Overloaded };
/// "window_full", "deadline", "closed", "overloaded"
std::string_view to_string(DropReason reason) noexcept;

enum class TaskPhase : std::uint8_t { Queued, Running, Dropped };

/// Where the time of a frame went that a device has run. Of pictures that shared a slot each has its part of
/// the three last.
struct DeviceTimes {
  std::chrono::nanoseconds wait{0};      ///< decoded, for pictures to go with and for a slot
  std::chrono::nanoseconds upload{0};    ///< from the first copy to the first kernel
  std::chrono::nanoseconds kernels{0};   ///< filters, and what codes a JPEG
  std::chrono::nanoseconds download{0};  ///< the rest, to the end of the last copy
  std::chrono::nanoseconds busy() const noexcept { return upload + kernels + download; }
};

/// Time that one frame spent in each stage.
struct StageTimes {
  std::chrono::nanoseconds queue{0};
  std::chrono::nanoseconds decode{0};
  std::chrono::nanoseconds process{0};
  std::chrono::nanoseconds encode{0};
  std::optional<DeviceTimes> device = {};  ///< parts of `process` and `encode`, but for the wait
  std::chrono::nanoseconds worker() const noexcept { return decode + process + encode; }
};

struct FrameTask {
  // Given by whoever submits it.
  FlowId flow = 0;
  WorkClass work_class = WorkClass::Live;
  std::uint64_t sequence = 0;  ///< place in its stream, from 0, without gaps
  std::uint64_t frame_id = 0;  ///< the client's own
  std::uint32_t stream_id = 0;
  std::int64_t capture_us = 0;
  std::uint8_t flags = 0;       ///< wire flags, returned unchanged
  bool answer_as_json = false;  ///< came as JSON, so its answer is JSON
  std::shared_ptr<const Plan> plan;
  OutputOptions output;
  Accelerator accelerator = Accelerator::Auto;
  std::optional<int> device = {};  ///< that CUDA device of this process, and no other
  std::optional<SteadyTime> deadline;
  SteadyTime admitted_at{};
  /// W3C traceparent of who asked or, once this frame has a span, of that; empty without a trace
  std::string trace_parent = {};
  std::unique_ptr<FrameSpan> span = nullptr;  ///< none where the frame is not recorded
  kernels::ProfilerFrame profiler = {};       ///< from when the task is made until it is gone
  Reservation reservation;
  EncodedFrame input;
  std::uint64_t input_bytes = 0;               ///< size of `input`, also when another thread drops the frame
  ImageHeader header;                          ///< what inspect() said of `input`
  Route route = Route::Pixels;                 ///< what choose_route() said of header, plan and output
  std::chrono::nanoseconds estimated_cost{0};  ///< worker time that the fair queue has charged in advance
  Accelerator lane = Accelerator::Cpu;         ///< the queue that the dispatcher put it into

  // Raced for.
  std::atomic<TaskPhase> phase{TaskPhase::Queued};
  std::atomic<bool> cancelled{false};  ///< nobody waits any more: stages stop where they are

  // Answer, written by the worker before the task is handed back.
  Accelerator ran_on = Accelerator::Cpu;
  AcceleratorReason why = AcceleratorReason::Asked;  ///< of `ran_on`; the dispatcher's, unless that failed
  StageTimes times;
  SteadyTime encode_started_at{};  ///< where other stages of other frames may have come between
  Geometry output_geometry;
  /// set when the frame was given up; `answer` says the same as an error
  std::optional<DropReason> dropped;
  Result<EncodedFrame> answer = unexpected(ErrorCode::Internal, "not processed yet");

  /// Moves Queued to Running; false when somebody dropped the frame first.
  bool start() noexcept {
    auto expected = TaskPhase::Queued;
    return phase.compare_exchange_strong(expected, TaskPhase::Running);
  }
  /// Moves Running back to Queued: its worker is gone, `input` is whole, and another may start it.
  void requeue() noexcept { phase.store(TaskPhase::Queued); }
  /// Moves Queued to Dropped and frees its input; false when it has started.
  bool drop() noexcept {
    auto expected = TaskPhase::Queued;
    if (!phase.compare_exchange_strong(expected, TaskPhase::Dropped)) return false;
    input = {};
    reservation.release();
    return true;
  }

  /// Why nobody wants this frame any more at `now`: its client has gone, or its deadline has passed.
  std::optional<DropReason> lapsed(SteadyTime now) const noexcept;
  /// Answers with the drop and with the error that unary callers get for it. Only for the owner (see
  /// `phase`).
  void give_up(DropReason reason);
};

using FrameTaskPtr = std::shared_ptr<FrameTask>;

}  // namespace framewright::engine
