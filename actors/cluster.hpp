// The cluster actor is what a gateway publishes: nodes say hello to it, and it lets them in as remote workers
// or refuses them with a reason. It is the only actor that another process can address by itself.
//
// Messages  hello Hello     from a node; answered by `refused reason`, or by a remote_worker's welcome
//           drain id        that node gets no more work and leaves when it is done
//           changed, leave GoneNode   from its remote workers
//           gateway id, address       from this process's joiner: workers may join that one, too
#pragma once

#include <caf/all.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "actors/remote_worker.hpp"
#include "engine/readiness.hpp"

namespace framewright::actors {

struct ClusterOptions {
  RemoteWorkerOptions links;
  engine::Readiness& readiness;
  bool local_workers = true;  ///< otherwise this process is not ready while no node is here
};

struct ClusterState {
  static inline const char* name = "cluster";

  struct Gone {
    engine::CircuitBreaker breaker;
    engine::SteadyTime since;
  };
  struct Member {
    caf::actor link;              ///< its remote worker
    std::string gateway_address;  ///< "HOST:PORT" of a gateway; empty: a worker
  };
  struct HeardOf {
    std::string id;
    std::string address;
  };
  std::map<std::string, Member> nodes;  ///< by id
  std::vector<HeardOf> heard_of;        ///< gateways that this one has joined or was told of, the latest last
  std::map<std::string, Gone> gone;     ///< those whose link was lost, by id
};

/// Why a node that says this may not join; none when it may.
std::optional<std::string> why_refused(const Hello& hello);

/// Starts the actor. A gateway that needs nodes is not ready from here on, though the actor has still to get
/// its first turn.
caf::actor start_cluster(caf::actor_system& system, ClusterOptions options);

}  // namespace framewright::actors
