// The joiner keeps this process's links to gateways, one node each: to those of the settings, those that
// discovery finds, and those that a gateway tells of. What the gateways together may have here is divided
// among them.
//
// When a gateway lets this process go, because it was drained there, it leaves the other gateways, too. The
// joiner ends once it has left all.
//
// Messages  join GatewayName     unless it has joined that one
//           met id               from a node: its gateway is that one, and welcomes it
//           gateway id, address  from a node: its gateway tells of another one
//           parted               from a node: its link is lost; it dials again
//           drain                leave all gateways
#pragma once

#include <caf/all.hpp>
#include <functional>
#include <map>
#include <string>

#include "actors/engine_system.hpp"
#include "actors/node.hpp"

namespace framewright::actors {

struct JoinerOptions {
  NodeOptions node;  ///< but for the gateway
  std::function<engine::Result<GatewayAddress>(const GatewayName&)> reach;
  std::uint64_t shared_bytes = 0;  ///< of input that all gateways together may have here
};

struct JoinerState {
  static inline const char* name = "joiner";

  struct Link {
    GatewayName name;
    caf::actor node;
    std::string gateway_id;  ///< once it has welcomed this process
    bool up = false;
  };

  // Owned.
  std::map<std::string, Link> links;  ///< by address
  bool draining = false;
};

caf::behavior joiner(caf::stateful_actor<JoinerState>* self, JoinerOptions options);

}  // namespace framewright::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(framewright::actors::GatewayName)
