// The nodes that work for this server, and how one of them is sent away.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "net/handlers.hpp"
#include "net/json_response.hpp"
#include "net/rest.hpp"

namespace framewright::net {
namespace {

using engine::ClusterNode;
using engine::ErrorCode;
using nlohmann::json;

json node_json(const ClusterNode& node) {
  auto accelerators = json::array();
  for (const auto accelerator : node.accelerators) accelerators.push_back(engine::to_string(accelerator));
  return {{"id", node.id},
          {"role", node.role},
          {"state", engine::to_string(node.state)},
          {"breaker", engine::to_string(node.breaker)},
          {"address", node.address},
          {"version", node.version},
          {"accelerators", std::move(accelerators)},
          {"workers", node.workers},
          {"load", node.load},
          {"last_seen_at", rfc3339(node.last_seen_at)},
          {"frames_held", node.frames_held},
          {"frames_answered", node.frames_answered},
          {"frames_given_back", node.frames_given_back}};
}

Response list(const RestDependencies& rest) {
  auto nodes = json::array();
  for (const auto& node : rest.cluster_nodes()) nodes.push_back(node_json(node));
  return json_response({{"nodes", std::move(nodes)}});
}

Response drain(const RestDependencies& rest, const Request& request) {
  const auto& id = request.captures.front();
  const auto nodes = rest.cluster_nodes();
  const auto found =
      std::find_if(nodes.begin(), nodes.end(), [&](const ClusterNode& node) { return node.id == id; });
  if (found != nodes.end() && found->role != "worker") {
    return problem(
        {ErrorCode::Conflict, "node " + id + " is a gateway, which drains when its process is stopped"});
  }
  if (found == nodes.end() || !rest.drain_node(id)) {
    return problem({ErrorCode::NotFound, "no node " + id + " works for this server"});
  }
  auto node = *found;
  node.state = engine::NodeState::Draining;
  return json_response(node_json(node), 202);
}

}  // namespace

void add_cluster_routes(Router& router, const RestDependencies& rest) {
  router.add("GET", "/api/v1/cluster", "cluster", quick([&rest](const Request&) { return list(rest); }));
  router.add("POST", "/api/v1/cluster/nodes/{id}/drain", "cluster",
             quick([&rest](const Request& request) { return drain(rest, request); }));
}

}  // namespace framewright::net
