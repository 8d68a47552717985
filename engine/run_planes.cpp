#include "engine/run_planes.hpp"

#include <algorithm>

namespace framewright::engine {
namespace {

const PlanStep& step_for(const Plan& plan, std::size_t index, PlaneKind kind) noexcept {
  return kind == PlaneKind::Luma ? plan.steps()[index] : plan.chroma_steps()[index];
}

Result<void> run_on_each(const Plan& plan, std::size_t index, const PlanarFrame& input,
                         const PlanarFrame& output, kernels::Scratch scratch) {
  const auto from = input.views();
  const auto to = output.views();
  for (std::size_t plane = 0; plane < from.size(); ++plane) {
    const auto& step = step_for(plan, index, plane == 0 ? PlaneKind::Luma : PlaneKind::Chroma);
    if (auto done = run_kernel(step, from[plane], to[plane], scratch); !done) return done;
  }
  return {};
}

}  // namespace

std::size_t plane_scratch_bytes(const Plan& plan, std::size_t step, const StepSizes& sizes) noexcept {
  const auto for_kind = [&](PlaneKind kind) {
    return step_for(plan, step, kind)
        .step->scratch_bytes_between(plane_geometry(sizes.input, kind), plane_geometry(sizes.output, kind));
  };
  return std::max(for_kind(PlaneKind::Luma), for_kind(PlaneKind::Chroma));
}

Result<PlanarFrame> run_plan_on_planes(const Plan& plan, PlanarFrame input, FramePool& pool,
                                       Reservation& reservation) {
  for (std::size_t i = 0; i < plan.steps().size(); ++i) {
    const auto geometry = step_geometry(plan.steps()[i], input.picture_geometry(), plan.limits());
    if (!geometry) return unexpected(geometry.error());
    auto scratch = lend_scratch(plane_scratch_bytes(plan, i, {input.geometry, *geometry}), pool, reservation);
    if (!scratch) return unexpected(std::move(scratch).error());
    auto output = lend_planes(*geometry, pool, reservation);
    if (!output) return output;
    auto* const bytes = reinterpret_cast<std::byte*>(scratch->data());
    auto done = run_on_each(plan, i, input, *output, {bytes, scratch->capacity()});
    if (!done) return unexpected(std::move(done).error());
    scratch->release_to(reservation);
    input.buffer.release_to(reservation);
    input = std::move(*output);
  }
  return input;
}

}  // namespace framewright::engine
