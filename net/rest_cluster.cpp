// The nodes that work for this server, and how one of them is sent away.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/page_cursor.hpp"
#include "net/handlers.hpp"
#include "net/json_response.hpp"
#include "net/query_input.hpp"
#include "net/rest.hpp"

namespace framewright::net {
namespace {

using engine::ClusterNode;
using engine::ErrorCode;
using nlohmann::json;

constexpr int kMaxPage = 500;

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

/// A cursor is the number of nodes that were shown: they come and go, and their ids with them.
Response list(const RestDependencies& rest, const Request& request) {
  QueryInput query(request.query);
  const auto limit = static_cast<std::size_t>(query.integer("limit", {1, kMaxPage}).value_or(kMaxPage));
  const auto cursor = query.text("cursor");
  if (auto checked = query.finish(); !checked) return problem(std::move(checked).error());
  const auto shown = engine::parse_page_cursor(cursor);
  if (!shown) return problem(shown.error());

  const auto nodes = rest.cluster_nodes();
  const auto begin = std::min(cursor ? static_cast<std::size_t>(*shown) : 0, nodes.size());
  const auto end = std::min(begin + limit, nodes.size());
  auto documents = json::array();
  for (auto i = begin; i < end; ++i) documents.push_back(node_json(nodes[i]));
  const auto next =
      end < nodes.size() ? json(engine::page_cursor(static_cast<std::int64_t>(end))) : json(nullptr);
  return json_response({{"nodes", std::move(documents)}, {"next_cursor", next}});
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
  router.add("GET", "/api/v1/cluster", "cluster",
             quick([&rest](const Request& request) { return list(rest, request); }));
  router.add("POST", "/api/v1/cluster/nodes/{id}/drain", "cluster",
             quick([&rest](const Request& request) { return drain(rest, request); }));
}

}  // namespace framewright::net
