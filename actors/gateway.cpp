#include "actors/gateway.hpp"

#include <utility>

#include "actors/quiet.hpp"

namespace framewright::actors {
namespace {

using Self = caf::stateful_actor<GatewayState>*;

void answer(Self self, const ErrandPtr& errand) {
  const auto waiting = self->state.waiting.find(errand.get());
  if (waiting == self->state.waiting.end()) return;  // Cancelled while it ran.
  const auto request = std::move(waiting->second);
  self->state.waiting.erase(waiting);
  request.answered(request.errand);
}

void fail_all(Self self, const std::string& why) {
  auto waiting = std::exchange(self->state.waiting, {});
  for (auto& [task, request] : waiting) {
    // A running frame still belongs to its worker, so the answer goes home in an errand of its own.
    auto failed = std::make_shared<Errand>();
    failed->frame_id = request.errand->frame_id;
    failed->answer = engine::unexpected(engine::ErrorCode::Internal, why);
    request.errand->cancelled = true;
    request.answered(std::move(failed));
  }
}

/// The dispatcher that lives now; monitored, so that its end fails what it held.
caf::actor connected_dispatcher(Self self, const Directory& directory) {
  if (!self->state.dispatcher) {
    self->state.dispatcher = directory.dispatcher();
    if (self->state.dispatcher) self->monitor(self->state.dispatcher);
  }
  return self->state.dispatcher;
}

void submit(Self self, const Directory& directory, const UnaryErrand& request) {
  const auto dispatcher = connected_dispatcher(self, directory);
  if (!dispatcher) {
    request.errand->answer =
        engine::unexpected(engine::ErrorCode::Overloaded, "the dispatcher is being restarted");
    request.answered(request.errand);
    return;
  }
  request.errand->reply_to = self;
  self->state.waiting.emplace(request.errand.get(), request);
  self->send(dispatcher, submit_atom_v, request.errand);
}

void cancel(Self self, const ErrandPtr& errand) {
  errand->cancelled = true;
  errand->drop();
  self->state.waiting.erase(errand.get());
}

}  // namespace

caf::behavior gateway(Self self, const Directory* directory) {
  quiet(self);
  self->set_down_handler([=](caf::down_msg& down) {
    if (down.source != self->state.dispatcher) return;
    self->state.dispatcher = nullptr;
    fail_all(self, "the dispatcher failed while the frame was under way");
  });
  self->set_exit_handler([=](caf::exit_msg& exit) {
    fail_all(self, "the engine stops");
    self->quit(exit.reason);
  });
  return {
      [self, directory](submit_atom, const UnaryErrand& request) { submit(self, *directory, request); },
      [self](done_atom, const ErrandPtr& errand) { answer(self, errand); },
      [self](cancel_atom, const ErrandPtr& errand) { cancel(self, errand); },
  };
}

}  // namespace framewright::actors
