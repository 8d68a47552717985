// The messages that actors exchange inside one node. Frames travel as one pointer and only on credit; control
// messages travel always.
#pragma once

#include <caf/all.hpp>
#include <memory>
#include <string>

#include "engine/frame_task.hpp"

namespace framewright::actors {

/// A frame on its way through the actors: the task and the actor that waits for its answer. Every task that
/// an actor meets is one.
struct Errand final : engine::FrameTask {
  caf::actor reply_to;
  engine::Accelerator lane = engine::Accelerator::Cpu;  ///< the queue that the dispatcher put it into
};

/// What messages carry. Inside a node it is a pointer; nobody copies a frame.
using ErrandPtr = std::shared_ptr<Errand>;

/// A worker introduces itself: what it runs on, and how many frames it takes at a time.
struct WorkerOffer {
  caf::actor worker;
  engine::Accelerator accelerator = engine::Accelerator::Cpu;
  int credit = 1;
};

}  // namespace framewright::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(framewright::actors::ErrandPtr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(framewright::actors::WorkerOffer)

CAF_BEGIN_TYPE_ID_BLOCK(framewright, caf::first_custom_type_id)
  CAF_ADD_ATOM(framewright, framewright::actors, submit_atom, "submit")
  CAF_ADD_ATOM(framewright, framewright::actors, done_atom, "done")
  CAF_ADD_ATOM(framewright, framewright::actors, cancel_atom, "cancel")
  CAF_ADD_ATOM(framewright, framewright::actors, offer_atom, "offer")
  CAF_ADD_ATOM(framewright, framewright::actors, retire_atom, "retire")
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
CAF_END_TYPE_ID_BLOCK(framewright)
