#include "engine/process_frame.hpp"

#include "engine/jpeg_gray.hpp"
#include "engine/run_planes.hpp"
#include "engine/run_strips.hpp"
#include "kernels/profiler_range.hpp"

namespace framewright::engine {
namespace {

/// Ends the frame with an error.
std::nullopt_t fail(FrameTask& task, Error error) {
  task.answer = unexpected(std::move(error));
  task.reservation.release();
  return std::nullopt;
}

/// Ends the frame when nobody waits for it any more.
bool is_given_up(FrameTask& task, SteadyTime now) {
  const auto reason = task.lapsed(now);
  if (!reason) return false;
  task.give_up(*reason);
  task.input = {};
  task.reservation.release();
  return true;
}

template <class T>
std::optional<T> keep_or_fail(FrameTask& task, Result<T> frame) {
  if (!frame) return fail(task, std::move(frame).error());
  return std::move(frame).value();
}

/// The answer is the input, once it was found to be a whole picture.
void pass_through(FrameTask& task, Decoder& decoder, const Clock& clock) {
  const kernels::ProfilerRange range("check", task.profiler.number());
  const auto started = clock.now();
  task.times.queue = started - task.admitted_at;
  if (is_given_up(task, started)) return;
  const auto checked = decoder.check(task.input.payload(), task.header, task.reservation);
  task.times.decode = clock.now() - started;
  if (!checked) {
    fail(task, checked.error());
    return;
  }
  task.output_geometry = task.header.geometry;
  task.input.width_px = task.header.geometry.width_px;
  task.input.height_px = task.header.geometry.height_px;
  task.answer = std::move(task.input);
  task.reservation.release();
}

/// The picture is encoded from its coefficients: all of it is the encoder's work.
void encode_gray(FrameTask& task, Decoder& decoder, Encoder& encoder, const Clock& clock) {
  const kernels::ProfilerRange range("encode", task.profiler.number());
  const auto started = clock.now();
  task.times.queue = started - task.admitted_at;
  if (is_given_up(task, started)) return;
  const auto input = std::move(task.input);
  task.output_geometry = {task.header.geometry.width_px, task.header.geometry.height_px, 1};
  task.answer = encoder.encode_gray({input.payload(), task.header.geometry}, decoder,
                                    task.output.quality_to_write(), task.reservation);
  task.reservation.release();
  task.times.encode = clock.now() - started;
}

/// What a worker has for the work on frames.
struct WorkPlace {
  Decoder& decoder;
  Encoder& encoder;
  FramePool& pool;
};

std::optional<PlanarFrame> decode_planes(FrameTask& task, Decoder& decoder, const Clock& clock) {
  const kernels::ProfilerRange range("decode", task.profiler.number());
  const auto started = clock.now();
  task.times.queue = started - task.admitted_at;
  if (is_given_up(task, started)) return std::nullopt;
  const auto input = std::move(task.input);
  auto frame = decoder.decode_planes(input.payload(), task.header, task.reservation);
  task.times.decode = clock.now() - started;
  return keep_or_fail(task, std::move(frame));
}

std::optional<PlanarFrame> run_planes(FrameTask& task, PlanarFrame frame, FramePool& pool,
                                      const Clock& clock) {
  const kernels::ProfilerRange range("run", task.profiler.number());
  const auto started = clock.now();
  if (is_given_up(task, started)) return std::nullopt;
  auto made = run_plan_on_planes(*task.plan, std::move(frame), pool, task.reservation);
  task.times.process = clock.now() - started;
  return keep_or_fail(task, std::move(made));
}

/// The stages of pixels, over planes.
void process_planes(FrameTask& task, const WorkPlace& place, const Clock& clock) {
  auto frame = decode_planes(task, place.decoder, clock);
  if (frame) frame = run_planes(task, std::move(*frame), place.pool, clock);
  if (!frame) return;
  const kernels::ProfilerRange range("encode", task.profiler.number());
  const auto started = clock.now();
  if (is_given_up(task, started)) return;
  task.output_geometry = frame->geometry;
  task.answer =
      place.encoder.encode_planes(std::move(*frame), task.output.quality_to_write(), task.reservation);
  task.reservation.release();
  task.times.encode = clock.now() - started;
}

void process_strips(FrameTask& task, const WorkPlace& place, const Clock& clock) {
  const kernels::ProfilerRange range("strips", task.profiler.number());
  const auto started = clock.now();
  task.times.queue = started - task.admitted_at;
  if (is_given_up(task, started)) return;
  task.answer = run_strips(task, place.decoder, place.encoder, place.pool, clock);
  task.input = {};
  task.reservation.release();
}

}  // namespace

std::optional<Frame> decode_stage(FrameTask& task, Decoder& decoder, const Clock& clock) {
  const kernels::ProfilerRange range("decode", task.profiler.number());
  const auto started = clock.now();
  task.times.queue = started - task.admitted_at;
  if (is_given_up(task, started)) return std::nullopt;
  if (!task.output.format) task.output.format = task.input.encoding;
  const bool by_header = task.route == Route::Luma || task.header.eighths != 8;
  auto frame = by_header ? decoder.decode(task.input.payload(), task.header, task.reservation)
                         : decoder.decode(std::move(task.input), task.plan->limits(), task.reservation);
  task.input = {};
  task.times.decode = clock.now() - started;
  return keep_or_fail(task, std::move(frame));
}

std::optional<Frame> run_stage(FrameTask& task, Frame frame, FramePool& pool, const Clock& clock) {
  const kernels::ProfilerRange range("run", task.profiler.number());
  const auto started = clock.now();
  if (is_given_up(task, started)) return std::nullopt;
  auto made = run_plan_on_cpu(*task.plan, std::move(frame), pool, task.reservation);
  task.times.process = clock.now() - started;
  return keep_or_fail(task, std::move(made));
}

void encode_stage(FrameTask& task, Frame frame, Encoder& encoder, const Clock& clock) {
  const kernels::ProfilerRange range("encode", task.profiler.number());
  const auto started = clock.now();
  if (is_given_up(task, started)) return;
  task.encode_started_at = started - task.times.encode;
  FW_CHECK(task.output.format.has_value());  // decode_stage() fills it in
  task.output_geometry = frame.geometry;
  task.answer = encoder.encode(std::move(frame), *task.output.format, task.output.quality_to_write(),
                               task.reservation, task.plan->webp_method(task.output));
  task.reservation.release();
  task.times.encode += clock.now() - started;
}

void encode_scan_stage(FrameTask& task, Frame frame, std::uint64_t bits, Encoder& encoder,
                       const Clock& clock) {
  const kernels::ProfilerRange range("encode", task.profiler.number());
  const auto started = clock.now();
  if (is_given_up(task, started)) return;
  task.encode_started_at = started - task.times.encode;
  task.output_geometry = frame.geometry;
  task.answer = encoder.encode_scan(std::move(frame), bits, task.output.quality_to_write(), task.reservation);
  task.reservation.release();
  task.times.encode += clock.now() - started;
}

void process_on_cpu(FrameTask& task, Decoder& decoder, Encoder& encoder, FramePool& pool,
                    const Clock& clock) {
  task.ran_on = Accelerator::Cpu;
  if (task.route == Route::PassThrough) return pass_through(task, decoder, clock);
  if (task.route == Route::Coefficients) return encode_gray(task, decoder, encoder, clock);
  if (goes_in_strips(*task.plan, task.header, task.output, task.route)) {
    return process_strips(task, {decoder, encoder, pool}, clock);
  }
  if (task.route == Route::Planes) return process_planes(task, {decoder, encoder, pool}, clock);
  auto frame = decode_stage(task, decoder, clock);
  if (frame) frame = run_stage(task, std::move(*frame), pool, clock);
  if (frame) encode_stage(task, std::move(*frame), encoder, clock);
}

}  // namespace framewright::engine
