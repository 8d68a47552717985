// The messages that actors exchange inside one node. Frames travel as one pointer and only on credit; control
// messages travel always.
#pragma once

#include <caf/all.hpp>
#include <memory>
#include <string>
#include <vector>

#include "actors/wire.hpp"
#include "engine/credit_ledger.hpp"
#include "engine/frame_task.hpp"

namespace framewright::actors {

/// A frame on its way through the actors: the task and the actor that waits for its answer. Every task that
/// an actor meets is one.
struct Errand final : engine::FrameTask {
  caf::actor reply_to;
  std::vector<engine::WorkerId> had_in_vain;  ///< nodes that had this frame and did not answer it
  std::chrono::nanoseconds on_device{0};      ///< its steps and copies there, those of the host included
  int brought_down = 0;                       ///< of those, nodes for whose end it may be the cause
};

/// What messages carry. Inside a node it is a pointer; nobody copies a frame.
using ErrandPtr = std::shared_ptr<Errand>;

/// Frame memory that somebody has waited for.
using ReservationPtr = std::shared_ptr<engine::Reservation>;

/// A worker introduces itself: what it runs on, and how much it takes.
struct WorkerOffer {
  caf::actor worker;
  engine::WorkerCredit credit;
  std::size_t limit = engine::WorkerCredit::kAny;  ///< of frames at a time, for now
};

}  // namespace framewright::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(framewright::actors::ErrandPtr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(framewright::actors::WorkerOffer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(framewright::actors::ReservationPtr)

CAF_BEGIN_TYPE_ID_BLOCK(framewright, caf::first_custom_type_id)
  CAF_ADD_ATOM(framewright, framewright::actors, submit_atom, "submit")
  CAF_ADD_ATOM(framewright, framewright::actors, done_atom, "done")
  CAF_ADD_ATOM(framewright, framewright::actors, cancel_atom, "cancel")
  CAF_ADD_ATOM(framewright, framewright::actors, offer_atom, "offer")
  CAF_ADD_ATOM(framewright, framewright::actors, retire_atom, "retire")
  CAF_ADD_ATOM(framewright, framewright::actors, limit_atom, "limit")
  CAF_ADD_ATOM(framewright, framewright::actors, join_atom, "join")
  CAF_ADD_ATOM(framewright, framewright::actors, met_atom, "met")
  CAF_ADD_ATOM(framewright, framewright::actors, decode_atom, "decode")
  CAF_ADD_ATOM(framewright, framewright::actors, decoded_atom, "decoded")
  CAF_ADD_ATOM(framewright, framewright::actors, answered_atom, "answered")
  CAF_ADD_ATOM(framewright, framewright::actors, encode_atom, "encode")
  CAF_ADD_ATOM(framewright, framewright::actors, fall_back_atom, "fall_back")
  CAF_ADD_ATOM(framewright, framewright::actors, outcome_atom, "outcome")
  CAF_ADD_ATOM(framewright, framewright::actors, changed_atom, "changed")
  CAF_ADD_ATOM(framewright, framewright::actors, acknowledge_atom, "acknowl")
  CAF_ADD_ATOM(framewright, framewright::actors, update_atom, "update")
  CAF_ADD_ATOM(framewright, framewright::actors, close_atom, "close")
  CAF_ADD_ATOM(framewright, framewright::actors, granted_atom, "granted")
  CAF_ADD_ATOM(framewright, framewright::actors, restart_atom, "restart")
  CAF_ADD_ATOM(framewright, framewright::actors, started_atom, "started")
  CAF_ADD_ATOM(framewright, framewright::actors, tick_atom, "tick")
  CAF_ADD_ATOM(framewright, framewright::actors, give_back_atom, "give_back")
  CAF_ADD_ATOM(framewright, framewright::actors, leave_atom, "leave")
  CAF_ADD_ATOM(framewright, framewright::actors, released_atom, "released")
  // Between nodes: whoever changes what these mean raises kWireProtocol.
  CAF_ADD_TYPE_ID(framewright, (framewright::actors::Hello))
  CAF_ADD_TYPE_ID(framewright, (framewright::actors::WireErrand))
  CAF_ADD_TYPE_ID(framewright, (framewright::actors::WireAnswer))
  CAF_ADD_TYPE_ID(framewright, (framewright::actors::WirePiece))
  CAF_ADD_ATOM(framewright, framewright::actors, hello_atom, "hello")
  CAF_ADD_ATOM(framewright, framewright::actors, welcome_atom, "welcome")
  CAF_ADD_ATOM(framewright, framewright::actors, refused_atom, "refused")
  CAF_ADD_ATOM(framewright, framewright::actors, work_atom, "work")
  CAF_ADD_ATOM(framewright, framewright::actors, piece_atom, "piece")
  CAF_ADD_ATOM(framewright, framewright::actors, taken_atom, "taken")
  CAF_ADD_ATOM(framewright, framewright::actors, answer_atom, "answer")
  CAF_ADD_ATOM(framewright, framewright::actors, ping_atom, "ping")
  CAF_ADD_ATOM(framewright, framewright::actors, pong_atom, "pong")
  CAF_ADD_ATOM(framewright, framewright::actors, drain_atom, "drain")
  CAF_ADD_ATOM(framewright, framewright::actors, farewell_atom, "farewell")
  CAF_ADD_ATOM(framewright, framewright::actors, parted_atom, "parted")
  CAF_ADD_ATOM(framewright, framewright::actors, gateway_atom, "gateway")
  CAF_ADD_ATOM(framewright, framewright::actors, credit_atom, "credit")
  CAF_ADD_ATOM(framewright, framewright::actors, dial_atom, "dial")
CAF_END_TYPE_ID_BLOCK(framewright)
