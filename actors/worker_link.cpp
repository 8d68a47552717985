#include "actors/worker_link.hpp"

#include "actors/messages.hpp"

namespace framewright::actors {

caf::actor offer_to_dispatcher(caf::event_based_actor* self, const Directory& directory,
                               engine::WorkerCredit credit) {
  auto dispatcher = directory.dispatcher();
  if (!dispatcher) {
    self->quit(caf::make_error(caf::sec::cannot_connect_to_node, "no dispatcher lives"));
    return dispatcher;
  }
  self->set_down_handler([self, dispatcher](caf::down_msg& down) {
    if (down.source != dispatcher) return;
    self->quit(down.reason ? down.reason : caf::make_error(caf::sec::runtime_error, "the dispatcher ended"));
  });
  self->monitor(dispatcher);
  self->send(dispatcher, offer_atom_v, WorkerOffer{caf::actor{self}, credit});
  return dispatcher;
}

}  // namespace framewright::actors
