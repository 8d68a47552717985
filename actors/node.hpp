// A node is one end of the link to a gateway, a worker's or another gateway's: it finds it, introduces
// itself, and hands what the gateway sends to the dispatcher of this process. When the link is lost it drops
// the gateway's frames, which run elsewhere by then, and dials again, with back-off.
//
// Messages  dial               find the gateway
//           done ErrandPtr     from the dispatcher's workers
//           drain              ask the gateway for no more; this ends with its farewell
//           granted            memory for the frame that waits first
//           credit bytes       from the joiner: what this gateway may have here from now on
//           those of actors/wire.hpp, from the gateway
#pragma once

#include <caf/all.hpp>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>

#include "actors/directory.hpp"
#include "actors/messages.hpp"
#include "engine/clock.hpp"
#include "engine/frame_pool.hpp"
#include "engine/incoming_payload.hpp"
#include "engine/outgoing_pieces.hpp"
#include "engine/peer_silence.hpp"
#include "engine/plan.hpp"
#include "engine/tracer.hpp"

namespace framewright::actors {

struct NodeOptions {
  Directory& directory;
  engine::FramePool& pool;
  engine::PlanCache& plans;
  const engine::Clock& clock;
  caf::actor dialler;  ///< answers `connect host port` as CAF's middleman does
  Hello hello;
  GatewayName gateway = {};
  std::string host = {};  ///< where it is dialled
  std::uint16_t port = 0;
  caf::actor_addr joiner = {};  ///< who wants to know, and with whom this ends
  engine::Tracer* tracer = nullptr;
};

struct NodeState {
  static inline const char* name = "node";

  /// No aggregate: CAF would initialise its first member, an actor, with the actor itself.
  NodeState() = default;

  /// A frame of the gateway.
  struct Work {
    ErrandPtr errand;
    engine::IncomingPayload payload = {};
    bool answering = false;  ///< its picture is on its way back
  };
  struct WaitsForMemory {
    std::uint64_t number;
    std::uint64_t bytes;
  };

  // Given.
  caf::actor gateway;  ///< who welcomed this; none while the link is down
  caf::actor dispatcher;
  caf::actor joiner;
  // Owned.
  std::unordered_map<std::uint64_t, Work> work;
  std::unordered_map<const engine::FrameTask*, std::uint64_t> running;
  std::deque<WaitsForMemory> waiting;
  std::uint64_t ticket = 0;
  engine::OutgoingPieces pieces{{.piece_bytes = kPieceBytes, .in_flight_bytes = kBytesInFlight}};
  int tries = 0;
  std::uint64_t link = 0;  ///< counts the links, so that what was meant for an old one is known
  std::string last_trouble;
  bool draining = false;
  std::uint64_t credit_bytes = 0;
  // Measured.
  engine::PeerSilence silence{kLinkTick};
};

caf::behavior node(caf::stateful_actor<NodeState>* self, NodeOptions options);

}  // namespace framewright::actors
