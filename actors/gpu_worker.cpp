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

/// Frames that a device is given beyond its slots, so that it never waits for a decoder.
constexpr int kAheadPerSlot = 2;
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
void without_device(Self self, const PicturePtr& picture, const std::string& why) {
  auto& state = self->state;
  if (picture->errand->accelerator == engine::Accelerator::Auto) {
    self->send(next(state.encoders, state.next_encoder), fall_back_atom_v, picture);
  } else {
    fail(self, picture->errand, {engine::ErrorCode::AcceleratorUnavailable, why});
  }
}

void start_work(Self self, const PicturePtr& picture, const GpuWorkerOptions& options) {
  auto& state = self->state;
  const auto& errand = picture->errand;
  const auto geometry = errand->plan->output_geometry(picture->frame.picture_geometry());
  if (!geometry) return fail(self, errand, geometry.error());
  if (!options.device.can_run(*errand->plan, picture->frame.picture_geometry())) {
    return without_device(self, picture, "the picture does not fit a slot of the device");
  }
  auto output = engine::lend_frame(*geometry, options.pool, errand->reservation);
  if (!output) return fail(self, errand, output.error());
  const int slot = state.free_slots.back();
  state.free_slots.pop_back();
  engine::DeviceWork work{errand->plan, std::move(picture->frame), std::move(*output), errand->work_class};
  if (errand->output.format == engine::ImageEncoding::Jpeg) {
    work.jpeg_quality = errand->output.quality_to_write();
  }
  options.device.start(
      slot, std::move(work), [errand, slot, me = caf::actor{self}](engine::DeviceOutcome outcome) {
        auto result = std::make_shared<SlotOutcome>(SlotOutcome{errand, slot, std::move(outcome)});
        caf::anon_send(me, outcome_atom_v, std::move(result));
      });
}

std::deque<PicturePtr>& decoded_of(GpuWorkerState& state, engine::WorkClass work_class) {
  return work_class == engine::WorkClass::Live ? state.decoded_live : state.decoded_jobs;
}

/// Live frames first; none when nothing waits.
PicturePtr next_picture(GpuWorkerState& state) {
  auto& waiting = state.decoded_live.empty() ? state.decoded_jobs : state.decoded_live;
  if (waiting.empty()) return nullptr;
  auto picture = std::move(waiting.front());
  waiting.pop_front();
  return picture;
}

void pump(Self self, const GpuWorkerOptions& options) {
  auto& state = self->state;
  while (state.retired || !state.free_slots.empty()) {
    const auto picture = next_picture(state);
    if (!picture) return;
    if (state.retired) {
      without_device(self, picture, "the device failed");
    } else {
      start_work(self, picture, options);
    }
  }
}

void retire(Self self, const GpuWorkerOptions& options, const std::string& why) {
  if (std::exchange(self->state.retired, true)) return;
  spdlog::error("{}: out of service: {}", options.device.description().id, why);
  self->send(self->state.dispatcher, retire_atom_v);
}

void finished(Self self, const SlotOutcomePtr& slot, const GpuWorkerOptions& options) {
  auto& state = self->state;
  state.free_slots.push_back(slot->slot);
  auto& [work, result, busy] = slot->outcome;
  slot->errand->times.process += busy - work.coding;
  if (result) {
    slot->errand->ran_on = engine::Accelerator::Cuda;
    auto picture = std::make_shared<Picture>(Picture{slot->errand, std::move(work.output), work.scan_bits});
    slot->errand->times.encode = work.coding;
    self->send(next(state.encoders, state.next_encoder), encode_atom_v, std::move(picture));
  } else {
    if (!options.device.healthy()) retire(self, options, result.error().detail);
    without_device(self, std::make_shared<Picture>(Picture{slot->errand, std::move(work.input)}),
                   result.error().detail);
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
  if (options.device.healthy()) return true;
  const auto reset = options.device.reset();
  const auto& description = options.device.description();
  if (reset && description.slots < description.wanted_slots) {
    spdlog::warn("{}: its memory has room for {} of {} slots", description.id, description.slots,
                 description.wanted_slots);
  }
  if (reset) return true;
  self->quit(caf::make_error(caf::sec::runtime_error, reset.error().detail));
  return false;
}

void start_codecs(Self self, const GpuWorkerOptions& options) {
  const CodecOptions codecs{options.pool, options.clock};
  for (int i = 0; i < options.codecs; ++i) {
    self->state.decoders.push_back(self->spawn<caf::linked>(decoder, codecs));
    self->state.encoders.push_back(self->spawn<caf::linked>(encoder, codecs));
  }
}

}  // namespace

caf::behavior gpu_worker(Self self, GpuWorkerOptions options) {
  quiet(self);
  if (!revive(self, options)) return {};
  start_codecs(self, options);
  const int slots = options.device.description().slots;
  for (int slot = slots - 1; slot >= 0; --slot) self->state.free_slots.push_back(slot);
  self->state.dispatcher = offer_to_dispatcher(
      self, options.directory,
      {.accelerator = engine::Accelerator::Cuda,
       .frames = static_cast<std::size_t>(slots) * static_cast<std::size_t>(1 + kAheadPerSlot)});
  return {
      [=](submit_atom, const ErrandPtr& errand) { submit(self, errand); },
      [=](decoded_atom, const PicturePtr& picture) {
        decoded_of(self->state, picture->errand->work_class).push_back(picture);
        pump(self, options);
      },
      [=](answered_atom, const ErrandPtr& errand) {
        self->send(errand->reply_to, done_atom_v, errand);
        release(self, errand);
      },
      [=](outcome_atom, const SlotOutcomePtr& outcome) { finished(self, outcome, options); },
      [=](done_atom, const ErrandPtr& errand) { release(self, errand); },
      [=](tick_atom) { watch(self, options); },
  };
}

}  // namespace framewright::actors
