// Admission decides, before any pixel is decoded, whether a frame may enter: its header against the limits,
// its geometry against the plan, and its memory against the budget.
//
// Threads   any thread.
#pragma once

#include "engine/codec.hpp"
#include "engine/frame_budget.hpp"
#include "engine/frame_task.hpp"
#include "engine/result.hpp"

namespace framewright::engine {

/// What a frame needs before it may enter.
struct FrameNeeds {
  ImageHeader header;
  std::uint64_t working_bytes = 0;  ///< frame memory beside the input buffer
};

/// Looks at the header of `task.input` and at `task.plan`.
///
/// Errors   UnsupportedMedia, CorruptMedia, ImageTooLarge, InvalidPipeline: the frame is refused for good.
Result<FrameNeeds> needs_of(const FrameTask& task);

/// Reserves `working_bytes` and writes it into `task.reservation`.
///
/// Errors   Overloaded when the memory is used up now; ImageTooLarge when it can never be enough.
Result<void> reserve_for(FrameTask& task, std::uint64_t working_bytes, FrameBudget& budget);

}  // namespace framewright::engine
