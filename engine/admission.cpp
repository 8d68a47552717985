#include "engine/admission.hpp"

namespace framewright::engine {

Result<std::uint64_t> find_needs(FrameTask& task) {
  const auto whole = task.plan;  // For luma the task's own becomes another.
  const Plan& plan = *whole;
  auto header = inspect(task.input, plan.limits());
  if (!header) return unexpected(std::move(header).error());
  const auto choice = choose_route(plan, *header, task.output);
  task.header = *header;
  task.header.eighths = choice.eighths;
  task.route = choice.route;
  auto bytes = plan.working_bytes(*header, task.input.pixel_format, task.output);
  if (bytes && task.route == Route::Luma) {
    task.header = luma_of(task.header);
    task.plan = plan.luma_plan();
  }
  return bytes;
}

Result<void> reserve_for(FrameTask& task, std::uint64_t working_bytes, FrameBudget& budget) {
  auto reservation = budget.reserve(working_bytes);
  if (!reservation) return unexpected(std::move(reservation).error());
  task.reservation = std::move(*reservation);
  return {};
}

}  // namespace framewright::engine
