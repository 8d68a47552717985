// How gateways are named to those that join them.
#pragma once

#include <cstdint>
#include <string>

namespace framewright::actors {

/// A gateway as people and other nodes name it.
struct GatewayName {
  std::string address;           ///< "HOST:PORT"
  std::string certificate = {};  ///< the name that its certificate has to be for; empty: HOST
  /// Dialled for ever. Otherwise forgotten after ten minutes out of reach, until somebody names it again.
  bool lasting = true;
};

/// Where CAF finds a gateway: itself on this machine, or a relay's port that stands for it.
struct GatewayAddress {
  std::string host;
  std::uint16_t port = 0;
};

}  // namespace framewright::actors
