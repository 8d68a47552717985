#include "app/node_links.hpp"

namespace framewright::app {
namespace {

using engine::ErrorCode;
using engine::Result;
using engine::unexpected;

constexpr const char* kThisMachine = "127.0.0.1";

}  // namespace

Result<actors::GatewayAddress> reach(const actors::GatewayName& gateway, net::Relay* relay) {
  const auto& text = gateway.address;
  const auto colon = text.rfind(':');               // It was checked: a host, a colon and a port.
  const bool has_brackets = text.starts_with('[');  // An IPv6 address.
  const auto host = has_brackets ? text.substr(1, colon - 2) : text.substr(0, colon);
  const int port = std::stoi(text.substr(colon + 1));
  if (relay != nullptr) {
    const auto local = relay->local_port_for(host, port, gateway.certificate);
    if (!local) return unexpected(local.error());
    return actors::GatewayAddress{kThisMachine, static_cast<std::uint16_t>(*local)};
  }
  if (host == kThisMachine || host == "localhost") {
    return actors::GatewayAddress{host, static_cast<std::uint16_t>(port)};
  }
  return unexpected(ErrorCode::InvalidArgument, text + ": without cluster.tls nodes meet on 127.0.0.1 only");
}

bool has_certificates(const config::ClusterSettings& cluster) {
  return !cluster.tls.authority.empty();  // The settings were checked: all files or none.
}

actors::GatewayAddress node_door(const config::ClusterSettings& cluster) {
  if (has_certificates(cluster)) return {.host = kThisMachine, .port = 0};
  return {.host = cluster.address, .port = static_cast<std::uint16_t>(cluster.port)};
}

Result<std::unique_ptr<net::Relay>> start_relay(const config::ClusterSettings& cluster,
                                                std::optional<int> target_port) {
  if (!has_certificates(cluster)) return std::unique_ptr<net::Relay>{};
  net::RelayOptions options{.files = {.authority = cluster.tls.authority,
                                      .certificate = cluster.tls.certificate,
                                      .key = cluster.tls.key},
                            .peers = cluster.tls.peers};
  if (target_port) options.listen = {cluster.address, cluster.port, *target_port};
  return net::Relay::start(std::move(options));
}

bool joins_gateways(const config::ClusterSettings& cluster) {
  return !cluster.join.empty() || cluster.discovery == "consul";
}

Result<std::unique_ptr<Discovery>> join_gateways(const config::ClusterSettings& cluster, net::Relay* relay,
                                                 actors::EngineSystem& system) {
  auto source = source_of(cluster);
  if (!source) return unexpected(std::move(source).error());
  const auto join = [&system](const actors::GatewayName& gateway) { system.join(gateway); };
  if (*source) {
    return std::make_unique<Discovery>(
        std::move(*source), join, [&system] { return system.joined(); }, Discovery::Pace{});
  }
  for (const auto& address : cluster.join) {
    const actors::GatewayName gateway{.address = address};
    if (auto reached = reach(gateway, relay); !reached) {
      return unexpected(ErrorCode::InvalidArgument, "cluster.join: " + reached.error().detail);
    }
    join(gateway);
  }
  return std::unique_ptr<Discovery>{};
}

}  // namespace framewright::app
