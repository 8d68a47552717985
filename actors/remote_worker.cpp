#include "actors/remote_worker.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "actors/frame_log.hpp"
#include "actors/quiet.hpp"

namespace framewright::actors {
namespace {

using Self = caf::stateful_actor<RemoteWorkerState>*;
using Phase = RemoteWorkerState::Phase;
using Outstanding = RemoteWorkerState::Outstanding;

constexpr std::chrono::milliseconds kFirstBackOff{20};
/// Beyond its deadline a frame is dropped before its next stage, so that of late ones only those in their
/// last stage are ever answered.
constexpr std::chrono::seconds kAfterDeadline{1};

void show(Self self, const RemoteWorkerOptions& options) {
  auto& state = self->state;
  if (!state.is_known) return;
  state.row.state = state.phase == Phase::Working ? engine::NodeState::Ready : engine::NodeState::Draining;
  state.row.frames_held = state.outstanding.size();
  state.row.load = static_cast<double>(state.outstanding.size()) / std::max(1U, state.row.workers);
  options.board.put(state.row);
}

template <class... Message>
void tell_owner(const Self self, const RemoteWorkerOptions& options, Message&&... message) {
  if (const auto owner = caf::actor_cast<caf::actor>(options.owner)) {
    self->send(owner, std::forward<Message>(message)...);
  }
}

/// Frames that a node with such a breaker may have at a time.
std::size_t limit_of(engine::BreakerState state) {
  switch (state) {
    case engine::BreakerState::Closed: return engine::WorkerCredit::kAny;
    case engine::BreakerState::Open: return 0;
    case engine::BreakerState::HalfOpen: return 1;
  }
  return 0;
}

/// Does what follows when the breaker has changed.
void heed_breaker(Self self, const RemoteWorkerOptions& options) {
  auto& state = self->state;
  const auto now = state.breaker.state();
  if (state.phase == Phase::Leaving || std::exchange(state.row.breaker, now) == now) return;
  if (now == engine::BreakerState::Open) {
    spdlog::warn("node {} fails too often; it is left alone for {} ms", state.hello.id,
                 state.breaker.pause().count());
  } else {
    spdlog::info("node {} {}", state.hello.id,
                 now == engine::BreakerState::Closed ? "works again" : "is tried with one frame");
  }
  if (state.phase == Phase::Working) {
    self->send(state.dispatcher, limit_atom_v, static_cast<std::uint64_t>(limit_of(now)));
  }
  show(self, options);
  tell_owner(self, options, changed_atom_v);
}

void send_pieces(Self self) {
  while (auto piece = self->state.pieces.next()) {
    self->send(self->state.node, piece_atom_v,
               WirePiece{piece->number, piece->offset, std::move(piece->bytes)});
  }
}

bool is_gateway(const RemoteWorkerState& state) { return state.hello.role == NodeRole::Gateway; }

/// Leaves the dispatcher, which runs elsewhere what this still holds. Nothing is answered from now on.
void leave(Self self, const std::string& why) {
  auto& state = self->state;
  if (std::exchange(state.phase, Phase::Leaving) == Phase::Leaving) return;
  state.row.frames_given_back += state.outstanding.size();
  state.pieces.clear();
  state.outstanding.clear();
  if (is_gateway(state)) return self->quit();  // The dispatcher never knew of it.
  self->send(state.dispatcher, leave_atom_v, why);
}

/// The node is out of reach. No frame is to blame: pixels and links have threads of their own.
void part(Self self, const RemoteWorkerOptions& options, const std::string& why) {
  auto& state = self->state;
  if (state.phase == Phase::Leaving) return;
  spdlog::warn("node {} is lost with {} frames, which run elsewhere: {}", state.hello.id,
               state.outstanding.size(), why);
  state.breaker.failed(options.clock.now());
  tell_owner(self, options, leave_atom_v, GoneNode{state.hello.id, state.breaker});
  leave(self, why);
}

/// The node has ended or does what it must not, of which a frame that it had may be the cause.
void lose(Self self, const RemoteWorkerOptions& options, const std::string& why) {
  for (auto& [number, waiting] : self->state.outstanding) ++waiting.errand->brought_down;
  part(self, options, why);
}

void leave_if_done(Self self) {
  auto& state = self->state;
  if (state.phase != Phase::Draining || !state.outstanding.empty()) return;
  spdlog::info("node {} is drained", state.hello.id);
  self->send(state.node, farewell_atom_v);
  leave(self, "drained");
}

void submit(Self self, const ErrandPtr& errand, const RemoteWorkerOptions& options) {
  auto& state = self->state;
  if (state.phase == Phase::Leaving) return;  // The dispatcher still holds it, and will hear that this left.
  const auto now = options.clock.now();
  const auto number = ++state.last_number;
  errand->times.queue = now - errand->admitted_at;
  self->send(state.node, work_atom_v, wire_errand_of(number, *errand, now));
  state.pieces.add(number, errand->input.payload());
  state.outstanding.emplace(number, Outstanding{.errand = errand, .sent_at = now});
  send_pieces(self);
}

/// The errand holds its answer.
void finish(Self self, std::uint64_t number) {
  auto& state = self->state;
  const auto found = state.outstanding.find(number);
  const ErrandPtr errand = std::move(found->second.errand);
  state.pieces.drop(number);
  state.outstanding.erase(found);
  ++state.row.frames_answered;
  if (spdlog::should_log(spdlog::level::debug)) log_frame("ran on node " + state.hello.id, *errand);
  if (errand->span) errand->span->node = state.hello.id;
  errand->input = {};
  errand->reservation.release();
  self->send(errand->reply_to, done_atom_v, errand);
  self->send(state.dispatcher, done_atom_v, errand);
  leave_if_done(self);
}

/// Whether the frame is to blame. Other errors are the node's own, and another node may do better: this
/// gateway has admitted the frame, so its pipeline and its options are right.
bool is_of_the_frame(engine::ErrorCode code) {
  using engine::ErrorCode;
  return code == ErrorCode::CorruptMedia || code == ErrorCode::UnsupportedMedia ||
         code == ErrorCode::ImageTooLarge;
}

/// The frame stays here for a while, so that a node that cannot work is given little.
void give_back_later(Self self, std::uint64_t number, const engine::Error& error) {
  Outstanding& waiting = self->state.outstanding.at(number);
  waiting.given_back = true;
  self->state.pieces.drop(number);
  self->delayed_send(self,
                     kFirstBackOff * (1 << std::min<std::size_t>(waiting.errand->had_in_vain.size(), 6)),
                     give_back_atom_v, number, std::string{to_string(error.code)} + ": " + error.detail);
}

void give_back(Self self, std::uint64_t number, const std::string& why) {
  auto& state = self->state;
  const auto found = state.outstanding.find(number);
  if (found == state.outstanding.end()) return;
  ++found->second.errand->brought_down;
  self->send(state.dispatcher, give_back_atom_v, found->second.errand, why);
  state.outstanding.erase(found);
  ++state.row.frames_given_back;
  leave_if_done(self);
}

/// When a frame has been at its node for too long.
engine::SteadyTime overdue_at(const Outstanding& waiting, const RemoteWorkerOptions& options) {
  const auto limit = waiting.sent_at + options.frame_timeout;
  const auto& deadline = waiting.errand->deadline;
  return deadline ? std::min(limit, std::max(*deadline, waiting.sent_at) + kAfterDeadline) : limit;
}

/// A node may answer its heartbeats while the pixels of a frame hang.
void give_back_overdue(Self self, const RemoteWorkerOptions& options) {
  auto& state = self->state;
  const auto now = options.clock.now();
  std::vector<std::uint64_t> overdue;
  for (const auto& [number, waiting] : state.outstanding) {
    if (!waiting.given_back && overdue_at(waiting, options) <= now) overdue.push_back(number);
  }
  for (const auto number : overdue) {
    const auto held =
        std::chrono::duration_cast<std::chrono::milliseconds>(now - state.outstanding.at(number).sent_at);
    if (held >= options.frame_timeout) state.breaker.failed(now);
    state.pieces.drop(number);
    self->send(state.node, cancel_atom_v, number);
    give_back(self, number, "not answered within " + std::to_string(held.count()) + " ms");
  }
}

/// The picture of this answer follows.
void expect_picture(Self self, std::uint64_t number, const WireAnswer& answer,
                    const RemoteWorkerOptions& options) {
  Outstanding& waiting = self->state.outstanding.at(number);
  auto buffer = options.pool.lend(answer.size_bytes, waiting.errand->reservation);
  if (!buffer) {
    waiting.errand->answer = engine::unexpected(std::move(buffer).error());
    finish(self, number);
    return;
  }
  waiting.answer = answer;
  waiting.picture = std::move(*buffer);
  waiting.payload = engine::IncomingPayload{waiting.picture.bytes().first(answer.size_bytes)};
}

void answered(Self self, const WireAnswer& answer, const RemoteWorkerOptions& options) {
  auto& state = self->state;
  const auto found = state.outstanding.find(answer.number);
  if (found == state.outstanding.end()) return;
  Outstanding& waiting = found->second;
  if (waiting.answer || waiting.given_back) return lose(self, options, "it answered one frame twice");
  if (auto checked = check_answer(answer, *waiting.errand); !checked) {
    return lose(self, options, checked.error().detail);
  }
  const auto outcome = static_cast<WireOutcome>(answer.outcome);
  if (outcome == WireOutcome::Picture) return expect_picture(self, answer.number, answer, options);
  if (outcome == WireOutcome::Error && !is_of_the_frame(error_of(answer).code)) {
    state.breaker.failed(options.clock.now());
    give_back_later(self, answer.number, error_of(answer));
    return heed_breaker(self, options);
  }
  // A frame that was dropped says nothing of the node.
  if (outcome == WireOutcome::Error) state.breaker.succeeded();
  take_answer(answer, {}, options.clock.now() - waiting.sent_at, *waiting.errand);
  finish(self, answer.number);
  heed_breaker(self, options);
}

void piece_came(Self self, const WirePiece& piece, const RemoteWorkerOptions& options) {
  auto& state = self->state;
  self->send(state.node, taken_atom_v, static_cast<std::uint64_t>(piece.bytes.size()));
  const auto found = state.outstanding.find(piece.number);
  if (found == state.outstanding.end()) return;
  Outstanding& waiting = found->second;
  if (!waiting.answer || !waiting.payload.add(piece.offset, piece.bytes)) {
    return lose(self, options, "it sent a piece that is not of its answer");
  }
  if (!waiting.payload.complete()) return;
  take_answer(*waiting.answer, std::move(waiting.picture), options.clock.now() - waiting.sent_at,
              *waiting.errand);
  state.breaker.succeeded();
  finish(self, piece.number);
  heed_breaker(self, options);
}

void drain(Self self, const RemoteWorkerOptions& options) {
  auto& state = self->state;
  if (state.phase != Phase::Working) return;
  spdlog::info("node {} drains {} frames", state.hello.id, state.outstanding.size());
  state.phase = Phase::Draining;
  self->send(state.dispatcher, retire_atom_v);
  show(self, options);
  tell_owner(self, options, changed_atom_v);
  leave_if_done(self);
}

/// Tells the node of frames that nobody waits for any more.
void cancel_unwanted(Self self) {
  for (auto& [number, waiting] : self->state.outstanding) {
    if (waiting.cancelled || !waiting.errand->cancelled.load(std::memory_order_relaxed)) continue;
    waiting.cancelled = true;
    self->send(self->state.node, cancel_atom_v, number);
  }
}

void tick(Self self, const RemoteWorkerOptions& options) {
  auto& state = self->state;
  if (state.phase == Phase::Leaving) return;
  const auto now = options.clock.now();
  if (state.silence.look(now) > kMostSilence) {
    part(self, options, "no word for three heartbeats");
    return;
  }
  give_back_overdue(self, options);
  if (state.phase == Phase::Leaving) return;  // Those were the last of a node that drains.
  state.breaker.look(now);
  heed_breaker(self, options);
  cancel_unwanted(self);
  if (now - state.pinged_at >= kPingEvery) {
    state.pinged_at = now;
    self->send(state.node, ping_atom_v);
  }
  show(self, options);
  self->delayed_send(self, kLinkTick, tick_atom_v);
}

/// Whether the message that is being handled is the node's, on a link that still counts.
bool hears(Self self, const RemoteWorkerOptions& options) {
  auto& state = self->state;
  if (state.phase == Phase::Leaving || self->current_sender() != state.node) return false;
  state.silence.heard(options.clock.now());
  state.row.last_seen_at = options.clock.wall_now();
  return true;
}

void ponged(Self self, const RemoteWorkerOptions& options) {
  const auto& state = self->state;
  const std::chrono::duration<double, std::micro> took = options.clock.now() - state.pinged_at;
  spdlog::debug("node {} answered a ping in {:.0f} us", state.hello.id, took.count());
}

/// Lets the board show the node, and the gateway be ready for it.
void become_known(Self self, const RemoteWorkerOptions& options) {
  self->state.is_known = true;
  show(self, options);
  tell_owner(self, options, changed_atom_v);
}

/// Whoever sees the gateway ready may send a frame at once: the dispatcher has to have its worker by then.
void offer(Self self, const RemoteWorkerOptions& options) {
  auto& state = self->state;
  const WorkerOffer offer{caf::actor{self}, credit_of(state.hello), limit_of(state.row.breaker)};
  self->request(state.dispatcher, caf::infinite, offer_atom_v, offer)
      .then(
          [=] {
            if (self->state.phase != Phase::Leaving) become_known(self, options);
          },
          [](const caf::error&) {});  // It has ended, which the monitor tells.
}

bool start(Self self, const RemoteWorkerOptions& options) {
  auto& state = self->state;
  state.dispatcher = options.directory.dispatcher();
  if (!state.dispatcher) return false;
  state.pinged_at = options.clock.now();
  state.silence.begin(state.pinged_at);
  const auto& hello = state.hello;
  state.row = {.id = hello.id,
               .role = is_gateway(state) ? "gateway" : "worker",
               .breaker = state.breaker.look(options.clock.now()),
               .address = hello.address,
               .version = hello.version,
               .accelerators = {},
               .workers = hello.cpu_workers + hello.cuda_slots,
               .last_seen_at = options.clock.wall_now()};
  if (hello.cpu_workers > 0) state.row.accelerators.push_back(engine::Accelerator::Cpu);
  if (hello.cuda_slots > 0) state.row.accelerators.push_back(engine::Accelerator::Cuda);
  self->set_down_handler([=](caf::down_msg& down) {
    if (down.source == self->state.node) lose(self, options, "its process has ended or its link is cut");
    if (down.source == self->state.dispatcher) self->quit(caf::exit_reason::unhandled_exception);
  });
  // What a peer sends may not end this, which would fail its frames. CAF lets nobody refuse its `kill`.
  self->set_error_handler([=](caf::error&) { lose(self, options, "it sent an error"); });
  self->set_exit_handler([=](caf::exit_msg& exit) {
    if (exit.source == options.owner) return self->quit(exit.reason);
    lose(self, options, "it sent an exit");
  });
  self->monitor(state.dispatcher);
  self->monitor(state.node);
  self->attach_functor([&board = options.board, id = hello.id] { board.remove(id); });
  self->send(state.node, welcome_atom_v, options.id);
  is_gateway(state) ? become_known(self, options) : offer(self, options);
  self->delayed_send(self, kLinkTick, tick_atom_v);
  return true;
}

}  // namespace

caf::behavior remote_worker(Self self, Hello hello, caf::actor node, engine::CircuitBreaker breaker,
                            RemoteWorkerOptions options) {
  quiet(self);
  self->state.breaker = breaker;
  self->state.hello = std::move(hello);
  self->state.node = std::move(node);
  if (!start(self, options)) return {};
  return {
      [=](submit_atom, const ErrandPtr& errand) { submit(self, errand, options); },
      [=](answer_atom, const WireAnswer& answer) {
        if (hears(self, options)) answered(self, answer, options);
      },
      [=](piece_atom, const WirePiece& piece) {
        if (hears(self, options)) piece_came(self, piece, options);
      },
      [=](taken_atom, std::uint64_t bytes) {
        if (!hears(self, options)) return;
        if (!self->state.pieces.taken(bytes)) return lose(self, options, "it took what was never sent");
        send_pieces(self);
      },
      [=](pong_atom) {
        if (hears(self, options)) ponged(self, options);
      },
      [=](gateway_atom, const std::string& id, const std::string& address) {
        if (self->current_sender() && self->current_sender()->address() == options.owner) {
          self->send(self->state.node, gateway_atom_v, id, address);
        }
      },
      [=](credit_atom, std::uint64_t bytes) {
        if (!hears(self, options) || is_gateway(self->state)) return;
        if (!is_credit(bytes))
          return lose(self, options, "it has room for " + std::to_string(bytes) + " bytes");
        self->send(self->state.dispatcher, credit_atom_v, bytes);
      },
      [=](parted_atom) {
        if (hears(self, options)) part(self, options, "it has given this link up");
      },
      [=](drain_atom) {
        // From the node itself, or from whoever watches over the cluster.
        static_cast<void>(hears(self, options));
        drain(self, options);
      },
      [=](give_back_atom, std::uint64_t number, const std::string& why) {
        if (is_own(self)) give_back(self, number, why);
      },
      [=](tick_atom) {
        if (is_own(self)) tick(self, options);
      },
      [=](released_atom) {
        if (self->current_sender() != self->state.dispatcher) return;
        const auto& row = self->state.row;
        spdlog::info("node {} has answered {} frames; {} ran elsewhere", row.id, row.frames_answered,
                     row.frames_given_back);
        self->quit();
      },
  };
}

}  // namespace framewright::actors
