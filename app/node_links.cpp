#include "app/node_links.hpp"

namespace framewright::app {
namespace {

using engine::ErrorCode;
using engine::Result;
using engine::unexpected;

constexpr const char* kThisMachine = "127.0.0.1";

Result<actors::GatewayAddress> gateway_of(const std::string& text, net::Relay* relay) {
  const auto colon = text.rfind(':');               // The settings were checked: a host, a colon and a port.
  const bool has_brackets = text.starts_with('[');  // An IPv6 address.
  const auto host = has_brackets ? text.substr(1, colon - 2) : text.substr(0, colon);
  const int port = std::stoi(text.substr(colon + 1));
  if (relay != nullptr) {
    const auto local = relay->local_port_for(host, port);
    if (!local) return unexpected(local.error());
    return actors::GatewayAddress{kThisMachine, static_cast<std::uint16_t>(*local)};
  }
  if (host == kThisMachine || host == "localhost") {
    return actors::GatewayAddress{host, static_cast<std::uint16_t>(port)};
  }
  return unexpected(ErrorCode::InvalidArgument,
                    "cluster.join: " + text + ": without cluster.tls nodes meet on 127.0.0.1 only");
}

}  // namespace

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

Result<std::vector<actors::GatewayAddress>> gateways_of(const config::ClusterSettings& cluster,
                                                        net::Relay* relay) {
  std::vector<actors::GatewayAddress> gateways;
  for (const auto& text : cluster.join) {
    auto gateway = gateway_of(text, relay);
    if (!gateway) return unexpected(std::move(gateway).error());
    gateways.push_back(std::move(*gateway));
  }
  if (!gateways.empty()) return gateways;
  return unexpected(ErrorCode::InvalidArgument,
                    "no gateway to work for: give --join HOST:PORT or cluster.join");
}

}  // namespace framewright::app
