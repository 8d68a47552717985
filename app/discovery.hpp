// Discovery looks for gateways until this process has joined one, less and less often, and every half minute
// from then on, for those that come later.
//
// Threads   one of its own. Looking blocks, on a name server for as long as the system's resolver wants, so
//           the thread is left behind if it looks when this ends; it touches nothing of others then.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "actors/gateway_name.hpp"
#include "app/rest_client.hpp"
#include "config/settings.hpp"
#include "engine/result.hpp"

namespace framewright::app {

/// Where gateways are said to be now.
///
/// Errors   of whoever is asked, by name.
using GatewaySource = std::function<engine::Result<std::vector<actors::GatewayName>>()>;

/// Every address of each host of `hosts` ("HOST:PORT"). A host that has none costs the others nothing.
GatewaySource dns_source(std::vector<std::string> hosts);
/// The instances of a service whose checks pass, by Consul's HTTP interface.
GatewaySource consul_source(ServerAddress consul, const std::string& service);
/// What Consul's answer names.
///
/// Errors   Internal when it is none.
engine::Result<std::vector<actors::GatewayName>> gateways_in_catalogue(std::string_view json);

/// As cluster.discovery says; null for `static`.
///
/// Errors   InvalidArgument (the address of Consul).
engine::Result<GatewaySource> source_of(const config::ClusterSettings& cluster);

class Discovery {
 public:
  struct Pace {
    std::chrono::milliseconds first{500};
    std::chrono::milliseconds longest{10'000};
    std::chrono::milliseconds joined{30'000};
  };

  /// `join` is told of every gateway each time that it is seen.
  Discovery(GatewaySource source, std::function<void(const actors::GatewayName&)> join,
            std::function<bool()> joined, Pace pace);
  ~Discovery();

 private:
  struct State;
  static void run(const std::shared_ptr<State>& state);

  std::shared_ptr<State> state_;
};

}  // namespace framewright::app
