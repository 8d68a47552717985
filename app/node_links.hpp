// How this process meets other nodes: over CAF's own port on this machine, or, where cluster.tls names files,
// through the relay, which alone faces a network.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actors/engine_system.hpp"
#include "app/discovery.hpp"
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

/// Where CAF finds a gateway: through `relay` where there is one.
///
/// Errors   InvalidArgument when it is not on this machine and there is no relay.
engine::Result<actors::GatewayAddress> reach(const actors::GatewayName& gateway, net::Relay* relay);

/// Whether the settings name gateways, or who knows them.
bool joins_gateways(const config::ClusterSettings& cluster);

/// Joins the gateways of the settings, and those that are discovered while what it returns lives.
///
/// Errors   InvalidArgument: a gateway that cannot be reached from here, or the address of Consul.
engine::Result<std::unique_ptr<Discovery>> join_gateways(const config::ClusterSettings& cluster,
                                                         net::Relay* relay, actors::EngineSystem& system);

}  // namespace framewright::app
