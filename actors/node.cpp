#include "actors/node.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <set>
#include <utility>

#include "actors/frame_log.hpp"
#include "actors/quiet.hpp"
#include "engine/admission.hpp"

namespace framewright::actors {
namespace {

using Self = caf::stateful_actor<NodeState>*;

constexpr std::chrono::seconds kDialTimeout{10};
constexpr std::chrono::milliseconds kFirstBackOff{100};
constexpr std::chrono::milliseconds kLongestBackOff{5000};
/// Ten minutes, of dials that are refused at once.
constexpr int kMostTriesOfPassing = 120;

/// Nobody waits for the gateway's frames here any more.
void forget_work(Self self, const NodeOptions& options) {
  auto& state = self->state;
  state.pieces.clear();
  options.pool.budget().cancel_wait(state.ticket);
  state.waiting.clear();
  state.running.clear();
  for (auto& [number, work] : state.work) {
    work.errand->cancelled = true;
    work.errand->drop();
  }
  state.work.clear();
}

void end(Self self, const NodeOptions& options, const caf::error& reason) {
  forget_work(self, options);
  self->quit(reason);
}

/// Said once for each kind of trouble, however long it lasts.
void say_trouble(Self self, const NodeOptions& options, const std::string& trouble) {
  if (std::exchange(self->state.last_trouble, trouble) == trouble) return;
  spdlog::warn("gateway {}: {}; trying again", options.gateway.address, trouble);
}

void dial_later(Self self, const NodeOptions& options) {
  auto& state = self->state;
  if (state.draining) return self->quit();
  if (!options.gateway.lasting && state.tries >= kMostTriesOfPassing) {
    spdlog::info("gateway {} is forgotten", options.gateway.address);
    return self->quit(caf::sec::cannot_connect_to_node);
  }
  const auto delay = std::min(kFirstBackOff * (1 << std::min(state.tries++, 6)), kLongestBackOff);
  self->delayed_send(self, delay, dial_atom_v);
}

void lose_link(Self self, const NodeOptions& options, const std::string& trouble) {
  auto& state = self->state;
  ++state.link;
  if (state.gateway) {
    self->demonitor(state.gateway);
    // Where it can still hear that, it need not wait for a silence before it lets this node in again.
    self->send(state.gateway, parted_atom_v);
    if (state.joiner) self->send(state.joiner, parted_atom_v);
  }
  state.gateway = nullptr;
  forget_work(self, options);
  say_trouble(self, options, trouble);
  dial_later(self, options);
}

void introduce(Self self, const caf::strong_actor_ptr& lobby, const NodeOptions& options) {
  auto& state = self->state;
  Hello hello = options.hello;
  hello.credit_bytes = state.credit_bytes;
  self->send(caf::actor_cast<caf::actor>(lobby), hello_atom_v, hello);
  // The lobby may fall silent before it answers.
  self->delayed_send(self, kMostSilence, released_atom_v, state.link);
}

void dial(Self self, const NodeOptions& options) {
  if (self->state.draining) return self->quit();
  self->request(options.dialler, kDialTimeout, caf::connect_atom_v, options.host, options.port)
      .then(
          [=](const caf::node_id&, const caf::strong_actor_ptr& lobby, const std::set<std::string>&) {
            if (lobby) return introduce(self, lobby, options);
            say_trouble(self, options, "nothing that nodes can join");
            dial_later(self, options);
          },
          [=](const caf::error& error) {
            say_trouble(self, options, "out of reach: " + self->system().render(error));
            dial_later(self, options);
          });
}

void send_pieces(Self self) {
  auto& state = self->state;
  while (auto piece = state.pieces.next()) {
    if (piece->last) state.work.erase(piece->number);
    self->send(state.gateway, piece_atom_v, WirePiece{piece->number, piece->offset, std::move(piece->bytes)});
  }
}

/// The errand holds its answer.
void answer(Self self, std::uint64_t number) {
  auto& state = self->state;
  auto& work = state.work.at(number);
  engine::end_span(*work.errand);
  const bool has_picture = !work.errand->dropped && work.errand->answer.has_value();
  self->send(state.gateway, answer_atom_v, wire_answer_of(number, *work.errand));
  if (!has_picture) {
    state.work.erase(number);
    return;
  }
  work.answering = true;
  state.pieces.add(number, work.errand->answer->payload());
  send_pieces(self);
}

/// What this node cannot take says nothing of the frame, because the gateway has admitted it: limits and
/// memory here are others. So another node may have it.
engine::Unexpected cannot_take(engine::Error error) {
  return engine::unexpected(engine::ErrorCode::Overloaded,
                            std::string{to_string(error.code)} + " here: " + error.detail);
}

void refuse(Self self, std::uint64_t number, engine::Error error) {
  self->state.work.at(number).errand->answer = cannot_take(std::move(error));
  answer(self, number);
}

void dispatch(Self self, std::uint64_t number) {
  auto& state = self->state;
  const ErrandPtr& errand = state.work.at(number).errand;
  errand->reply_to = self;
  state.running.emplace(errand.get(), number);
  self->send(state.dispatcher, submit_atom_v, errand);
}

void line_up(Self self, const NodeOptions& options) {
  auto& state = self->state;
  state.ticket = options.pool.budget().wait_for(
      state.waiting.front().bytes, [me = caf::actor{self}, link = state.link](engine::Reservation granted) {
        caf::anon_send(me, granted_atom_v, std::make_shared<engine::Reservation>(std::move(granted)), link);
      });
}

/// The input is whole: it goes to a worker, waits for memory, or is answered here.
void enter(Self self, std::uint64_t number, const NodeOptions& options) {
  auto& state = self->state;
  Errand& errand = *state.work.at(number).errand;
  auto needs = engine::find_needs(errand);
  if (!needs) return refuse(self, number, std::move(needs).error());
  auto reserved = engine::reserve_for(errand, *needs, options.pool.budget());
  if (reserved) return dispatch(self, number);
  if (reserved.error().code != engine::ErrorCode::Overloaded) {
    return refuse(self, number, std::move(reserved).error());
  }
  state.waiting.push_back({number, *needs});
  if (state.waiting.size() == 1) line_up(self, options);
}

void granted(Self self, const ReservationPtr& reservation, std::uint64_t link, const NodeOptions& options) {
  auto& state = self->state;
  if (link != state.link || state.waiting.empty()) return;
  const auto number = state.waiting.front().number;
  state.waiting.pop_front();
  if (!state.waiting.empty()) line_up(self, options);
  const auto found = state.work.find(number);
  if (found == state.work.end()) return;  // Cancelled meanwhile.
  found->second.errand->reservation = std::move(*reservation);
  dispatch(self, number);
}

void work_came(Self self, const WireErrand& wire, const NodeOptions& options) {
  auto& state = self->state;
  if (state.work.contains(wire.number)) return lose_link(self, options, "it uses a number twice");
  const bool is_too_much = state.work.size() >= most_frames(options.hello);
  auto errand = is_too_much
                    ? engine::unexpected(engine::ErrorCode::Overloaded, "more frames than were offered")
                    : errand_of(wire, options.plans, options.pool, options.clock.now());
  if (!errand) {
    auto failed = std::make_shared<Errand>();
    failed->answer = cannot_take(std::move(errand).error());
    self->send(state.gateway, answer_atom_v, wire_answer_of(wire.number, *failed));
    return;
  }
  auto& work = state.work[wire.number];
  work.errand = std::move(*errand);
  engine::begin_span(options.tracer, *work.errand, engine::FrameEntry::Node);
  work.payload = engine::IncomingPayload{work.errand->input.buffer.bytes().first(wire.size_bytes)};
}

void piece_came(Self self, const WirePiece& piece, const NodeOptions& options) {
  auto& state = self->state;
  self->send(state.gateway, taken_atom_v, static_cast<std::uint64_t>(piece.bytes.size()));
  const auto found = state.work.find(piece.number);
  if (found == state.work.end()) return;  // Refused or cancelled, and already under way.
  if (!found->second.payload.add(piece.offset, piece.bytes)) {
    return lose_link(self, options, "it sent a piece that is not of its frame");
  }
  if (found->second.payload.complete()) enter(self, piece.number, options);
}

void done(Self self, const ErrandPtr& errand, const NodeOptions& options) {
  auto& state = self->state;
  const auto found = state.running.find(errand.get());
  if (found == state.running.end()) return;  // Of a link that is lost.
  const auto number = found->second;
  state.running.erase(found);
  if (spdlog::should_log(spdlog::level::debug)) {
    log_frame("worked for gateway " + options.gateway.address, *errand);
  }
  answer(self, number);
}

/// The gateway's client has gone. What has started is told so, and its end will be answered.
void cancel(Self self, std::uint64_t number) {
  auto& state = self->state;
  const auto found = state.work.find(number);
  if (found == state.work.end() || found->second.answering) return;
  const ErrandPtr errand = found->second.errand;
  errand->cancelled = true;
  if (!errand->drop()) return;
  state.running.erase(errand.get());
  errand->give_up(engine::DropReason::Closed);
  answer(self, number);
}

void welcomed(Self self, const std::string& gateway_id, const NodeOptions& options) {
  auto& state = self->state;
  if (state.gateway) return;
  state.gateway = caf::actor_cast<caf::actor>(self->current_sender());
  self->monitor(state.gateway);
  ++state.link;
  state.tries = 0;
  state.last_trouble.clear();
  state.silence.begin(options.clock.now());
  spdlog::info("{} gateway {} as {}", options.hello.role == NodeRole::Gateway ? "joins" : "works for",
               options.gateway.address, options.hello.id);
  if (state.joiner) self->send(state.joiner, met_atom_v, gateway_id);
  // Where the share has changed since the hello.
  self->send(state.gateway, credit_atom_v, state.credit_bytes);
  self->delayed_send(self, kLinkTick, tick_atom_v, state.link);
  if (state.draining) self->send(state.gateway, drain_atom_v);
}

bool hears(Self self, const NodeOptions& options) {
  auto& state = self->state;
  if (!state.gateway || self->current_sender() != state.gateway) return false;
  state.silence.heard(options.clock.now());
  return true;
}

void tick(Self self, std::uint64_t link, const NodeOptions& options) {
  auto& state = self->state;
  if (!state.gateway || link != state.link) return;
  if (state.silence.look(options.clock.now()) > kMostSilence) {
    return lose_link(self, options, "no word for three heartbeats");
  }
  self->delayed_send(self, kLinkTick, tick_atom_v, link);
}

void drain(Self self) {
  auto& state = self->state;
  state.draining = true;
  if (!state.gateway) return self->quit();
  self->send(state.gateway, drain_atom_v);
}

bool start(Self self, const NodeOptions& options) {
  auto& state = self->state;
  state.dispatcher = options.directory.dispatcher();
  if (!state.dispatcher) return false;
  self->monitor(state.dispatcher);
  state.credit_bytes = options.hello.credit_bytes;
  state.joiner = caf::actor_cast<caf::actor>(options.joiner);
  if (state.joiner) self->monitor(state.joiner);
  self->set_down_handler([=](caf::down_msg& down) {
    if (down.source == options.joiner) {
      end(self, options,
          down.reason ? down.reason : caf::make_error(caf::sec::runtime_error, "the joiner ended"));
    } else if (down.source == self->state.dispatcher) {
      end(self, options, caf::make_error(caf::sec::runtime_error, "the dispatcher ended"));
    } else if (self->state.gateway && down.source == self->state.gateway) {
      lose_link(self, options, "the link is cut, or the gateway has ended it");
    }
  });
  self->set_exit_handler([=](caf::exit_msg& exit) { end(self, options, exit.reason); });
  self->send(self, dial_atom_v);
  return true;
}

}  // namespace

caf::behavior node(Self self, NodeOptions options) {
  quiet(self);
  if (!start(self, options)) return {};
  return {
      [=](dial_atom) {
        if (is_own(self)) dial(self, options);
      },
      [=](welcome_atom, const std::string& gateway_id) { welcomed(self, gateway_id, options); },
      [=](gateway_atom, const std::string& id, const std::string& address) {
        if (hears(self, options) && self->state.joiner && is_gateway_name(id, address)) {
          self->send(self->state.joiner, gateway_atom_v, id, address);
        }
      },
      [=](credit_atom, std::uint64_t bytes) {
        if (self->current_sender() != self->state.joiner) return;
        self->state.credit_bytes = bytes;
        if (self->state.gateway) self->send(self->state.gateway, credit_atom_v, bytes);
      },
      [=](refused_atom, const std::string& reason) {
        if (self->state.gateway) return;
        ++self->state.link;
        say_trouble(self, options, "refuses this node: " + reason);
        dial_later(self, options);
      },
      [=](released_atom, std::uint64_t link) {
        if (is_own(self) && !self->state.gateway && link == self->state.link) {
          ++self->state.link;
          say_trouble(self, options, "does not welcome this node");
          dial_later(self, options);
        }
      },
      [=](work_atom, const WireErrand& wire) {
        if (hears(self, options)) work_came(self, wire, options);
      },
      [=](piece_atom, const WirePiece& piece) {
        if (hears(self, options)) piece_came(self, piece, options);
      },
      [=](taken_atom, std::uint64_t bytes) {
        if (!hears(self, options)) return;
        if (!self->state.pieces.taken(bytes)) return lose_link(self, options, "it took what was never sent");
        send_pieces(self);
      },
      [=](cancel_atom, std::uint64_t number) {
        if (hears(self, options)) cancel(self, number);
      },
      [=](ping_atom) {
        if (hears(self, options)) self->send(self->state.gateway, pong_atom_v);
      },
      [=](farewell_atom) {
        if (hears(self, options)) end(self, options, {});
      },
      [=](granted_atom, const ReservationPtr& reservation, std::uint64_t link) {
        granted(self, reservation, link, options);
      },
      [=](done_atom, const ErrandPtr& errand) { done(self, errand, options); },
      [=](drain_atom) { drain(self); },
      [=](tick_atom, std::uint64_t link) {
        if (is_own(self)) tick(self, link, options);
      },
  };
}

}  // namespace framewright::actors
