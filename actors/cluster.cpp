#include "actors/cluster.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "actors/quiet.hpp"

namespace framewright::actors {
namespace {

using Self = caf::stateful_actor<ClusterState>*;

constexpr std::size_t kMostNodes = 1024;
constexpr std::chrono::minutes kRemembered{10};
constexpr std::size_t kMostNameBytes = 253;
constexpr std::uint32_t kMostWorkers = 1024;
constexpr std::size_t kMostFilters = 1024;
constexpr std::uint64_t kLeastCreditBytes = 1U << 20;
constexpr std::uint64_t kMostCreditBytes = 1ULL << 40;

bool is_name(const std::string& text) {
  return !text.empty() && text.size() <= kMostNameBytes &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.:-_+") ==
             std::string::npos;
}

void show(Self self, const ClusterOptions& options) {
  const auto count = self->state.nodes.size();
  const auto ready = options.links.board.ready_nodes();
  auto text = std::to_string(count) + (count == 1 ? " node" : " nodes");
  if (ready < count) text += ", of which " + std::to_string(ready) + " take work";
  options.readiness.set("cluster_workers", !options.local_workers, count > 0 && ready > 0, text);
}

void refuse(Self self, const std::string& why) {
  spdlog::warn("a node is refused: {}", why);
  self->send(caf::actor_cast<caf::actor>(self->current_sender()), refused_atom_v, why);
}

void let_in(Self self, const Hello& hello, const ClusterOptions& options) {
  auto& state = self->state;
  if (!self->current_sender()) return;
  if (const auto why = why_refused(hello)) return refuse(self, *why);
  if (state.nodes.contains(hello.id)) return refuse(self, "a node " + hello.id + " is here already");
  if (state.nodes.size() >= kMostNodes) return refuse(self, "there are nodes enough");
  const auto known = state.gone.find(hello.id);
  const auto breaker = known == state.gone.end() ? engine::CircuitBreaker{} : known->second.breaker;
  if (known != state.gone.end()) state.gone.erase(known);
  auto link = self->spawn(remote_worker, hello, caf::actor_cast<caf::actor>(self->current_sender()), breaker,
                          options.links);
  self->monitor(link);
  spdlog::info("node {} joins with {} workers", hello.id, hello.cpu_workers + hello.cuda_slots);
  state.nodes.emplace(hello.id, std::move(link));
}

void link_down(Self self, const caf::down_msg& down, const ClusterOptions& options) {
  auto& nodes = self->state.nodes;
  const auto found = std::find_if(nodes.begin(), nodes.end(),
                                  [&](const auto& entry) { return entry.second == down.source; });
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
  if (found != self->state.nodes.end()) self->send(found->second, drain_atom_v);
}

}  // namespace

std::optional<std::string> why_refused(const Hello& hello) {
  if (hello.protocol != kWireProtocol) {
    return "it speaks protocol " + std::to_string(hello.protocol) + ", this gateway speaks " +
           std::to_string(kWireProtocol);
  }
  if (!is_name(hello.id)) return "its id is no name";
  if (!is_name(hello.version) || hello.address.size() > kMostNameBytes) return "its version is no name";
  if (hello.cpu_workers < 1 || hello.cpu_workers > kMostWorkers || hello.cuda_slots > kMostWorkers) {
    return "it has " + std::to_string(hello.cpu_workers) + " CPU workers";
  }
  if (hello.credit_bytes < kLeastCreditBytes || hello.credit_bytes > kMostCreditBytes) {
    return "it has room for " + std::to_string(hello.credit_bytes) + " bytes";
  }
  if (hello.filters.size() > kMostFilters) {
    return "it has " + std::to_string(hello.filters.size()) + " filters";
  }
  return std::nullopt;
}

caf::behavior cluster(Self self, ClusterOptions options) {
  quiet(self);
  options.links.owner = self->address();
  self->set_down_handler([=](caf::down_msg& down) { link_down(self, down, options); });
  self->set_exit_handler([=](caf::exit_msg& exit) {
    for (const auto& [id, link] : self->state.nodes) self->send_exit(link, exit.reason);
    self->quit(exit.reason);
  });
  show(self, options);
  return {
      [=](hello_atom, const Hello& hello) { let_in(self, hello, options); },
      [=](drain_atom, const std::string& id) { drain(self, id); },
      [=](leave_atom, const GoneNode& node) { remember(self, node, options); },
      [=](changed_atom) { show(self, options); },
  };
}

}  // namespace framewright::actors
