// A plan over the planes of a picture: each plane goes through the steps by itself.
#pragma once

#include "engine/plan.hpp"
#include "engine/planar_frame.hpp"

namespace framewright::engine {

/// The size of a picture before and after a step.
struct StepSizes {
  Geometry input;
  Geometry output;
};

/// The scratch that a step needs for the most demanding plane. The chroma planes of an odd picture are more
/// than half of it, and may need more than luma.
std::size_t plane_scratch_bytes(const Plan& plan, std::size_t step, const StepSizes& sizes) noexcept;

/// Runs a plan that has chroma_steps() on the calling thread. Buffers that are done with stay in
/// `reservation`.
///
/// Errors   InvalidPipeline (geometry), Overloaded (memory), Internal (a kernel refused).
Result<PlanarFrame> run_plan_on_planes(const Plan& plan, PlanarFrame input, FramePool& pool,
                                       Reservation& reservation);

}  // namespace framewright::engine
