#include "actors/joiner.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "actors/quiet.hpp"

namespace framewright::actors {
namespace {

using Self = caf::stateful_actor<JoinerState>*;
using Link = JoinerState::Link;

constexpr std::chrono::milliseconds kRestartAfter{500};

Directory& directory_of(const JoinerOptions& options) { return options.node.directory; }

/// The link whose node is this one.
Link* find_link(JoinerState& state, const caf::actor_addr& node) {
  const auto found = std::find_if(state.links.begin(), state.links.end(),
                                  [&](const auto& entry) { return entry.second.node == node; });
  return found == state.links.end() ? nullptr : &found->second;
}

Link* find_sender(Self self) {
  const auto& sender = self->current_sender();
  return sender ? find_link(self->state, sender->address()) : nullptr;
}

std::uint64_t share_of_each(const JoinerState& state, const JoinerOptions& options) {
  const auto each = options.shared_bytes / std::max<std::size_t>(1, state.links.size());
  return std::max(each, kLeastCreditBytes);
}

/// To be called when the number of links has changed.
void share(Self self, const JoinerOptions& options) {
  const auto bytes = share_of_each(self->state, options);
  for (const auto& [address, link] : self->state.links) {
    if (link.node) self->send(link.node, credit_atom_v, bytes);
  }
}

void show(Self self, const JoinerOptions& options) {
  const auto& links = self->state.links;
  directory_of(options).set_joined(
      std::any_of(links.begin(), links.end(), [](const auto& entry) { return entry.second.up; }));
}

void start_node(Self self, Link& link, const JoinerOptions& options) {
  const auto reached = options.reach(link.name);
  if (!reached) {
    spdlog::warn("gateway {}: {}", link.name.address, reached.error().detail);
    return;
  }
  NodeOptions node_options = options.node;
  node_options.gateway = link.name;
  node_options.host = reached->host;
  node_options.port = reached->port;
  node_options.joiner = self->address();
  if (node_options.hello.role == NodeRole::Gateway) {
    node_options.hello.address = directory_of(options).own_address();
  }
  node_options.hello.credit_bytes = share_of_each(self->state, options);
  link.node = self->spawn<caf::monitored>(node, node_options);
}

void join(Self self, const GatewayName& name, const JoinerOptions& options) {
  auto& state = self->state;
  if (state.draining || name.address == directory_of(options).own_address()) return;
  if (state.links.size() >= kMostGateways || state.links.contains(name.address)) return;
  auto& link = state.links[name.address];
  link.name = name;
  start_node(self, link, options);
  if (!link.node) state.links.erase(name.address);
  share(self, options);
}

/// Gateways that workers of this one should know, too.
void tell_cluster(Self self, const std::string& id, const std::string& address,
                  const JoinerOptions& options) {
  if (const auto cluster = directory_of(options).cluster()) {
    self->send(cluster, gateway_atom_v, id, address);
  }
}

void met(Self self, const std::string& id, const JoinerOptions& options) {
  Link* link = find_sender(self);
  if (link == nullptr) return;
  link->gateway_id = id;
  link->up = true;
  show(self, options);
  tell_cluster(self, id, link->name.address, options);
}

void told(Self self, const std::string& id, const std::string& address, const JoinerOptions& options) {
  if (find_sender(self) == nullptr || id == options.node.hello.id) return;
  const auto& links = self->state.links;
  const bool is_met = std::any_of(links.begin(), links.end(),
                                  [&](const auto& entry) { return entry.second.gateway_id == id; });
  // A gateway has no work to ask others for that it could not give to their workers itself.
  if (options.node.hello.role == NodeRole::Gateway) return tell_cluster(self, id, address, options);
  if (!is_met) join(self, {.address = address, .lasting = false}, options);
}

void parted(Self self, const JoinerOptions& options) {
  Link* link = find_sender(self);
  if (link == nullptr) return;
  link->up = false;
  show(self, options);
}

void leave_all(Self self) {
  auto& state = self->state;
  state.draining = true;
  std::erase_if(state.links, [](const auto& entry) { return !entry.second.node; });
  for (const auto& [address, link] : state.links) self->send(link.node, drain_atom_v);
  if (state.links.empty()) self->quit();
}

void node_down(Self self, const caf::down_msg& down, const JoinerOptions& options) {
  auto& state = self->state;
  Link* link = find_link(state, down.source);
  if (link == nullptr) return;
  link->node = nullptr;
  link->up = false;
  const std::string address = link->name.address;
  const bool is_let_go = !down.reason;
  if (is_let_go || down.reason == caf::sec::cannot_connect_to_node || state.draining) {
    state.links.erase(address);
  } else {
    spdlog::error("the link to gateway {} failed and starts again: {}", address,
                  self->system().render(down.reason));
    self->delayed_send(self, kRestartAfter, restart_atom_v, address);
  }
  show(self, options);
  if (is_let_go || state.draining) return leave_all(self);
  share(self, options);
}

void restart(Self self, const std::string& address, const JoinerOptions& options) {
  const auto found = self->state.links.find(address);
  if (found == self->state.links.end() || found->second.node) return;
  start_node(self, found->second, options);
  if (!found->second.node) self->delayed_send(self, kRestartAfter, restart_atom_v, address);
}

}  // namespace

caf::behavior joiner(Self self, JoinerOptions options) {
  quiet(self);
  self->set_down_handler([=](caf::down_msg& down) { node_down(self, down, options); });
  for (const auto& name : directory_of(options).joins()) join(self, name, options);
  return {
      [=](join_atom, const GatewayName& name) { join(self, name, options); },
      [=](met_atom, const std::string& id) { met(self, id, options); },
      [=](gateway_atom, const std::string& id, const std::string& address) {
        told(self, id, address, options);
      },
      [=](parted_atom) { parted(self, options); },
      [=](drain_atom) { leave_all(self); },
      [=](restart_atom, const std::string& address) {
        if (is_own(self)) restart(self, address, options);
      },
  };
}

}  // namespace framewright::actors
