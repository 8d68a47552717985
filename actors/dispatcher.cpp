#include "actors/dispatcher.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "actors/quiet.hpp"

namespace framewright::actors {
namespace {

using Self = caf::stateful_actor<DispatcherState, ExecutorActor>*;
using Lane = DispatcherState::Lane;

/// Nodes that may end or fail with one frame before it counts as the cause.
constexpr int kMostBroughtDown = 3;
/// Nodes that may have one frame in vain, whatever becomes of them.
constexpr std::size_t kMostTries = 10;
/// Frames that may be set aside for workers with their filters, or for their device, before others wait
/// behind them.
constexpr std::size_t kMostAside = 64;

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

Lane& lane_of(DispatcherState& state, engine::Accelerator accelerator) {
  return *std::find_if(state.lanes.begin(), state.lanes.end(),
                       [&](const Lane& lane) { return lane.accelerator == accelerator; });
}

/// Until a frame that comes now would be started on either side; none where this process has not both.
std::optional<engine::ChoiceWaits> waits_of(DispatcherState& state, engine::SteadyTime now) {
  const auto wait_for = [&](engine::Accelerator kind) {
    return state.ledger.local_wait(kind, lane_of(state, kind).queue.cost(), now);
  };
  const auto cpu = wait_for(engine::Accelerator::Cpu);
  const auto device = wait_for(engine::Accelerator::Cuda);
  if (!cpu || !device) return std::nullopt;
  return engine::ChoiceWaits{*cpu, *device};
}

/// Where `auto` goes. A device of another node counts only where this one has no worker at all: from a CPU
/// worker's queue the node gets such frames, too, but only when the network pays.
engine::Choice choose(DispatcherState& state, const engine::FrameTask& task,
                      const DispatcherOptions& options) {
  using engine::Accelerator;
  if (task.accelerator != Accelerator::Auto) return {task.accelerator, engine::AcceleratorReason::Asked};
  const auto& ledger = state.ledger;
  const bool has_device = ledger.has_local(Accelerator::Cpu) ? ledger.has_local(Accelerator::Cuda)
                                                             : ledger.has(Accelerator::Cuda);
  if (!has_device) return {Accelerator::Cpu, engine::AcceleratorReason::NoDevice};
  const auto waits = options.choice != nullptr ? waits_of(state, options.clock.now()) : std::nullopt;
  const auto subject = engine::subject_of(task);
  return waits ? options.choice->choose(subject, *waits) : engine::choose_unmeasured(subject);
}

void publish_gauges(const DispatcherState& state, const DispatcherOptions& options) {
  DispatcherGauges& gauges = options.gauges;
  std::uint64_t queued = 0;
  for (const Lane& lane : state.lanes) queued += lane.queue.size() + lane.aside.size();
  gauges.queued.store(queued, std::memory_order_relaxed);
  gauges.running.store(state.ledger.held(), std::memory_order_relaxed);
  gauges.has_cuda.store(state.ledger.has(engine::Accelerator::Cuda), std::memory_order_relaxed);
  gauges.local_devices.store(state.ledger.local_devices(), std::memory_order_relaxed);
  gauges.has_workers.store(options.local_workers || state.ledger.has(engine::Accelerator::Cpu),
                           std::memory_order_relaxed);
}

/// Why a frame would wait for nobody. A local worker that is being restarted is waited for.
std::optional<engine::Error> missing_worker(const DispatcherState& state, engine::Accelerator lane,
                                            const engine::FrameTask& task, const DispatcherOptions& options) {
  const auto& ledger = state.ledger;
  if (ledger.has_for(lane, task)) return std::nullopt;
  if (task.device) {
    return engine::Error{engine::ErrorCode::AcceleratorUnavailable,
                         "cuda:" + std::to_string(*task.device) + " is not in service"};
  }
  if (lane == engine::Accelerator::Cuda && !ledger.has(lane)) {
    return engine::Error{engine::ErrorCode::AcceleratorUnavailable, "no CUDA device is in service"};
  }
  if (lane == engine::Accelerator::Cpu && options.local_workers) return std::nullopt;
  return engine::Error{engine::ErrorCode::Overloaded,
                       ledger.has(lane)
                           ? "no worker in service has every filter of " + task.plan->pipeline_text()
                           : "no worker is in service"};
}

void hand_out(Self self, engine::WorkerId worker, const ErrandPtr& errand, engine::SteadyTime now) {
  self->state.ledger.assign(worker, errand, now);
  self->send(self->state.workers.at(worker), submit_atom_v, errand);
}

/// A frame that has left the queue and that nobody works on ends here.
void give_up(Self self, Lane& lane, const ErrandPtr& errand) {
  lane.queue.charge(*errand, std::chrono::nanoseconds{0});
  answer(self, errand);
}

/// Estimated times of what waits, when `next` is to be placed.
engine::Demand demand_of(const Lane& lane, std::chrono::nanoseconds next) {
  return {.next = next, .all = next + lane.queue.cost()};
}

/// Ends or hands out a frame that has left the queue; false when it has to wait for a worker that suits it.
bool place(Self self, Lane& lane, const ErrandPtr& errand, const DispatcherOptions& options) {
  auto& ledger = self->state.ledger;
  const auto now = options.clock.now();
  if (const auto reason = errand->lapsed(now)) {
    errand->give_up(*reason);
    give_up(self, lane, errand);
    return true;
  }
  if (auto missing = missing_worker(self->state, lane.accelerator, *errand, options)) {
    errand->answer = engine::unexpected(std::move(*missing));
    give_up(self, lane, errand);
    return true;
  }
  const auto worker = ledger.choose_for(*errand, lane.accelerator, errand->had_in_vain,
                                        demand_of(lane, errand->estimated_cost), now);
  if (worker) hand_out(self, *worker, errand, now);
  return worker.has_value();
}

/// Starts the frame whose turn it is, while a worker has room; false when there is none of either.
bool start_next(Self self, Lane& lane, const DispatcherOptions& options) {
  auto& state = self->state;
  if (lane.queue.size() == 0 || lane.aside.size() >= kMostAside) return false;
  const auto now = options.clock.now();
  const auto mean = lane.queue.cost() / static_cast<std::int64_t>(lane.queue.size());
  const engine::Demand demand{.next = mean, .all = lane.queue.cost()};
  auto down_to = engine::WorkClass::Job;
  auto worker = state.ledger.choose(lane.accelerator, down_to, demand, now);
  if (!worker) {  // Some room may be kept for live frames.
    down_to = engine::WorkClass::Live;
    worker = state.ledger.choose(lane.accelerator, down_to, demand, now);
  }
  if (!worker) return false;
  auto popped = lane.queue.pop(now, down_to);
  for (auto& expired : popped.expired) answer(self, errand_of(std::move(expired)));
  if (!popped.task) return false;
  const auto errand = errand_of(std::move(popped.task));
  if (state.ledger.can_run(*worker, *errand)) {
    hand_out(self, *worker, errand, now);
  } else if (!place(self, lane, errand, options)) {
    lane.aside.push_back(errand);
  }
  return true;
}

/// Hands out frames of one lane while a worker has credit.
void pump(Self self, Lane& lane, const DispatcherOptions& options) {
  std::erase_if(lane.aside, [&](const ErrandPtr& errand) { return place(self, lane, errand, options); });
  while (start_next(self, lane, options)) {
  }
  publish_gauges(self->state, options);
}

/// A node may serve every lane.
void pump_all(Self self, const DispatcherOptions& options) {
  for (Lane& lane : self->state.lanes) pump(self, lane, options);
}

void submit(Self self, const ErrandPtr& errand, const DispatcherOptions& options) {
  auto& state = self->state;
  options.gauges.submitted_at.store(options.clock.now(), std::memory_order_relaxed);
  const auto choice = choose(state, *errand, options);
  errand->lane = choice.accelerator;
  errand->why = choice.reason;
  if (auto missing = missing_worker(state, errand->lane, *errand, options)) {
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
  state.ledger.limit(offer.worker.id(), offer.limit);
  state.workers.emplace(offer.worker.id(), offer.worker);
  pump_all(self, options);
}

void finished(Self self, const ErrandPtr& errand, const DispatcherOptions& options) {
  auto& state = self->state;
  if (!state.ledger.finish(self->current_sender()->id(), errand.get(), options.clock.now())) return;
  const auto cost = errand->times.worker();
  if (errand->answer.has_value()) state.costs.record(*errand, cost);
  Lane& lane = lane_of(state, errand->lane);
  lane.queue.charge(*errand, cost);
  pump_all(self, options);
}

/// Frames that have left the queue go through it again, because nobody of this lane is left.
void submit_again(Self self, Lane& lane, const DispatcherOptions& options) {
  auto tasks = lane.queue.take_all();
  for (auto& errand : std::exchange(lane.aside, {})) {
    lane.queue.charge(*errand, std::chrono::nanoseconds{0});
    errand->requeue();
    tasks.push_back(std::move(errand));
  }
  for (auto& task : tasks) submit(self, errand_of(std::move(task)), options);
}

/// A worker takes no more. Where it was the last of its kind, what can run elsewhere does, and the rest fails
/// by name.
void after_loss(Self self, const DispatcherOptions& options) {
  for (Lane& lane : self->state.lanes) {
    const bool is_lost = !self->state.ledger.has(lane.accelerator) &&
                         (lane.accelerator == engine::Accelerator::Cuda || !options.local_workers);
    if (is_lost) submit_again(self, lane, options);
  }
  pump_all(self, options);
}

void limited(Self self, std::size_t frames, const DispatcherOptions& options) {
  self->state.ledger.limit(self->current_sender()->id(), frames);
  after_loss(self, options);
}

/// Why a worker that has ended did not answer a frame. One that was told to stop says nothing of the frame:
/// its sender may come again, as a job does at the next start.
engine::Error unanswered(const caf::error& reason) {
  if (reason == caf::exit_reason::user_shutdown) {
    return {engine::ErrorCode::Overloaded, "the worker was stopped while it held this frame"};
  }
  return {engine::ErrorCode::Internal, "the worker failed while it held this frame"};
}

/// A worker has died: what it held fails by name. Its input is consumed, so it cannot run again.
void worker_down(Self self, const caf::down_msg& down, const DispatcherOptions& options) {
  auto& state = self->state;
  const auto id = down.source.id();
  state.workers.erase(id);
  for (auto& task : state.ledger.remove(id)) {
    const auto errand = errand_of(std::move(task));
    lane_of(state, errand->lane).queue.charge(*errand, std::chrono::nanoseconds{0});
    refuse(self, errand, unanswered(down.reason));
  }
  after_loss(self, options);
}

/// A frame that its node did not answer runs elsewhere, before all that wait, unless it may be what has
/// brought the nodes down.
void run_elsewhere(Self self, engine::WorkerId lost, const ErrandPtr& errand, const std::string& why) {
  Lane& lane = lane_of(self->state, errand->lane);
  errand->had_in_vain.push_back(lost);
  if (errand->brought_down >= kMostBroughtDown || errand->had_in_vain.size() >= kMostTries) {
    errand->answer = engine::unexpected(
        engine::ErrorCode::Internal,
        std::to_string(errand->had_in_vain.size()) + " nodes had this frame and did not answer it: " + why);
    return give_up(self, lane, errand);
  }
  const auto later = std::find_if(lane.aside.begin(), lane.aside.end(), [&](const ErrandPtr& other) {
    return other->admitted_at > errand->admitted_at;
  });
  lane.aside.insert(later, errand);
}

void given_back(Self self, const ErrandPtr& errand, const std::string& why,
                const DispatcherOptions& options) {
  const auto node = self->current_sender()->id();
  if (!self->state.ledger.finish(node, errand.get(), options.clock.now())) return;
  run_elsewhere(self, node, errand, why);
  pump_all(self, options);
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
  for (const auto& task : held) run_elsewhere(self, worker.id(), errand_of(task), why);
  after_loss(self, options);
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
  publish_gauges(self->state, options);
  return {
      [=](submit_atom, const ErrandPtr& errand) { submit(self, errand, options); },
      [=](done_atom, const ErrandPtr& errand) { finished(self, errand, options); },
      [=](give_back_atom, const ErrandPtr& errand, const std::string& why) {
        given_back(self, errand, why, options);
      },
      [=](leave_atom, const std::string& why) { left(self, why, options); },
      [=](retire_atom) { limited(self, 0, options); },
      [=](limit_atom, std::uint64_t frames) { limited(self, frames, options); },
      [=](credit_atom, std::uint64_t bytes) {
        self->state.ledger.set_bytes(self->current_sender()->id(), bytes);
        pump_all(self, options);
      },
      [=](offer_atom, const WorkerOffer& offer) { offered(self, offer, options); },
      [](started_atom) { return true; },
  };
}

}  // namespace framewright::actors
