#include "actors/gpu_worker.hpp"

#include <spdlog/spdlog.h>

#include <utility>

#include "actors/encoder.hpp"
#include "actors/quiet.hpp"
#include "actors/worker_link.hpp"
#include "engine/codec.hpp"

namespace framewright::actors {
namespace {

using Self = caf::stateful_actor<GpuWorkerState>*;

/// Frames that a device is given beyond its slots, so that it never waits for a decoder; more of tiny ones.
constexpr int kAheadPerSlot = 2;
constexpr std::size_t kMostBatch = 32;
/// A picture that takes more of a slot goes alone: it keeps the device busy by itself.
constexpr std::uint64_t kSmallBytes = 256ULL * 256 * 4;
constexpr std::chrono::milliseconds kCheckEvery{100};

const caf::actor& next(const std::vector<caf::actor>& codecs, std::size_t& turn) {
  return codecs[turn++ % codecs.size()];
}

/// The errand has been answered: its credit goes back.
void release(Self self, const ErrandPtr& errand) {
  auto& state = self->state;
  --state.held;
  self->send(state.dispatcher, done_atom_v, errand);
  if (state.retired && state.held == 0) {
    self->quit(caf::make_error(caf::sec::runtime_error, "the device failed"));
  }
}

void fail(Self self, const ErrandPtr& errand, engine::Error error) {
  errand->answer = engine::unexpected(std::move(error));
  self->send(errand->reply_to, done_atom_v, errand);
  release(self, errand);
}

/// The device cannot have this frame: the CPU runs it where the choice was ours.
void without_device(Self self, const PicturePtr& picture, engine::Error why) {
  auto& state = self->state;
  picture->errand->times.device.reset();
  if (picture->errand->accelerator == engine::Accelerator::Auto) {
    picture->errand->why = engine::AcceleratorReason::FellBack;
    self->send(next(state.encoders, state.next_encoder), fall_back_atom_v, picture);
  } else {
    fail(self, picture->errand, std::move(why));
  }
}

engine::Error unavailable(std::string why) {
  return {engine::ErrorCode::AcceleratorUnavailable, std::move(why)};
}

/// Picture and output of what goes to the device now.
struct Batch {
  std::vector<ErrandPtr> errands;
  std::vector<engine::DeviceWork> works;
};

void add(Self self, const PicturePtr& picture, const GpuWorkerOptions& options, Batch& batch) {
  const auto& errand = picture->errand;
  const auto geometry = errand->plan->output_geometry(picture->frame.picture_geometry());
  if (!geometry) return fail(self, errand, geometry.error());
  auto output = engine::lend_frame(*geometry, options.pool, errand->reservation);
  // What a core does in place, or by way of a smaller picture, was admitted with less.
  if (!output) return without_device(self, picture, output.error());
  engine::DeviceWork work{errand->plan, std::move(picture->frame), std::move(*output), errand->work_class};
  if (errand->output.format == engine::ImageEncoding::Jpeg) {
    work.jpeg_quality = errand->output.quality_to_write();
  }
  work.profiler_number = errand->profiler.number();
  errand->times.device.emplace().wait = options.clock.now() - picture->came_at;
  batch.works.push_back(std::move(work));
  batch.errands.push_back(errand);
}

void start_work(Self self, const std::vector<PicturePtr>& pictures, const GpuWorkerOptions& options) {
  auto& state = self->state;
  Batch batch;
  for (const auto& picture : pictures) add(self, picture, options, batch);
  if (batch.works.empty()) return;
  const int slot = state.free_slots.back();
  state.free_slots.pop_back();
  options.gauges.slots_busy.fetch_add(1, std::memory_order_relaxed);
  auto result = std::make_shared<SlotOutcome>(SlotOutcome{std::move(batch.errands), slot, {}, {}});
  options.device.start_batch(slot, std::move(batch.works),
                             [result, started = options.clock.now(), &clock = options.clock,
                              me = caf::actor{self}](std::vector<engine::DeviceOutcome> outcomes) {
                               result->outcomes = std::move(outcomes);
                               result->took = clock.now() - started;
                               caf::anon_send(me, outcome_atom_v, result);
                             });
}

/// Looks again when the first of those that wait for others has waited long enough.
void wake_in_time(Self self, engine::SteadyTime now) {
  auto& state = self->state;
  const auto next = state.waiting.next_after(now);
  if (!next || (state.wakes_at && *state.wakes_at <= *next)) return;
  state.wakes_at = next;
  self->delayed_send(self, *next - now, changed_atom_v);
}

void pump(Self self, const GpuWorkerOptions& options) {
  auto& state = self->state;
  if (state.retired) {
    for (const auto& picture : state.waiting.take_all())
      without_device(self, picture, unavailable("the device failed"));
    return;
  }
  const auto now = options.clock.now();
  const int slots = options.device.description().slots;
  for (;;) {
    const auto batch = state.waiting.take({static_cast<int>(state.free_slots.size()), slots}, now);
    if (batch.empty()) break;
    start_work(self, batch, options);
  }
  wake_in_time(self, now);
}

void decoded(Self self, const PicturePtr& picture, const GpuWorkerOptions& options) {
  const auto& errand = picture->errand;
  const auto& geometry = picture->frame.picture_geometry();
  if (!self->state.retired && !options.device.can_run(*errand->plan, geometry)) {
    return without_device(self, picture, unavailable("the picture does not fit a slot of the device"));
  }
  picture->came_at = options.clock.now();
  self->state.waiting.push({picture, errand->plan, options.device.share_of_slot(*errand->plan, geometry),
                            errand->work_class, errand->deadline},
                           picture->came_at);
  pump(self, options);
}

/// By 1 when the device comes into service, by -1 when its worker ends.
void count_slots(const GpuWorkerOptions& options, int by) {
  const auto& description = options.device.description();
  options.gauges.slots.fetch_add(by * description.slots, std::memory_order_relaxed);
  options.gauges.memory_bytes.fetch_add(by * static_cast<std::int64_t>(description.memory_bytes),
                                        std::memory_order_relaxed);
}

void retire(Self self, const GpuWorkerOptions& options, const std::string& why) {
  if (std::exchange(self->state.retired, true)) return;
  spdlog::error("{}: out of service: {}", options.device.description().id, why);
  self->send(self->state.dispatcher, retire_atom_v);
}

/// The frame goes on to an encoder, or to whoever can do without the device.
void pass_on(Self self, const ErrandPtr& errand, engine::DeviceOutcome& outcome,
             const GpuWorkerOptions& options) {
  auto& state = self->state;
  auto& [work, result, times] = outcome;
  errand->times.process += times.busy() - work.coding;
  if (!result) {
    if (!options.device.healthy()) retire(self, options, result.error().detail);
    work.output.buffer.release_to(errand->reservation);
    return without_device(self, std::make_shared<Picture>(Picture{errand, std::move(work.input)}),
                          unavailable(result.error().detail));
  }
  work.input.buffer.release_to(errand->reservation);
  errand->ran_on = engine::Accelerator::Cuda;
  errand->times.encode = work.coding;
  times.wait = errand->times.device->wait;
  errand->times.device = times;
  self->send(next(state.encoders, state.next_encoder), encode_atom_v,
             std::make_shared<Picture>(Picture{errand, std::move(work.output), work.scan_bits}));
}

void finished(Self self, const SlotOutcomePtr& slot, const GpuWorkerOptions& options) {
  self->state.free_slots.push_back(slot->slot);
  options.gauges.slots_busy.fetch_sub(1, std::memory_order_relaxed);
  const auto share = slot->took / static_cast<std::int64_t>(slot->errands.size());
  for (std::size_t i = 0; i < slot->errands.size(); ++i) {
    slot->errands[i]->on_device = share - slot->outcomes[i].work.coding;
    pass_on(self, slot->errands[i], slot->outcomes[i], options);
  }
  pump(self, options);
}

/// A device that fails may call back nothing by itself, so it is asked while it has work.
void watch(Self self, const GpuWorkerOptions& options) {
  options.device.check();
  if (self->state.held > 0) {
    self->delayed_send(self, kCheckEvery, tick_atom_v);
  } else {
    self->state.watching = false;
  }
}

void submit(Self self, const ErrandPtr& errand) {
  auto& state = self->state;
  ++state.held;
  if (!std::exchange(state.watching, true)) self->delayed_send(self, kCheckEvery, tick_atom_v);
  self->send(next(state.decoders, state.next_decoder), decode_atom_v, errand);
}

/// A device that failed before is built anew; false when that fails too.
bool revive(Self self, const GpuWorkerOptions& options) {
  if (!options.device.healthy()) {
    if (const auto reset = options.device.reset(); !reset) {
      self->quit(caf::make_error(caf::sec::runtime_error, reset.error().detail));
      return false;
    }
  }
  const auto& description = options.device.description();
  if (description.slots < description.wanted_slots) {
    spdlog::warn("{}: its memory has room for {} of {} slots", description.id, description.slots,
                 description.wanted_slots);
  }
  return true;
}

void start_codecs(Self self, const GpuWorkerOptions& options) {
  const CodecOptions codecs{options.pool, options.clock};
  for (int i = 0; i < options.codecs; ++i) {
    self->state.decoders.push_back(self->spawn<caf::linked>(decoder, codecs));
    self->state.encoders.push_back(self->spawn<caf::linked>(encoder, codecs));
  }
}

void offer(Self self, const GpuWorkerOptions& options) {
  const int slots = options.device.description().slots;
  const auto frames = static_cast<std::size_t>(slots) * static_cast<std::size_t>(1 + kAheadPerSlot);
  for (int slot = slots - 1; slot >= 0; --slot) self->state.free_slots.push_back(slot);
  count_slots(options, 1);
  self->attach_functor([options] { count_slots(options, -1); });
  self->state.dispatcher = offer_to_dispatcher(
      self, options.directory,
      {.accelerator = engine::Accelerator::Cuda,
       .frames = options.batch_delay > std::chrono::nanoseconds{0} ? kMostBatch * frames : frames,
       .at_a_time = frames,
       .workers = static_cast<std::size_t>(slots),
       .kept_for_live = 1,
       .device = options.device.description().index});
  if (!options.started) return;
  // The answer comes after the dispatcher has taken the offer.
  self->request(self->state.dispatcher, caf::infinite, started_atom_v)
      .then([started = options.started](bool) { started(true); });
}

engine::BatchLimits batch_limits_of(const GpuWorkerOptions& options) {
  return {.delay = options.batch_delay,
          .pictures = kMostBatch,
          .bytes = options.device.description().slot_bytes,
          .small_bytes = kSmallBytes};
}

}  // namespace

caf::behavior gpu_worker(Self self, GpuWorkerOptions options) {
  quiet(self);
  if (options.started) self->attach_functor([started = options.started] { started(false); });
  if (!revive(self, options)) return {};
  self->state.waiting = engine::BatchQueue<PicturePtr>{batch_limits_of(options)};
  start_codecs(self, options);
  offer(self, options);
  return {
      [=](submit_atom, const ErrandPtr& errand) { submit(self, errand); },
      [=](decoded_atom, const PicturePtr& picture) { decoded(self, picture, options); },
      [=](answered_atom, const ErrandPtr& errand) {
        self->send(errand->reply_to, done_atom_v, errand);
        release(self, errand);
      },
      [=](outcome_atom, const SlotOutcomePtr& outcome) { finished(self, outcome, options); },
      [=](done_atom, const ErrandPtr& errand) {
        const bool ran_here = errand->ran_on == engine::Accelerator::Cuda;
        if (options.choice != nullptr && ran_here) options.choice->record(*errand, errand->on_device);
        release(self, errand);
      },
      [=](tick_atom) { watch(self, options); },
      [=](changed_atom) {
        self->state.wakes_at.reset();
        pump(self, options);
      },
  };
}

}  // namespace framewright::actors
