// The CostModel guesses how much worker time a frame will take, from frames like it.
//
// Alike are frames of the same plan, lane, input encoding, output encoding and size class (pixels to the
// power of two). A guess only has to be right on average: the fair queue corrects it when the frame is done.
//
// Memory    at most kMaxKinds kinds of frames; beyond that it starts afresh, which costs one guess for each
//           kind.
// Threads   none: belongs to one actor.
#pragma once

#include <chrono>
#include <cstdint>
#include <unordered_map>

#include "engine/frame_task.hpp"

namespace framewright::engine {

class CostModel {
 public:
  static constexpr std::size_t kMaxKinds = 1024;

  /// From task.plan, task.lane, task.header and task.output.
  std::chrono::nanoseconds estimate(const FrameTask& task) const;
  /// What a frame really took. Frames that failed or were given up teach nothing and should not be recorded.
  void record(const FrameTask& task, std::chrono::nanoseconds worker_time);

  std::size_t kinds() const noexcept { return kinds_.size(); }

 private:
  struct Kind {
    const Plan* plan;  ///< identity only, never followed: a plan is shared by all frames that ask for it
    ImageEncoding input;
    ImageEncoding output;
    Route route;
    Accelerator lane;
    std::uint8_t size_class;
    bool operator==(const Kind&) const = default;
  };
  struct KindHash {
    std::size_t operator()(const Kind& kind) const noexcept;
  };
  static Kind kind_of(const FrameTask& task) noexcept;

  // Measured.
  std::unordered_map<Kind, double, KindHash> kinds_;  ///< nanoseconds a pixel
  /// the same over all kinds; 0 until something was recorded
  double any_kind_ = 0;
};

}  // namespace framewright::engine
