#include "actors/supervisor.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "actors/messages.hpp"
#include "actors/quiet.hpp"

namespace framewright::actors {
namespace {

using Self = caf::stateful_actor<SupervisorState>*;
using Child = SupervisorState::Child;

void start_child(Self self, std::size_t index, const SupervisorOptions& options) {
  Child& child = self->state.children[index];
  child.handle = child.spec.start(self);
  self->monitor(child.handle);
  if (!child.spec.tells_readiness)
    options.readiness.set(child.spec.name, child.spec.required, true, "running");
}

bool ended_as_told(const caf::error& reason) { return !reason || reason == caf::exit_reason::user_shutdown; }

void child_down(Self self, std::size_t index, const caf::error& reason, const SupervisorOptions& options) {
  Child& child = self->state.children[index];
  child.handle = nullptr;
  const auto why = self->system().render(reason);
  options.readiness.set(child.spec.name, child.spec.required, false, "down: " + why);
  if (ended_as_told(reason)) return;
  const auto delay = child.policy.failed(options.clock.now());
  if (!delay) {
    spdlog::critical("{}: failed too often, stays down: {}", child.spec.name, why);
    return;
  }
  spdlog::error("{}: failed, starts again in {} ms: {}", child.spec.name, delay->count(), why);
  self->delayed_send(self, *delay, restart_atom_v, static_cast<std::uint64_t>(index));
}

void stop_children(Self self, const caf::error& reason) {
  auto& children = self->state.children;
  std::for_each(children.rbegin(), children.rend(), [&](Child& child) {
    if (child.handle) self->send_exit(child.handle, reason);
    child.handle = nullptr;
  });
}

}  // namespace

caf::behavior supervisor(Self self, std::vector<ChildSpec> children, SupervisorOptions options) {
  quiet(self);
  for (auto& spec : children) {
    const engine::RestartPolicy policy{spec.restarts};
    self->state.children.push_back({std::move(spec), {}, policy});
  }
  self->set_down_handler([=](caf::down_msg& down) {
    auto& all = self->state.children;
    const auto child =
        std::find_if(all.begin(), all.end(), [&](const Child& c) { return c.handle == down.source; });
    if (child == all.end()) return;
    child_down(self, static_cast<std::size_t>(child - all.begin()), down.reason, options);
  });
  self->set_exit_handler([=](caf::exit_msg& exit) {
    stop_children(self, exit.reason);
    self->quit(exit.reason);
  });
  for (std::size_t i = 0; i < self->state.children.size(); ++i) {
    const auto& spec = self->state.children[i].spec;
    options.readiness.set(spec.name, spec.required, false, "starting");
    start_child(self, i, options);
  }
  return {
      [](started_atom) { return true; },
      [=](restart_atom, std::uint64_t index) { start_child(self, static_cast<std::size_t>(index), options); },
  };
}

}  // namespace framewright::actors
