#include "engine/plan.hpp"

#include <algorithm>

#include "engine/codec.hpp"
#include "engine/filters/table_step.hpp"

namespace framewright::engine {
namespace {

bool changes_nothing(const kernels::PointTable& table) noexcept {
  for (std::size_t value = 0; value < table.size(); ++value) {
    if (table[value] != value) return false;
  }
  return true;
}

const char* in_words(kernels::Status status) noexcept {
  switch (status) {
    case kernels::Status::Ok: return "ok";
    case kernels::Status::BadShape: return "bad shape";
    case kernels::Status::BadParameter: return "bad parameter";
    case kernels::Status::LaunchFailed: return "launch failed";
  }
  check_failed("a Status outside its list", __FILE__, __LINE__);
}

std::string path_of(const PlanStep& step) {
  return "pipeline[" + std::to_string(step.position) + "]." + step.filter;
}

}  // namespace

Result<std::shared_ptr<const Plan>> Plan::make(Pipeline pipeline, const ImageLimits& limits) {
  auto plan = std::make_shared<Plan>();
  plan->pipeline_ = std::move(pipeline);
  plan->limits_ = limits;
  plan->text_ = plan->pipeline_.to_text();
  for (const auto& call : plan->pipeline_.filters()) {
    const auto* filter = find_filter(call.filter);
    FW_CHECK(filter != nullptr);
    plan->steps_.push_back({call.filter, plan->steps_.size(), filter->make(call.parameters)});
  }
  plan->fuse_tables();
  plan->explain();
  return std::shared_ptr<const Plan>(std::move(plan));
}

/// Chains of tables become one table, which is exact; a table that changes nothing is left out.
void Plan::fuse_tables() {
  std::vector<PlanStep> fused;
  for (auto& step : steps_) {
    const auto* table = step.step->point_table();
    const auto* before = fused.empty() ? nullptr : fused.back().step->point_table();
    if (table && before) {
      fused.back().filter += '+' + step.filter;
      fused.back().step = std::make_shared<filters::TableStep>(kernels::compose(*before, *table));
    } else {
      fused.push_back(std::move(step));
    }
  }
  std::erase_if(fused, [this](const PlanStep& step) {
    const auto* table = step.step->point_table();
    if (!table || !changes_nothing(*table)) return false;
    reasons_.push_back(step.filter + " changes no value and is left out");
    return true;
  });
  steps_ = std::move(fused);
}

void Plan::explain() {
  if (steps_.empty())
    reasons_.emplace_back("no step: pictures are transcoded, equal raw formats pass untouched");
  runs_on_device_ = true;
  for (const auto& step : steps_) {
    if (step.filter.find('+') != std::string::npos) {
      reasons_.push_back(step.filter +
                         " are one step: each looks up every value in a table, and so does their chain");
    }
    if (step.step->in_place()) reasons_.push_back(step.filter + " runs in place: no second buffer");
    if (!step.step->device_step()) {
      runs_on_device_ = false;
      reasons_.push_back(step.filter + " has no device kernel: the pipeline runs on the CPU");
    }
  }
}

Result<Geometry> step_geometry(const PlanStep& step, const Geometry& input, const ImageLimits& limits) {
  auto output = step.step->output_geometry(input, limits);
  if (output) return output;
  Error error{output.error().code, path_of(step) + ": " + output.error().detail};
  error.fields.push_back({path_of(step), output.error().detail});
  return unexpected(std::move(error));
}

Result<Geometry> Plan::output_geometry(const Geometry& input) const {
  auto geometry = input;
  for (const auto& step : steps_) {
    auto output = step_geometry(step, geometry, limits_);
    if (!output) return output;
    geometry = *output;
  }
  return geometry;
}

Result<std::uint64_t> Plan::largest_frame_bytes(const Geometry& input) const {
  auto geometry = input;
  auto largest = geometry.bytes();
  for (const auto& step : steps_) {
    const auto output = step_geometry(step, geometry, limits_);
    if (!output) return unexpected(output.error());
    geometry = *output;
    largest = std::max(largest, geometry.bytes());
  }
  return largest;
}

Result<std::uint64_t> Plan::working_bytes(const ImageHeader& header, PixelFormat raw_format,
                                          const OutputOptions& output) const {
  auto geometry = header.geometry;
  auto held = FramePool::rounded_bytes(geometry.bytes());
  const auto decoding = decode_bytes(header, raw_format);
  // A raw picture is used where it lies: its own buffer is there already, and free once a step has moved the
  // pixels.
  const auto given = decoding == 0 ? held : 0;
  auto most = std::max(held, decoding);
  for (const auto& step : steps_) {
    const auto made = step_geometry(step, geometry, limits_);
    if (!made) return unexpected(made.error());
    const auto scratch = step.step->scratch_bytes(geometry);
    const auto scratch_bytes = scratch == 0 ? 0 : FramePool::rounded_bytes(scratch);
    const auto moved_bytes = step.step->in_place() ? 0 : FramePool::rounded_bytes(made->bytes());
    most = std::max(most, held + scratch_bytes + moved_bytes);
    if (moved_bytes != 0) held = moved_bytes;
    geometry = *made;
  }
  const auto encoding = encode_bytes(geometry, output.format.value_or(header.encoding), output.quality);
  return std::max(most, held + encoding) - given;
}

namespace {

/// Room for `bytes` of scratch; none is lent for a step that needs none.
Result<BufferLease> lend_scratch(std::size_t bytes, FramePool& pool, Reservation& reservation) {
  return bytes == 0 ? BufferLease{} : pool.lend(bytes, reservation);
}

Result<void> run_step(const PlanStep& step, const kernels::ImageView& in, const kernels::ImageView& out,
                      const BufferLease& scratch) {
  auto* const scratch_bytes = reinterpret_cast<std::byte*>(scratch.data());
  const auto status = step.step->run(in, out, {scratch_bytes, scratch.capacity()});
  if (status == kernels::Status::Ok) return {};
  return unexpected(ErrorCode::Internal, path_of(step) + ": the kernel refused " +
                                             std::to_string(in.width_px) + "x" +
                                             std::to_string(in.height_px) + "x" +
                                             std::to_string(in.channels) + ": " + in_words(status));
}

Result<Frame> run_step(const PlanStep& step, const ImageLimits& limits, Frame input, FramePool& pool,
                       Reservation& reservation) {
  const auto geometry = step_geometry(step, input.geometry, limits);
  if (!geometry) return unexpected(geometry.error());
  auto scratch = lend_scratch(step.step->scratch_bytes(input.geometry), pool, reservation);
  if (!scratch) return unexpected(std::move(scratch).error());
  if (step.step->in_place()) {
    auto done = run_step(step, input.view(), input.view(), *scratch);
    scratch->release_to(reservation);
    return done ? Result<Frame>{std::move(input)} : unexpected(std::move(done).error());
  }
  auto output = lend_frame(*geometry, pool, reservation);
  if (!output) return output;
  auto done = run_step(step, input.view(), output->view(), *scratch);
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
