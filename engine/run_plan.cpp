#include "engine/codec.hpp"
#include "engine/plan.hpp"

namespace framewright::engine {
namespace {

const char* in_words(kernels::Status status) noexcept {
  switch (status) {
    case kernels::Status::Ok: return "ok";
    case kernels::Status::BadShape: return "bad shape";
    case kernels::Status::BadParameter: return "bad parameter";
    case kernels::Status::LaunchFailed: return "launch failed";
  }
  check_failed("a Status outside its list", __FILE__, __LINE__);
}

}  // namespace

Result<BufferLease> lend_scratch(std::size_t bytes, FramePool& pool, Reservation& reservation) {
  return bytes == 0 ? BufferLease{} : pool.lend(bytes, reservation);
}

namespace {

Result<void> done_or_refused(kernels::Status status, const PlanStep& step,
                             const kernels::ConstImageView& in) {
  if (status == kernels::Status::Ok) return {};
  return unexpected(ErrorCode::Internal, step.path() + ": the kernel refused " + std::to_string(in.width_px) +
                                             "x" + std::to_string(in.height_px) + "x" +
                                             std::to_string(in.channels) + ": " + in_words(status));
}

}  // namespace

Result<void> run_kernel(const PlanStep& step, const kernels::ImageView& in, const kernels::ImageView& out,
                        kernels::Scratch scratch) {
  return done_or_refused(step.step->run(in, out, scratch), step, in);
}

Result<void> prepare_kernel_for_rows(const PlanStep& step, const Geometry& input, const Geometry& output,
                                     kernels::Scratch scratch) {
  return done_or_refused(step.step->prepare_rows(input, output, scratch), step,
                         {nullptr, input.width_px, input.height_px, input.channels, 0});
}

Result<void> run_kernel_on_rows(const PlanStep& step, const kernels::ImageView& in,
                                const kernels::OutputRows& out, kernels::Scratch scratch) {
  return done_or_refused(step.step->run_rows(in, out, scratch), step, in);
}

namespace {

/// What a buffer holds as scratch.
kernels::Scratch scratch_in(const BufferLease& buffer) noexcept {
  return {reinterpret_cast<std::byte*>(buffer.data()), buffer.capacity()};
}

Result<Frame> run_step(const PlanStep& step, const ImageLimits& limits, Frame input, FramePool& pool,
                       Reservation& reservation) {
  const auto geometry = step_geometry(step, input.picture_geometry(), limits);
  if (!geometry) return unexpected(geometry.error());
  auto scratch = lend_scratch(step.step->scratch_bytes_between(input.geometry, *geometry), pool, reservation);
  if (!scratch) return unexpected(std::move(scratch).error());
  if (step.step->in_place()) {
    auto done = run_kernel(step, input.view(), input.view(), scratch_in(*scratch));
    scratch->release_to(reservation);
    return done ? Result<Frame>{std::move(input)} : unexpected(std::move(done).error());
  }
  auto output = lend_frame(*geometry, pool, reservation);
  if (!output) return output;
  auto done = run_kernel(step, input.view(), output->view(), scratch_in(*scratch));
  scratch->release_to(reservation);
  input.buffer.release_to(reservation);
  return done ? std::move(output) : unexpected(std::move(done).error());
}

}  // namespace

Result<Frame> run_plan_on_cpu(const Plan& plan, Frame input, FramePool& pool, Reservation& reservation) {
  Result<Frame> frame{std::move(input)};
  for (const auto& step : plan.steps()) {
    frame = run_step(step, plan.limits(), std::move(*frame), pool, reservation);
    if (!frame) break;
  }
  return frame;
}

}  // namespace framewright::engine
