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

/// Writes into `task` what its header says and the route that follows from it; for Route::Luma header and
/// plan become those of the luma. Returns the frame memory that
/// the work will take beside the input buffer.
///
/// Errors   UnsupportedMedia, CorruptMedia, ImageTooLarge, InvalidPipeline: the frame is refused for good.
Result<std::uint64_t> find_needs(FrameTask& task);

/// Reserves `working_bytes` and writes it into `task.reservation`.
///
/// Errors   Overloaded when the memory is used up now; ImageTooLarge when it can never be enough.
Result<void> reserve_for(FrameTask& task, std::uint64_t working_bytes, FrameBudget& budget);

}  // namespace framewright::engine
