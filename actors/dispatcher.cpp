#include "actors/dispatcher.hpp"

#include <algorithm>
#include <utility>

#include "actors/quiet.hpp"

namespace framewright::actors {
namespace {

using Self = caf::stateful_actor<DispatcherState, ExecutorActor>*;
using Lane = DispatcherState::Lane;

/// Every task in the actors' world was made as an Errand.
ErrandPtr errand_of(engine::FrameTaskPtr task) { return std::static_pointer_cast<Errand>(std::move(task)); }

void answer(Self self, ErrandPtr errand) {
  const caf::actor waiter = errand->reply_to;
  self->send(waiter, done_atom_v, std::move(errand));
}

void refuse(Self self, const ErrandPtr& errand, engine::Error error) {
  errand->answer = engine::unexpected(std::move(error));
  answer(self, errand);
}

/// `auto` means the device where the frame is made of pixels and the whole plan runs on one, otherwise the
/// CPU.
engine::Accelerator lane_for(const DispatcherState& state, const engine::FrameTask& task) {
  if (task.accelerator != engine::Accelerator::Auto) return task.accelerator;
  const bool device = engine::has_pixels(task.route) && task.plan->runs_on_device() &&
                      state.ledger.has(engine::Accelerator::Cuda);
  return device ? engine::Accelerator::Cuda : engine::Accelerator::Cpu;
}

Lane& lane_of(DispatcherState& state, engine::Accelerator accelerator) {
  return *std::find_if(state.lanes.begin(), state.lanes.end(),
                       [&](const Lane& lane) { return lane.accelerator == accelerator; });
}

void publish_gauges(const DispatcherState& state, DispatcherGauges& gauges) {
  std::uint64_t queued = 0;
  for (const Lane& lane : state.lanes) queued += lane.queue.size();
  gauges.queued.store(queued, std::memory_order_relaxed);
  gauges.running.store(state.ledger.held(), std::memory_order_relaxed);
  gauges.has_cuda.store(state.ledger.has(engine::Accelerator::Cuda), std::memory_order_relaxed);
}

/// Hands out frames of one lane while a worker has credit.
void pump(Self self, Lane& lane, const DispatcherOptions& options) {
  auto& state = self->state;
  while (lane.queue.size() > 0) {
    const auto worker = state.ledger.choose(lane.accelerator);
    if (!worker) break;
    auto popped = lane.queue.pop(options.clock.now());
    for (auto& expired : popped.expired) answer(self, errand_of(std::move(expired)));
    if (!popped.task) break;
    state.ledger.assign(*worker, popped.task);
    self->send(state.workers.at(*worker), submit_atom_v, errand_of(std::move(popped.task)));
  }
  publish_gauges(state, options.gauges);
}

void submit(Self self, const ErrandPtr& errand, const DispatcherOptions& options) {
  auto& state = self->state;
  options.gauges.submitted_at.store(options.clock.now(), std::memory_order_relaxed);
  errand->lane = lane_for(state, *errand);
  if (errand->lane == engine::Accelerator::Cuda && !state.ledger.has(errand->lane)) {
    refuse(self, errand, {engine::ErrorCode::AcceleratorUnavailable, "no CUDA device is in service"});
    return;
  }
  Lane& lane = lane_of(state, errand->lane);
  if (auto pushed = lane.queue.push(errand, state.costs.estimate(*errand)); !pushed) {
    refuse(self, errand, std::move(pushed).error());
    return;
  }
  pump(self, lane, options);
}

void offered(Self self, const WorkerOffer& offer, const DispatcherOptions& options) {
  auto& state = self->state;
  self->monitor(offer.worker);
  state.ledger.add(offer.worker.id(), offer.accelerator, offer.credit);
  state.workers.emplace(offer.worker.id(), offer.worker);
  pump(self, lane_of(state, offer.accelerator), options);
}

void finished(Self self, const ErrandPtr& errand, const DispatcherOptions& options) {
  auto& state = self->state;
  if (!state.ledger.finish(self->current_sender()->id(), errand.get())) return;
  const auto cost = errand->times.worker();
  if (errand->answer.has_value()) state.costs.record(*errand, cost);
  Lane& lane = lane_of(state, errand->lane);
  lane.queue.charge(*errand, cost);
  pump(self, lane, options);
}

/// The last device is gone: what asked for one fails, what left the choice to us goes to the CPU.
void leave_lost_lane(Self self, const DispatcherOptions& options) {
  auto& state = self->state;
  if (state.ledger.has(engine::Accelerator::Cuda)) return;
  for (auto& task : lane_of(state, engine::Accelerator::Cuda).queue.take_all()) {
    submit(self, errand_of(std::move(task)), options);
  }
  publish_gauges(state, options.gauges);
}

void retired(Self self, const DispatcherOptions& options) {
  self->state.ledger.retire(self->current_sender()->id());
  leave_lost_lane(self, options);
}

/// A worker has died: what it held fails by name. Its input is consumed, so it cannot run again.
void worker_down(Self self, const caf::down_msg& down, const DispatcherOptions& options) {
  auto& state = self->state;
  const auto id = down.source.id();
  state.workers.erase(id);
  for (auto& task : state.ledger.remove(id)) {
    const auto errand = errand_of(std::move(task));
    lane_of(state, errand->lane).queue.charge(*errand, std::chrono::nanoseconds{0});
    refuse(self, errand, {engine::ErrorCode::Internal, "the worker failed while it held this frame"});
  }
  leave_lost_lane(self, options);
}

}  // namespace

bool is_quiet(const DispatcherOptions& options) {
  constexpr std::chrono::microseconds kFrameOfItsOwn{50};
  const DispatcherGauges& gauges = options.gauges;
  return gauges.running.load(std::memory_order_relaxed) == 0 &&
         options.clock.now() - gauges.submitted_at.load(std::memory_order_relaxed) > kFrameOfItsOwn;
}

caf::behavior DispatcherActor::make_behavior() {
  const Self self = this;
  const DispatcherOptions options = options_;
  quiet(self);
  for (const auto accelerator : {engine::Accelerator::Cpu, engine::Accelerator::Cuda}) {
    self->state.lanes.push_back({accelerator, engine::FairQueue{options.queue}});
  }
  self->set_down_handler([=](caf::down_msg& down) { worker_down(self, down, options); });
  return {
      [=](submit_atom, const ErrandPtr& errand) { submit(self, errand, options); },
      [=](done_atom, const ErrandPtr& errand) { finished(self, errand, options); },
      [=](retire_atom) { retired(self, options); },
      [=](offer_atom, const WorkerOffer& offer) { offered(self, offer, options); },
  };
}

}  // namespace framewright::actors
