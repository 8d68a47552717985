// How this process meets other nodes: over CAF's own port on this machine, or, where cluster.tls names files,
// through the relay, which alone faces a network.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actors/engine_system.hpp"
#include "config/settings.hpp"
#include "net/relay.hpp"

namespace framewright::app {

/// Whether links to other machines are configured.
bool has_certificates(const config::ClusterSettings& cluster);

/// Where CAF listens for nodes: behind the relay on a port of its own, otherwise on the port of the settings.
actors::GatewayAddress node_door(const config::ClusterSettings& cluster);

/// The relay in front of `target_port`, or one that only dials; null without cluster.tls.
///
/// Errors   InvalidArgument: a file or an address, with what is wrong with it.
engine::Result<std::unique_ptr<net::Relay>> start_relay(const config::ClusterSettings& cluster,
                                                        std::optional<int> target_port);

/// Where CAF finds the gateways that a worker joins: through `relay` where there is one.
///
/// Errors   InvalidArgument when there is none, or one that is not on this machine and no relay.
engine::Result<std::vector<actors::GatewayAddress>> gateways_of(const config::ClusterSettings& cluster,
                                                                net::Relay* relay);

}  // namespace framewright::app
