// The supervisor owns the tree: it starts the children in order, restarts those that fail, with back-off, and
// turns readiness off while a required child is down.
//
// Children are restarted one for one. A child that depends on another monitors it and fails with it.
//
// Messages  started   answered with true, once every child has been started
#pragma once

#include <caf/all.hpp>
#include <functional>
#include <string>
#include <vector>

#include "engine/clock.hpp"
#include "engine/readiness.hpp"
#include "engine/restart_policy.hpp"

namespace framewright::actors {

struct ChildSpec {
  std::string name;
  bool required = true;
  /// Spawns the child; called again for each restart.
  std::function<caf::actor(caf::event_based_actor*)> start;
  engine::RestartPolicy::Limits restarts = {};
  bool tells_readiness = false;  ///< it says itself when it is ready; others are when they have been spawned
};

struct SupervisorState {
  static inline const char* name = "supervisor";

  struct Child {
    ChildSpec spec;
    caf::actor handle;
    engine::RestartPolicy policy;
  };
  std::vector<Child> children;
};

struct SupervisorOptions {
  engine::Readiness& readiness;
  const engine::Clock& clock;
};

/// Ends its children in reverse order when it is told to exit.
caf::behavior supervisor(caf::stateful_actor<SupervisorState>* self, std::vector<ChildSpec> children,
                         SupervisorOptions options);

}  // namespace framewright::actors
