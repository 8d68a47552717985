#include "actors/dispatcher.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "actors/quiet.hpp"

namespace framewright::actors {
namespace {

using Self = caf::stateful_actor<DispatcherState, ExecutorActor>*;
using Lane = DispatcherState::Lane;

/// Nodes that may be lost with one frame before it counts as the cause.
constexpr int kMostTries = 3;

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

/// Why a frame of this kind would wait for nobody. A local worker that is being restarted is waited for.
std::optional<engine::Error> missing_worker(const DispatcherState& state, engine::Accelerator lane,
                                            const DispatcherOptions& options) {
  if (state.ledger.has(lane)) return std::nullopt;
  if (lane == engine::Accelerator::Cuda) {
    return engine::Error{engine::ErrorCode::AcceleratorUnavailable, "no CUDA device is in service"};
  }
  if (options.local_workers) return std::nullopt;
  return engine::Error{engine::ErrorCode::Overloaded, "no worker is in service"};
}

void submit(Self self, const ErrandPtr& errand, const DispatcherOptions& options) {
  auto& state = self->state;
  options.gauges.submitted_at.store(options.clock.now(), std::memory_order_relaxed);
  errand->lane = lane_for(state, *errand);
  if (auto missing = missing_worker(state, errand->lane, options)) {
    refuse(self, errand, std::move(*missing));
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
  state.ledger.add(offer.worker.id(), offer.credit);
  state.workers.emplace(offer.worker.id(), offer.worker);
  pump(self, lane_of(state, offer.credit.accelerator), options);
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

/// The last worker of a kind is gone: what can run elsewhere does, and the rest fails by name.
void leave_lost_lanes(Self self, const DispatcherOptions& options) {
  for (Lane& lane : self->state.lanes) {
    if (!missing_worker(self->state, lane.accelerator, options)) continue;
    for (auto& task : lane.queue.take_all()) submit(self, errand_of(std::move(task)), options);
  }
  publish_gauges(self->state, options.gauges);
}

void retired(Self self, const DispatcherOptions& options) {
  self->state.ledger.retire(self->current_sender()->id());
  leave_lost_lanes(self, options);
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
  leave_lost_lanes(self, options);
}

/// A frame that its node did not answer runs elsewhere, unless it may be what has brought the nodes down.
void run_elsewhere(Self self, const ErrandPtr& errand, const std::string& why,
                   const DispatcherOptions& options) {
  lane_of(self->state, errand->lane).queue.charge(*errand, std::chrono::nanoseconds{0});
  if (++errand->lost_tries >= kMostTries) {
    refuse(self, errand,
           {engine::ErrorCode::Internal,
            std::to_string(errand->lost_tries) + " nodes had this frame and did not answer it: " + why});
    return;
  }
  errand->requeue();
  submit(self, errand, options);
}

void given_back(Self self, const ErrandPtr& errand, const std::string& why,
                const DispatcherOptions& options) {
  if (self->state.ledger.finish(self->current_sender()->id(), errand.get())) {
    run_elsewhere(self, errand, why, options);
  }
}

/// A worker that can hand back what it holds leaves, and with it what is on the way to it. It ends once it
/// hears of it, because word of its end would overtake this.
void left(Self self, const std::string& why, const DispatcherOptions& options) {
  auto& state = self->state;
  const auto found = state.workers.find(self->current_sender()->id());
  if (found == state.workers.end()) return;
  const caf::actor worker = found->second;
  state.workers.erase(found);
  self->demonitor(worker);
  const auto held = state.ledger.remove(worker.id());
  for (const auto& task : held) run_elsewhere(self, errand_of(task), why, options);
  leave_lost_lanes(self, options);
  self->send(worker, released_atom_v);
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
      [=](give_back_atom, const ErrandPtr& errand, const std::string& why) {
        given_back(self, errand, why, options);
      },
      [=](leave_atom, const std::string& why) { left(self, why, options); },
      [=](retire_atom) { retired(self, options); },
      [=](offer_atom, const WorkerOffer& offer) { offered(self, offer, options); },
  };
}

}  // namespace framewright::actors
