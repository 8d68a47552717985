#include "actors/cluster.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "actors/quiet.hpp"

namespace framewright::actors {
namespace {

using Self = caf::stateful_actor<ClusterState>*;

constexpr std::size_t kMostNodes = 1024;
constexpr std::chrono::minutes kRemembered{10};
constexpr std::uint32_t kMostWorkers = 1024;
constexpr std::size_t kMostFilters = 1024;
using Member = ClusterState::Member;

void show_nodes(std::size_t count, const ClusterOptions& options) {
  const auto ready = options.links.board.ready_nodes();
  auto text = std::to_string(count) + (count == 1 ? " node" : " nodes");
  if (ready < count) text += ", of which " + std::to_string(ready) + " take work";
  options.readiness.set("cluster_workers", !options.local_workers, count > 0 && ready > 0, text);
}

void show(Self self, const ClusterOptions& options) {
  const auto& nodes = self->state.nodes;
  show_nodes(static_cast<std::size_t>(
                 std::count_if(nodes.begin(), nodes.end(),
                               [](const auto& entry) { return entry.second.gateway_address.empty(); })),
             options);
}

void refuse(Self self, const std::string& why) {
  spdlog::warn("a node is refused: {}", why);
  self->send(caf::actor_cast<caf::actor>(self->current_sender()), refused_atom_v, why);
}

void tell(Self self, const Member& member, const std::string& id, const std::string& address) {
  self->send(member.link, gateway_atom_v, id, address);
}

/// Whoever comes hears of the gateways that are here, and who is here of a gateway that comes. Gateways hear
/// of those only that have come themselves: word of what was heard would go round for ever.
void introduce(Self self, const std::string& id, const Member& newcomer) {
  const auto& state = self->state;
  const bool is_worker = newcomer.gateway_address.empty();
  for (const auto& [other_id, other] : state.nodes) {
    if (!other.gateway_address.empty()) tell(self, newcomer, other_id, other.gateway_address);
    if (!is_worker) tell(self, other, id, newcomer.gateway_address);
  }
  if (!is_worker) return;
  for (const auto& gateway : state.heard_of) tell(self, newcomer, gateway.id, gateway.address);
}

/// From this process's own joiner: it has met a gateway, or one that it has met tells of another.
void hear_of(Self self, const std::string& id, const std::string& address, const ClusterOptions& options) {
  auto& state = self->state;
  const auto& sender = self->current_sender();
  if (!sender || sender->node() != self->node() || id == options.links.id) return;
  std::erase_if(state.heard_of, [&](const auto& gateway) { return gateway.id == id; });
  if (state.heard_of.size() >= kMostGateways) state.heard_of.erase(state.heard_of.begin());
  state.heard_of.push_back({id, address});
  for (const auto& [other_id, other] : state.nodes) {
    if (other.gateway_address.empty()) tell(self, other, id, address);
  }
}

void let_in(Self self, const Hello& hello, const ClusterOptions& options) {
  auto& state = self->state;
  if (!self->current_sender()) return;
  if (const auto why = why_refused(hello)) return refuse(self, *why);
  if (hello.id == options.links.id) return refuse(self, "it is this gateway itself");
  if (state.nodes.contains(hello.id)) return refuse(self, "a node " + hello.id + " is here already");
  if (state.nodes.size() >= kMostNodes) return refuse(self, "there are nodes enough");
  const auto known = state.gone.find(hello.id);
  const auto breaker = known == state.gone.end() ? engine::CircuitBreaker{} : known->second.breaker;
  if (known != state.gone.end()) state.gone.erase(known);
  auto link = self->spawn(remote_worker, hello, caf::actor_cast<caf::actor>(self->current_sender()), breaker,
                          options.links);
  self->monitor(link);
  const bool is_gateway = hello.role == NodeRole::Gateway;
  if (is_gateway) {
    spdlog::info("gateway {} joins, {}", hello.id, hello.address);
  } else {
    spdlog::info("node {} joins with {} workers", hello.id, hello.cpu_workers + hello.cuda_slots);
  }
  const Member member{std::move(link), is_gateway ? hello.address : ""};
  introduce(self, hello.id, member);
  state.nodes.emplace(hello.id, member);
}

void link_down(Self self, const caf::down_msg& down, const ClusterOptions& options) {
  auto& nodes = self->state.nodes;
  const auto found = std::find_if(nodes.begin(), nodes.end(),
                                  [&](const auto& entry) { return entry.second.link == down.source; });
  if (found == nodes.end()) return;
  spdlog::info("node {} is gone", found->first);
  nodes.erase(found);
  show(self, options);
}

/// Nodes come back with the same id when their link was cut, and with another when they were started anew.
void remember(Self self, const GoneNode& node, const ClusterOptions& options) {
  auto& gone = self->state.gone;
  const auto now = options.links.clock.now();
  std::erase_if(gone, [&](const auto& entry) { return now - entry.second.since > kRemembered; });
  if (gone.size() < kMostNodes) gone.insert_or_assign(node.id, ClusterState::Gone{node.breaker, now});
}

void drain(Self self, const std::string& id) {
  const auto found = self->state.nodes.find(id);
  if (found != self->state.nodes.end()) self->send(found->second.link, drain_atom_v);
}

caf::behavior cluster(Self self, ClusterOptions options) {
  quiet(self);
  options.links.owner = self->address();
  self->set_down_handler([=](caf::down_msg& down) { link_down(self, down, options); });
  self->set_exit_handler([=](caf::exit_msg& exit) {
    for (const auto& [id, member] : self->state.nodes) self->send_exit(member.link, exit.reason);
    self->quit(exit.reason);
  });
  return {
      [=](hello_atom, const Hello& hello) { let_in(self, hello, options); },
      [=](drain_atom, const std::string& id) { drain(self, id); },
      [=](leave_atom, const GoneNode& node) { remember(self, node, options); },
      [=](gateway_atom, const std::string& id, const std::string& address) {
        hear_of(self, id, address, options);
      },
      [=](changed_atom) { show(self, options); },
  };
}

}  // namespace

std::optional<std::string> why_refused(const Hello& hello) {
  if (hello.protocol != kWireProtocol) {
    return "it speaks protocol " + std::to_string(hello.protocol) + ", this gateway speaks " +
           std::to_string(kWireProtocol);
  }
  if (!is_node_id(hello.id)) return "its id is no name";
  if (!is_node_id(hello.version)) return "its version is no name";
  if (hello.filters.size() > kMostFilters) {
    return "it has " + std::to_string(hello.filters.size()) + " filters";
  }
  if (hello.role == NodeRole::Gateway) {
    if (is_gateway_name(hello.id, hello.address) && hello.cpu_workers == 0 && hello.cuda_slots == 0) {
      return std::nullopt;
    }
    return "it is a gateway without an address, or with workers to offer";
  }
  if (hello.role != NodeRole::Worker) return "it is neither worker nor gateway";
  if (!hello.address.empty() && !is_node_id(hello.address)) return "its machine's name is none";
  if (hello.cpu_workers < 1 || hello.cpu_workers > kMostWorkers || hello.cuda_slots > kMostWorkers) {
    return "it has " + std::to_string(hello.cpu_workers) + " CPU workers";
  }
  if (!is_credit(hello.credit_bytes)) {
    return "it has room for " + std::to_string(hello.credit_bytes) + " bytes";
  }
  return std::nullopt;
}

caf::actor start_cluster(caf::actor_system& system, ClusterOptions options) {
  show_nodes(0, options);
  return system.spawn(cluster, std::move(options));
}

}  // namespace framewright::actors
