// A remote_worker is a node as the dispatcher sees it: one more worker; or another gateway, without work. It
// sends frames over the link, keeps them until they are answered, and hands back to the dispatcher what its
// node does not answer.
//
// Nothing is given up here: a frame that a lost, slow or lying node had runs elsewhere, because filters are
// pure and its input is still whole. So does one that a node has had for too long, whose heartbeats may go on
// while its pixels hang. A node that fails often is left alone for a while (CircuitBreaker).
//
// Messages  submit ErrandPtr   from the dispatcher
//           drain              take no more, finish what is out, say farewell
//           released           from the dispatcher, after this has left it
//           gateway id, address   from its owner: for the node to know
//           those of actors/wire.hpp, from the node
// To owner  changed            whether the node takes work
//           leave GoneNode     the link is lost
#pragma once

#include <caf/all.hpp>
#include <optional>
#include <string>
#include <unordered_map>

#include "actors/directory.hpp"
#include "actors/messages.hpp"
#include "engine/circuit_breaker.hpp"
#include "engine/clock.hpp"
#include "engine/cluster_board.hpp"
#include "engine/frame_pool.hpp"
#include "engine/incoming_payload.hpp"
#include "engine/outgoing_pieces.hpp"
#include "engine/peer_silence.hpp"

namespace framewright::actors {

struct RemoteWorkerOptions {
  Directory& directory;
  engine::FramePool& pool;
  const engine::Clock& clock;
  engine::ClusterBoard& board;
  std::string id = {};         ///< of this gateway
  caf::actor_addr owner = {};  ///< who may end it, and hears of what changes for others
  std::chrono::milliseconds frame_timeout = std::chrono::minutes{5};  ///< for one frame at one node
};

/// What its owner should remember of a node that is gone, in case it comes back.
struct GoneNode {
  std::string id;
  engine::CircuitBreaker breaker;
};

struct RemoteWorkerState {
  static inline const char* name = "remote_worker";

  enum class Phase { Working, Draining, Leaving };
  /// A frame that the node has.
  struct Outstanding {
    ErrandPtr errand;
    engine::SteadyTime sent_at;
    bool cancelled = false;
    bool given_back = false;  ///< answered with an error of the node's own; waits for its back-off
    std::optional<WireAnswer> answer = {};
    engine::BufferLease picture = {};
    engine::IncomingPayload payload = {};
  };

  // Given.
  Hello hello;
  caf::actor node;
  caf::actor dispatcher;
  // Owned.
  Phase phase = Phase::Working;
  bool is_known = false;  ///< to the dispatcher, if it is a worker; before that the board does not show it
  std::unordered_map<std::uint64_t, Outstanding> outstanding;
  engine::OutgoingPieces pieces{{.piece_bytes = kPieceBytes, .in_flight_bytes = kBytesInFlight}};
  std::uint64_t last_number = 0;
  engine::CircuitBreaker breaker;
  engine::ClusterNode row;  ///< on the board
  // Measured.
  engine::PeerSilence silence{kLinkTick};
  engine::SteadyTime pinged_at{};
};

/// Welcomes `node`, whose hello has been checked; `breaker` is what is left of its last time here.
caf::behavior remote_worker(caf::stateful_actor<RemoteWorkerState>* self, Hello hello, caf::actor node,
                            engine::CircuitBreaker breaker, RemoteWorkerOptions options);

}  // namespace framewright::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(framewright::actors::GoneNode)
